"""Which protocol names stand for which connector."""

from collections.abc import Mapping, Sequence
from typing import Any

from easement.connectors.fdx_v5.connector import FdxV5Connector
from easement.connectors.fdx_v5.settings import Settings, read_settings, unencrypted
from easement.connectors.ports import Connector
from easement.platform.clock import Clock
from easement.platform.http import HttpClient

FDX_V5 = "fdx_v5"


def build(
    protocol: str,
    settings: Mapping[str, str],
    client_secret: str,
    http: HttpClient,
    clock: Clock,
    *,
    client_keys: Sequence[Mapping[str, Any]] = (),
    data_timeout_s: float = 10.0,
) -> Connector:
    """The connector for a directory entry. `client_keys` are private JWKs, the one that signs
    first; `data_timeout_s` bounds an answer of its data API.

    Raises:
        ValueError: the protocol is unknown or its settings are not complete; says what is expected.
    """
    return FdxV5Connector(
        _read(protocol, settings),
        client_secret=client_secret,
        client_keys=client_keys,
        http=http,
        clock=clock,
        data_timeout_s=data_timeout_s,
    )


def check(protocol: str, settings: Mapping[str, str]) -> None:
    """See whether a directory entry may be used by a network for real.

    Raises:
        ValueError: as `build`, or tokens would travel unencrypted.
    """
    _read(protocol, settings)
    if name := unencrypted(settings):
        message = f"the setting {name!r} must be an https URL"
        raise ValueError(message)


def needs_secret(protocol: str, settings: Mapping[str, str]) -> bool:
    """Whether the network proves itself to that bank by a client secret. Raises `ValueError`."""
    return _read(protocol, settings).token_endpoint_auth_method.startswith("client_secret_")


def signing_algorithm(protocol: str, settings: Mapping[str, str]) -> str | None:
    """The JWS algorithm of the client key that the network needs at that bank, if it needs one.
    Raises `ValueError`."""
    read = _read(protocol, settings)
    if read.token_endpoint_auth_method != "private_key_jwt":  # noqa: S105 - a method
        return None
    return read.token_endpoint_auth_signing_alg


def _read(protocol: str, settings: Mapping[str, str]) -> Settings:
    if protocol == FDX_V5:
        return read_settings(settings)
    message = f"unknown protocol {protocol!r}; expected {FDX_V5!r}"
    raise ValueError(message)
