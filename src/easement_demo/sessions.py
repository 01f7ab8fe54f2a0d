"""Browser sessions in memory: bounded in number and age, gone when the process ends."""

import asyncio
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from easement_demo.exchange import Exchange
from easement_demo.tokens import TokenSet

PENDING_LINKS = 8
"""Links one browser may have under way at once, in as many tabs."""


@dataclass
class Session:
    """What one browser has under way and has linked."""

    id: str
    started_at: float
    csrf: str
    pending: OrderedDict[str, bool] = field(default_factory=OrderedDict)
    """`state` values of links under way, each with whether its pages show in a pop-up."""
    tokens: TokenSet | None = None
    revoked: bool = False
    notice: str | None = None
    """A sentence for the next page, shown once."""
    token_exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=4))
    """The latest calls of this link to the token and revocation endpoints, newest first."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while tokens change: a refresh token works once, so two tabs must not race."""

    def begin_link(self, *, popup: bool) -> str:
        """A fresh `state` for one pass through `/auth`; the oldest under way may be forgotten."""
        state = secrets.token_urlsafe(24)
        self.pending[state] = popup
        while len(self.pending) > PENDING_LINKS:
            self.pending.popitem(last=False)
        return state

    def begin_tokens(self, tokens: TokenSet, exchange: Exchange) -> None:
        """Keep the tokens of a new link and how they came; an earlier link is forgotten."""
        self.tokens, self.revoked, self.notice = tokens, False, None
        self.token_exchanges.clear()
        self.token_exchanges.append(exchange)

    def take_notice(self) -> str | None:
        """The sentence left by the last action, once."""
        notice, self.notice = self.notice, None
        return notice


class Sessions:
    """All sessions; the least recently used goes first when there are too many."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        max_age: float = 8 * 3600,
        capacity: int = 1000,
    ) -> None:
        """`clock` counts seconds and never runs backwards; `max_age` is in seconds."""
        self._clock = clock
        self._max_age = max_age
        self._capacity = capacity
        self._by_id: OrderedDict[str, Session] = OrderedDict()

    def start(self) -> Session:
        """A new, empty session."""
        session = Session(
            id=secrets.token_urlsafe(32),
            started_at=self._clock(),
            csrf=secrets.token_urlsafe(24),
        )
        self._by_id[session.id] = session
        while len(self._by_id) > self._capacity:
            self._by_id.popitem(last=False)
        return session

    def find(self, session_id: str | None) -> Session | None:
        """The live session with this id, or None when it is unknown or too old."""
        session = self._by_id.get(session_id) if session_id else None
        if session is None:
            return None
        if self._clock() - session.started_at > self._max_age:
            del self._by_id[session.id]
            return None
        self._by_id.move_to_end(session.id)
        return session

    def renew_id(self, session: Session) -> None:
        """Give the session a new id, so that a planted cookie never becomes a linked one."""
        self._by_id.pop(session.id, None)
        session.id = secrets.token_urlsafe(32)
        session.started_at = self._clock()
        self._by_id[session.id] = session
