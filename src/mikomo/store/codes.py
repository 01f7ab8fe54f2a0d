"""Authorization codes: five minutes, one use."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

import msgspec

from mikomo.clock import Clock
from mikomo.store.database import Database, digest
from mikomo.store.flows import Flow

LIFETIME_S = 300


class Code(msgspec.Struct, frozen=True):
    """What a code stands for."""

    client_id: str
    redirect_uri: str
    username: str
    scope: str
    nonce: str | None
    code_challenge: str
    auth_time: int


class CodeStore:
    """Makes codes and lets each be claimed once."""

    def __init__(self, database: Database, clock: Clock, secret: str) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret.encode()

    def code_of(self, flow: Flow) -> str:
        """The code of an approved flow.

        It is derived from the flow's random id under the bank's secret, so that a second press of
        Next leads to the same place without the code having been stored.
        """
        mac = hmac.new(self._secret, f"code:{flow.id}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(mac).rstrip(b"=").decode()

    def issue(self, flow: Flow) -> None:
        """Make the flow's code claimable for five minutes."""
        now = self._clock.now()
        self._database.execute("DELETE FROM codes WHERE expires_at < :now", now=now)
        self._database.execute(
            "INSERT INTO codes (hash, client_id, redirect_uri, username, scope, nonce,"
            " code_challenge, auth_time, expires_at) VALUES (:hash, :client_id, :redirect_uri,"
            " :username, :scope, :nonce, :code_challenge, :auth_time, :expires_at)",
            hash=digest(self.code_of(flow)),
            client_id=flow.request.client_id,
            redirect_uri=flow.request.redirect_uri,
            username=flow.username,
            scope=flow.request.scope,
            nonce=flow.request.nonce,
            code_challenge=flow.request.code_challenge,
            auth_time=flow.auth_time,
            expires_at=now + LIFETIME_S,
        )

    def find(self, code: str) -> Code | None:
        """The code if it is known, unused and not expired."""
        row = self._database.one(
            "SELECT * FROM codes WHERE hash = :hash AND used_at IS NULL AND expires_at > :now",
            hash=digest(code),
            now=self._clock.now(),
        )
        return None if row is None else msgspec.convert(dict(row), Code)

    def claim(self, code: str) -> bool:
        """Use the code up; of any number of simultaneous claims exactly one is True."""
        now = self._clock.now()
        return (
            self._database.execute(
                "UPDATE codes SET used_at = :now"
                " WHERE hash = :hash AND used_at IS NULL AND expires_at > :now",
                now=now,
                hash=digest(code),
            )
            == 1
        )
