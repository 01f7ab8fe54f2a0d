"""When a version of the product API ends."""

from datetime import UTC, date, datetime, timedelta

import pytest

from easement.products.catalogue import VERSIONS, with_deprecation


@pytest.mark.parametrize(
    ("deprecated", "ends"),
    [
        (date(2026, 2, 23), date(2026, 8, 23)),
        (date(2026, 7, 1), date(2027, 1, 1)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2026, 6, 15), date(2026, 12, 15)),
    ],
)
def test_a_version_ends_six_months_after_its_deprecation(deprecated: date, ends: date) -> None:
    version = with_deprecation("v2", deprecated)["v2"]
    assert version.deprecated_at == datetime(*deprecated.timetuple()[:3], tzinfo=UTC)
    assert version.sunset_at == datetime(*ends.timetuple()[:3], tzinfo=UTC)


def test_a_version_has_ended_from_the_first_moment_of_its_last_day() -> None:
    version = with_deprecation("v2", date(2026, 1, 1), date(2026, 1, 1))["v2"]
    end = datetime(2026, 1, 1, tzinfo=UTC)
    assert version.has_ended(end)
    assert not version.has_ended(end - timedelta(microseconds=1))
    assert not VERSIONS["v2"].has_ended(datetime.max.replace(tzinfo=UTC))


def test_a_version_cannot_end_before_it_is_deprecated() -> None:
    with pytest.raises(ValueError, match="before it is deprecated"):
        with_deprecation("v2", date(2026, 1, 2), date(2026, 1, 1))


def test_other_versions_and_other_rules_stay_as_they_are() -> None:
    dated = with_deprecation("v2", date(2026, 1, 1))
    assert list(dated) == list(VERSIONS)
    assert dated["v3"] is VERSIONS["v3"]
    assert not dated["v2"].last_access_required
