"""The command line, one noun a file. Commands parse, call `main`, and print; they hold no rule."""

import click

from easement.cli.apps import apps
from easement.cli.audit import audit
from easement.cli.credentials import credentials
from easement.cli.doctor import doctor
from easement.cli.keys import keys
from easement.cli.providers import providers
from easement.cli.sandbox import sandbox
from easement.cli.serve import serve
from easement.cli.token import token


@click.group()
@click.version_option(package_name="easement")
def main() -> None:
    """Easement: an open-finance data access network, compatible with the Akoya API."""


main.add_command(serve)
main.add_command(token)
main.add_command(sandbox)
main.add_command(doctor)
main.add_command(providers)
main.add_command(apps)
main.add_command(credentials)
main.add_command(keys)
main.add_command(audit)
