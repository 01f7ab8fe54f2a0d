"""What the options of `serve` come to."""

from datetime import date
from typing import Any

import click
import pytest
from click.testing import CliRunner

from easement.cli.options import settings_of, settings_options
from easement.main import product_api
from easement.main.settings import Settings
from easement.products.catalogue import VERSIONS


def parsed(*arguments: str, **environ: str) -> Settings:
    found: list[Settings] = []

    @click.command()
    @settings_options
    def command(**options: Any) -> None:
        found.append(settings_of(options))

    ran = CliRunner().invoke(command, arguments, env=environ)
    assert ran.exit_code == 0, ran.output
    return found[0]


def test_nothing_limits_apps_unless_it_is_said() -> None:
    assert parsed().requests_per_second is None
    assert product_api.rate(parsed()) is None
    assert parsed("--requests-per-second", "7").requests_per_second == 7
    assert product_api.rate(parsed("--requests-per-second", "7")) is not None


def test_faithful_means_the_documented_rate_unless_another_is_said() -> None:
    assert parsed("--faithful").requests_per_second == 5
    assert parsed(EASEMENT_FAITHFUL="1").requests_per_second == 5
    assert parsed("--faithful", EASEMENT_REQUESTS_PER_SECOND="9").requests_per_second == 9


def test_the_dates_of_v2_are_days() -> None:
    settings = parsed("--v2-deprecated-at", "2026-02-23", EASEMENT_V2_SUNSET_AT="2026-09-01")
    assert settings.v2_deprecated_on == date(2026, 2, 23)
    assert settings.v2_sunset_on == date(2026, 9, 1)
    sunset = product_api.versions(settings)["v2"].sunset_at
    assert sunset is not None
    assert sunset.date() == date(2026, 9, 1)
    assert product_api.versions(parsed()) is VERSIONS


def test_an_end_needs_its_announcement() -> None:
    with pytest.raises(ValueError, match="needs EASEMENT_V2_DEPRECATED_AT"):
        product_api.versions(Settings(v2_sunset_on=date(2026, 9, 1)))
