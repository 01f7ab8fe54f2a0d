"""GET and PUT /control/calls."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.control.bodies import answer, body_of
from mikomo.control.call_log import CAPACITY, CallLog
from mikomo.control.refusals import invalid

_USUAL = 100


class _Recording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bodies: bool


class CallsApi:
    """What the bank was asked lately, and what it answered."""

    def __init__(self, log: CallLog) -> None:
        self._log = log

    def routes(self) -> list[Route]:
        """Below `/control`."""
        return [
            Route("/calls", self._list, methods=["GET"]),
            Route("/calls", self._set, methods=["PUT"]),
        ]

    async def _list(self, request: Request) -> Response:
        limit = request.query_params.get("limit", str(_USUAL))
        # int() would also read signs, spaces, underscores and digits of other scripts.
        digits = limit.isascii() and limit.isdigit() and len(limit) <= 3
        if not (digits and 1 <= int(limit) <= CAPACITY):
            raise invalid(f"expected limit to be a whole number from 1 to {CAPACITY}")
        return answer({"calls": self._log.newest(int(limit))})

    async def _set(self, request: Request) -> Response:
        self._log.bodies = (await body_of(request, _Recording)).bodies
        return answer({"bodies": self._log.bodies})
