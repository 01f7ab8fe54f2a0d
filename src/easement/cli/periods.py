"""Lengths of time as an operator writes them: 30m, 24h, 90d."""

import re
from datetime import timedelta

import click

from easement.fdx.consent_duration import ConsentDuration, DurationType

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_PERIOD = re.compile(r"([0-9]{1,5})([mhd])")


class Period(click.ParamType[timedelta]):
    """A number with m, h or d."""

    name = "PERIOD"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = _PERIOD.fullmatch(value)
        if found is None:
            self.fail(f"{value!r}: expected a time such as 30m, 24h or 7d", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


class ConsentDurationWord(click.ParamType[ConsentDuration]):
    """FDX's duration types, TIME_BOUND as its number of days."""

    name = "DURATION"

    def convert(
        self,
        value: str | ConsentDuration,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> ConsentDuration:
        if isinstance(value, ConsentDuration):
            return value
        if value in {"one-time", "persistent"}:
            return ConsentDuration(DurationType(value.replace("-", "_").upper()))
        found = re.fullmatch(r"([0-9]{1,4})d", value)
        try:
            return ConsentDuration(DurationType.TIME_BOUND, int(found[1]) if found else 0)
        except ValueError:
            self.fail(f"{value!r}: expected one-time, persistent, or 1d to 3650d", param, ctx)
