"""GET, POST and DELETE /control/faults, and DELETE /control/faults/{id}."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.control.bodies import answer, body_of
from mikomo.control.refusals import not_found
from mikomo.faults.model import Fault
from mikomo.faults.rules import FaultRules, Rule


class FaultsApi:
    """Breaking and healing the bank."""

    def __init__(self, rules: FaultRules) -> None:
        self._rules = rules

    def routes(self) -> list[Route]:
        """Below `/control`."""
        return [
            Route("/faults", self._list, methods=["GET"]),
            Route("/faults", self._add, methods=["POST"]),
            Route("/faults", self._clear, methods=["DELETE"]),
            Route("/faults/{fault}", self._remove, methods=["DELETE"]),
        ]

    async def _list(self, _request: Request) -> Response:
        return answer({"faults": [_shown(rule) for rule in self._rules.listed()]})

    async def _add(self, request: Request) -> Response:
        return answer(_shown(self._rules.add(await body_of(request, Fault))), 201)

    async def _clear(self, _request: Request) -> Response:
        self._rules.clear()
        return answer(None, 204)

    async def _remove(self, request: Request) -> Response:
        if not self._rules.remove(request.path_params["fault"]):
            raise not_found("the id of a fault in force")
        return answer(None, 204)


def _shown(rule: Rule) -> dict[str, object]:
    """The fault as it was sent, with its id and the number of calls it has still to strike."""
    fields: dict[str, object] = msgspec.to_builtins(rule.fault)
    return {"id": rule.id, **fields, "count": rule.left}
