"""Moments as callers write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mikomo.fdx.times import epoch_second

NOON = int(datetime(2024, 2, 29, 12, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-29T12:00:00Z",
        "2024-02-29t12:00:00z",
        "2024-02-29 12:00:00Z",
        "2024-02-29T12:00:00.999999999Z",
        "2024-02-29T12:00:00+00:00",
        "2024-02-29T12:00:00-00:00",
        "2024-02-29T12:00:00+0000",
        "2024-02-29T12:00:00 00:00",
        "2024-02-29T07:00:00-05:00",
        "2024-02-29T17:30:00.5+05:30",
        "2024-03-01T02:00:00 14:00",
        "2024-02-29T11:59:60Z",
    ],
)
def test_one_moment_has_many_spellings(text: str) -> None:
    assert epoch_second(text) == NOON


def test_a_date_alone_is_the_asked_second_of_that_day() -> None:
    assert epoch_second("2024-02-29") == NOON - 12 * 3600
    assert epoch_second("2024-02-29", 86_399) == NOON + 12 * 3600 - 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "1709208000",
        "2024-02-30T12:00:00Z",
        "2023-02-29",
        "2024-13-01",
        "0000-01-01",
        "2024-02-29T24:00:00Z",
        "2024-02-29T12:60:00Z",
        "2024-02-29T12:00:61Z",
        "2024-02-29T12:00Z",
        "2024-02-29T12:00:00",
        "2024-02-29T12:00:00.Z",
        "2024-02-29T12:00:00+05",
        "2024-02-29T12:00:00+24:00",
        "2024-02-29T12:00:00+05:60",
        "2024-02-29T12:00:00Z\n",
        " 2024-02-29T12:00:00Z",
        "2024-2-29",
        "24-02-29",
        "\uff12\uff10\uff12\uff14-02-29",
        "2024-02-29T12:00:00Z,2024-03-01T12:00:00Z",
    ],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert epoch_second(text) is None


@given(
    st.datetimes(),
    st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_every_moment_reads_back_whatever_its_offset(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=zone)
    since = aware - datetime(1970, 1, 1, tzinfo=UTC)
    assert epoch_second(aware.isoformat()) == since // timedelta(seconds=1)


@given(st.text(st.sampled_from("0123456789-+:.TtZz "), max_size=36))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    moment = epoch_second(text)
    assert moment is None or isinstance(moment, int)
