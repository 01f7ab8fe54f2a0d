"""Runs an operator's command on apps and service credentials, and says in words what is wrong."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from easement.cli.administer import told
from easement.main.settings import DEFAULT_DATA_DIR, Settings

if TYPE_CHECKING:
    from easement.main.clients import ClientAdministration

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def database_options(command: F) -> F:
    """Adds the options that say which network is meant."""
    for option in (
        click.option("--database-url", envvar="EASEMENT_DATABASE_URL",
                     help="postgresql://… instead of SQLite in the data directory."),
        click.option("--data-dir", envvar="EASEMENT_DATA_DIR", type=click.Path(path_type=Path),
                     default=DEFAULT_DATA_DIR, show_default=True,
                     help="The network's data directory."),
    ):  # fmt: skip
        command = option(command)
    return command


def administer_clients(
    settings: Settings, do: Callable[["ClientAdministration"], Awaitable[T]]
) -> T:
    """Run `do` on the network's apps and credentials."""
    from easement.identity.errors import UnknownCredentialError, UnknownScopeError
    from easement.main.clients import open_client_administration
    from easement.recipients.errors import (
        AmbiguousCompanyError,
        InvalidAppError,
        UnknownAppError,
        UnknownCompanyError,
    )

    async def run() -> T:
        async with open_client_administration(settings) as administration:
            return await do(administration)

    try:
        return told(settings, run)
    except InvalidAppError as error:
        faults = (f"{field}: {fault}" for field, fault in error.faults.items())
        raise click.ClickException("\n       ".join(faults)) from error
    except UnknownAppError as error:
        raise click.ClickException(
            f"there is no app {str(error)!r}; see: easement apps list"
        ) from error
    except UnknownCompanyError as error:
        raise click.ClickException(
            f"no app belongs to a company with the id {str(error)!r}; see: easement apps list"
        ) from error
    except AmbiguousCompanyError as error:
        raise click.ClickException(
            f"several companies are called {str(error)!r}; name one by its id, see: easement apps "
            "list"
        ) from error
    except UnknownCredentialError as error:
        raise click.ClickException(
            f"there is no service credential {str(error)!r}; see: easement credentials list"
        ) from error
    except UnknownScopeError as error:
        raise click.ClickException(str(error)) from error
