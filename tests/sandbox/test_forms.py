"""What the pages' forms say to the controls."""

from datetime import timedelta

import pytest

from easement.sandbox.clock import ClockMove
from easement.sandbox.pages import reading
from easement.sandbox.refusals import ControlError
from easement.web.forms import Parameters


def form(**fields: str) -> Parameters:
    return Parameters(list(fields.items()))


def test_a_fault_takes_only_what_belongs_to_its_kind() -> None:
    everything = {
        "endpoint": "accounts",
        "user": " mikomo_10 ",
        "percent": "25",
        "count": "3",
        "status": "429",
        "code": "1207",
        "retryAfter": "2",
        "latencyMs": "3000",
    }
    struck = {"endpoint": "accounts", "user": "mikomo_10", "share": 0.25, "count": 3}

    assert reading.fault(form(kind="status", **everything)) == {
        "kind": "status",
        **struck,
        "status": 429,
        "code": 1207,
        "retryAfter": 2,
    }
    assert reading.fault(form(kind="latency", **everything)) == {
        "kind": "latency",
        **struck,
        "latencyMs": 3000,
    }
    assert reading.fault(form(kind="reset", **everything)) == {"kind": "reset", **struck}


def test_an_outage_is_for_all() -> None:
    assert reading.fault(form(kind="outage", endpoint="accounts", user="mikomo_1")) == {
        "kind": "outage",
        "endpoint": "*",
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "sleepy"},
        {},
        {"kind": "status", "status": "many"},
        {"kind": "status", "count": "1.5"},
        {"kind": "status", "count": "--1"},
        {"kind": "status", "percent": "9" * 40},
    ],
)
def test_a_fault_that_cannot_be_read_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ControlError, match="Expected"):
        reading.fault(form(**fields))


@pytest.mark.parametrize(
    ("fields", "move"),
    [
        ({"by": "3600"}, ClockMove(offset=3700)),
        ({"by": "-3600"}, ClockMove(offset=-3500)),
        ({"offset": "P1D"}, ClockMove(offset="P1D")),
        ({"now": "2027-01-15T09:00"}, ClockMove(now="2027-01-15T09:00:00Z")),
        ({"now": "2027-01-15T09:00:30"}, ClockMove(now="2027-01-15T09:00:30Z")),
    ],
)
def test_the_clock_is_moved_by_a_step_an_offset_or_to_a_moment(
    fields: dict[str, str], move: ClockMove
) -> None:
    assert reading.clock_move(form(**fields), timedelta(seconds=100)) == move


def test_accounts_are_a_comma_list() -> None:
    assert reading.account_ids(form(accounts=" 1, 2 ,,3")) == ["1", "2", "3"]
    assert reading.account_ids(form()) == []
