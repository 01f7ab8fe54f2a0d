"""Authorizations under way: from the network's request to the person's answer."""

from typing import Literal

import msgspec

from mikomo.clock import Clock
from mikomo.store.database import Database, Randomness, digest

LIFETIME_S = 30 * 60
"""How long a person may take between the network's request and pressing Next."""

_KEPT_S = 24 * 3600

Outcome = Literal["approved", "cancelled"]


class AuthorizationRequest(msgspec.Struct, frozen=True):
    """A network's request, already found to be in order."""

    client_id: str
    redirect_uri: str
    state: str | None
    nonce: str | None
    scope: str
    code_challenge: str


class Flow(msgspec.Struct, frozen=True):
    """One authorization under way. Times are seconds since 1970 UTC."""

    id: str
    request: AuthorizationRequest
    created_at: int
    username: str | None
    auth_time: int | None
    outcome: Outcome | None
    ended_at: int | None


class FlowStore:
    """Keeps flows; each belongs to the browser that began it."""

    def __init__(self, database: Database, clock: Clock, new_token: Randomness) -> None:
        self._database = database
        self._clock = clock
        self._new_token = new_token

    def begin(self, request: AuthorizationRequest, browser: str) -> str:
        """Remember the request for this browser; returns the flow's id."""
        now = self._clock.now()
        flow_id = self._new_token()
        with self._database.transaction():
            self._database.execute(
                "DELETE FROM flows WHERE created_at < :limit", limit=now - _KEPT_S
            )
            self._database.execute(
                "INSERT INTO flows (id, browser_hash, client_id, redirect_uri, state, nonce,"
                " scope, code_challenge, created_at) VALUES (:id, :browser, :client_id,"
                " :redirect_uri, :state, :nonce, :scope, :code_challenge, :now)",
                id=flow_id,
                browser=digest(browser),
                now=now,
                **msgspec.structs.asdict(request),
            )
        return flow_id

    def find(self, flow_id: str, browser: str) -> Flow | None:
        """The flow, if this browser began it."""
        row = self._database.one(
            "SELECT * FROM flows WHERE id = :id AND browser_hash = :browser",
            id=flow_id,
            browser=digest(browser),
        )
        if row is None:
            return None
        columns = dict(row)
        request = msgspec.convert(columns, AuthorizationRequest)
        return msgspec.convert({**columns, "request": request}, Flow)

    def is_over(self, flow: Flow) -> bool:
        """Whether the person took too long."""
        return flow.created_at + LIFETIME_S <= self._clock.now()

    def sign_in(self, flow: Flow, username: str) -> None:
        """The person proved who they are; a later sign-in in the same flow replaces it."""
        self._database.execute(
            "UPDATE flows SET username = :username, auth_time = :now"
            " WHERE id = :id AND outcome IS NULL",
            username=username,
            now=self._clock.now(),
            id=flow.id,
        )

    def end(self, flow: Flow, outcome: Outcome) -> bool:
        """Record the answer; False when another request has already done so."""
        changed = self._database.execute(
            "UPDATE flows SET outcome = :outcome, ended_at = :now"
            " WHERE id = :id AND outcome IS NULL",
            outcome=outcome,
            now=self._clock.now(),
            id=flow.id,
        )
        return changed == 1
