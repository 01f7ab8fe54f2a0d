"""The networks registered with the bank: the OAuth clients of `clients.json`."""

import logging
import secrets
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

log = logging.getLogger(__name__)


class RefreshTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long refresh tokens count, and whether each use replaces them.

    `policy` is ``perpetual``, or ``set`` for `lifetime_s` from the sign-in on, or ``rolling`` for
    `lifetime_s` from the last refresh on.
    """

    policy: Literal["perpetual", "set", "rolling"] = "perpetual"
    lifetime_s: int = 365 * 86_400
    rotates: bool = True


class Client(msgspec.Struct, frozen=True):
    """One registered network."""

    client_id: str
    name: str
    """What the consumer reads on the pages, e.g. "Easement"."""
    redirect_uris: tuple[str, ...]
    """Compared exactly, character by character (RFC 9700, section 2.1)."""
    client_secret: str = ""
    token_endpoint_auth_method: Literal[
        "client_secret_basic", "client_secret_post", "private_key_jwt"
    ] = "client_secret_basic"  # noqa: S105 - the name of a method
    jwks: dict[str, Any] = {}
    """Public keys for private_key_jwt, a JWK Set (RFC 7517)."""
    require_pushed_authorization_requests: bool = False
    refresh_tokens: RefreshTerms = RefreshTerms()

    def has_secret(self, candidate: str) -> bool:
        """Compare in constant time; who has no secret cannot show it."""
        same = secrets.compare_digest(self.client_secret.encode(), candidate.encode())
        return bool(self.client_secret) and same


class _Stamp(NamedTuple):
    """Tells one version of a file from the next, even when two have the same second."""

    inode: int
    size: int
    modified_ns: int


class ClientDirectory:
    """Reads `clients.json` and reads it again whenever the file has changed.

    The file is a JSON list of objects with the fields of `Client`, of which those with a default
    may be left out. A file that cannot be read leaves the last good list in force, so that a
    half-written edit does not lock every network out.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: _Stamp | None = None
        self._clients: dict[str, Client] = {}

    def get(self, client_id: str) -> Client | None:
        """The client of this id, or None."""
        self._refresh()
        return self._clients.get(client_id)

    def _refresh(self) -> None:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._clients = None, {}
            return
        stamp = _Stamp(stat.st_ino, stat.st_size, stat.st_mtime_ns)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            listed = msgspec.json.decode(self._path.read_bytes(), type=list[Client])
        except (OSError, msgspec.DecodeError) as error:
            # The message names the place in the file, never a value: secrets stay out of logs.
            log.error("%s is not a list of clients, the last good one stays: %s", self._path, error)
            return
        self._clients = {client.client_id: client for client in listed}
