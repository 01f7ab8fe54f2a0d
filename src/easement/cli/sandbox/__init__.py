"""`easement sandbox`: the control API of a running sandbox from the command line.

Each command but the survey is one request; what it prints is for people, and with `--json` for
programs.
"""

import click

from easement.cli.sandbox.bank import break_bank, faults, heal
from easement.cli.sandbox.consumers import accounts, grants, revoke, tokens, users
from easement.cli.sandbox.network import app, apps, calls, clock, reset
from easement.cli.sandbox.survey import survey


@click.group()
def sandbox() -> None:
    """Move the clock, break the bank, act as the consumer: the running sandbox in your hand."""


for command in (
    *(users, tokens, grants, revoke, accounts),
    *(clock, faults, break_bank, heal),
    *(apps, app, calls, reset),
    survey,
):
    sandbox.add_command(command)
