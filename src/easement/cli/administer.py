"""Runs an operator's command on the network's database, and says in words what is wrong with it."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import click

from easement.main.settings import Settings

if TYPE_CHECKING:
    from easement.main.providers import ProviderAdministration

T = TypeVar("T")


def administer(settings: Settings, do: Callable[["ProviderAdministration"], Awaitable[T]]) -> T:
    """Run `do` on the network's directory; what is wrong with the set-up is told in words."""
    from easement.main.providers import open_administration

    async def run() -> T:
        async with open_administration(settings) as directory:
            return await do(directory)

    return told(settings, run)


def told(settings: Settings, run: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `run`, and tell what is wrong with the set-up in words."""
    from easement.keys.errors import MasterKeyError, UnknownKeyError
    from easement.main.providers import NoNetworkError
    from easement.platform.db import UnavailableError
    from easement.providers.errors import UnknownProviderError

    # What SQLite writes beside its file is for the owner only, like the file.
    os.umask(0o077)
    try:
        return asyncio.run(run())
    except NoNetworkError as error:
        raise click.ClickException(
            f"no network has run on {settings.data_dir} yet; start it with easement serve, or name "
            "its --data-dir"
        ) from error
    except UnknownProviderError as error:
        raise click.ClickException(
            f"there is no provider {str(error)!r}; see: easement providers list"
        ) from error
    except (OSError, MasterKeyError, UnknownKeyError, UnavailableError) as error:
        raise click.ClickException(str(error)) from error
