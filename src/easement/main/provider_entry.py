"""A bank's entry in the directory, from an operator's file, and a look whether it works."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from easement.connectors import registry
from easement.connectors.model import Finding
from easement.keys import algorithms
from easement.main.providers import ProviderAdministration
from easement.platform.clock import SystemClock
from easement.platform.http import open_http_client
from easement.providers.model import Policy, Provider
from easement.providers.policy import PolicyError

_NEW_POLICY = Policy(id_token_lifetime=timedelta(hours=24), consent_duration=None)
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_KEYS = ("id", "display_name", "logo_url", "protocol", "settings")
_MOST_KEYS = 3


async def connect(
    administration: ProviderAdministration, document: object, client_secret: str | None
) -> Provider:
    """Bring the directory's entry to what a file says. Policy, maintenance windows, client keys,
    and without `client_secret` that one as well, stay as they are.

    Raises:
        PolicyError: the document is no entry; `place` leads to what is wrong.
    """
    values = _mapping(document)
    known = await administration.directory.current(values["id"])
    provider = Provider(
        id=values["id"],
        display_name=_text(values, "display_name", 200),
        logo_url=_text(values, "logo_url", 2000) if values.get("logo_url") else None,
        protocol=_text(values, "protocol", 32),
        settings=_settings(values.get("settings")),
        client_secret=client_secret or (known.client_secret if known else ""),
        policy=known.policy if known else _NEW_POLICY,
        maintenance=known.maintenance if known else (),
        client_keys=known.client_keys if known else (),
    )
    try:
        registry.check(provider.protocol, provider.settings)
        algorithm = registry.signing_algorithm(provider.protocol, provider.settings)
    except ValueError as error:
        raise PolicyError(("settings",), str(error)) from None
    if algorithm and all(each["alg"] != algorithm for each in provider.client_keys):
        provider = await _with_new_key(provider, algorithm)
    if not provider.client_secret and registry.needs_secret(provider.protocol, provider.settings):
        raise PolicyError(("settings",), "the bank's client secret is missing")
    await _register(administration, provider)
    return provider


async def renew_key(administration: ProviderAdministration, provider_id: str) -> Provider:
    """Make a new client key, which signs from now on; older ones stay published for the bank to
    find what they signed.

    Raises:
        UnknownProviderError: there is no such provider.
        ValueError: it has no use for one.
    """
    provider = await administration.one(provider_id)
    algorithm = registry.signing_algorithm(provider.protocol, provider.settings)
    if algorithm is None:
        raise ValueError("the network does not prove itself to this bank by a key")
    provider = await _with_new_key(provider, algorithm)
    await _register(administration, provider)
    return provider


def public_keys(provider: Provider) -> list[dict[str, Any]]:
    """The client keys as the bank sees them."""
    return [
        dict(algorithms.key_of(dict(each)).as_dict(private=False)) for each in provider.client_keys
    ]


async def check(provider: Provider) -> list[Finding]:
    """Try what can be tried without a consumer."""
    async with open_http_client() as http:
        try:
            connector = registry.build(
                *(provider.protocol, provider.settings, provider.client_secret),
                *(http, SystemClock()),
                client_keys=provider.client_keys,
            )
        except ValueError as error:
            return [Finding("settings", str(error))]
        return await connector.check()


async def _with_new_key(provider: Provider, algorithm: str) -> Provider:
    key = await asyncio.to_thread(algorithms.generate, algorithm)
    keys = (dict(key.as_dict(private=True)), *provider.client_keys)
    return replace(provider, client_keys=keys[:_MOST_KEYS])


async def _register(administration: ProviderAdministration, provider: Provider) -> None:
    async with administration.db.transaction() as tx:
        await administration.directory.register(tx, provider)


def _mapping(document: object) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise PolicyError((), f"expected a mapping with {', '.join(_KEYS)}")
    for key in document:
        if key not in _KEYS:
            raise PolicyError((key,), f"unknown key {key!r}; known: {', '.join(_KEYS)}")
    if not isinstance(document.get("id"), str) or not _ID.fullmatch(document["id"]):
        raise PolicyError(
            ("id",), "expected an id of up to 64 lower-case letters, digits, hyphens, underscores"
        )
    return document


def _text(values: Mapping[str, Any], key: str, longest: int) -> str:
    value = values.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise PolicyError((key,), f"expected {key} as text of 1 to {longest} characters")
    return value


def _settings(document: object) -> dict[str, str]:
    if not isinstance(document, dict):
        raise PolicyError(("settings",), "expected the settings of the connector")
    for name, value in document.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise PolicyError(("settings", name), "expected text; put it in quotes")
    return document
