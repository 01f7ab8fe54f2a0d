"""Which protocol names stand for which connector."""

from collections.abc import Mapping

from easement.connectors.fdx_v5.connector import FdxV5Connector
from easement.connectors.fdx_v5.settings import read_settings
from easement.connectors.ports import Connector
from easement.platform.clock import Clock
from easement.platform.http import HttpClient

FDX_V5 = "fdx_v5"


def build(
    protocol: str, settings: Mapping[str, str], client_secret: str, http: HttpClient, clock: Clock
) -> Connector:
    """The connector for a directory entry.

    Raises:
        ValueError: the protocol is unknown or its settings are not complete; says what is expected.
    """
    if protocol == FDX_V5:
        return FdxV5Connector(read_settings(settings), client_secret, http, clock)
    message = f"unknown protocol {protocol!r}; expected {FDX_V5!r}"
    raise ValueError(message)
