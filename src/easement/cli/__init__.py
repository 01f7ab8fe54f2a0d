"""The command line, one noun a file. Commands parse, call `main`, and print; they hold no rule."""

import click

from easement.cli.doctor import doctor
from easement.cli.serve import serve
from easement.cli.token import token


@click.group()
@click.version_option(package_name="easement")
def main() -> None:
    """Easement: an open-finance data access network, compatible with the Akoya API."""


main.add_command(serve)
main.add_command(token)
main.add_command(doctor)
