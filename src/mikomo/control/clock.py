"""GET and PUT /control/clock."""

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.clock import MovableClock
from mikomo.control.bodies import answer, body_of, moment

# Some thirty years to either side: every moment stays a four-digit year that all libraries know.
_FURTHEST_S = 1_000_000_000


class _Move(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    offset_seconds: Annotated[int, Meta(ge=-_FURTHEST_S, le=_FURTHEST_S)]


class ClockApi:
    """The bank's time."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock

    def routes(self) -> list[Route]:
        """Below `/control`."""
        return [
            Route("/clock", self._show, methods=["GET"]),
            Route("/clock", self._move, methods=["PUT"]),
        ]

    async def _show(self, _request: Request) -> Response:
        return self._answer()

    async def _move(self, request: Request) -> Response:
        self._clock.move((await body_of(request, _Move)).offset_seconds)
        return self._answer()

    def _answer(self) -> Response:
        return answer({"now": moment(self._clock.now()), "offsetSeconds": self._clock.offset})
