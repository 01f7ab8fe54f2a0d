"""GET /customers/current."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.catalogue import Catalogue
from mikomo.fdx.bearer import BearerCheck, refuse_if_failing
from mikomo.oauth.scopes import CUSTOMER
from mikomo.store.connections import ConnectionStore


class CustomersApi:
    """The customer endpoint: only ever the person who allowed access."""

    def __init__(self, connections: ConnectionStore, catalogue: Catalogue) -> None:
        self._bearer = BearerCheck(connections, catalogue)

    def routes(self) -> list[Route]:
        """Below `/fdx`."""
        return [Route("/v5/customers/current", self._current, methods=["GET"])]

    async def _current(self, request: Request) -> Response:
        person = self._bearer.person(request, CUSTOMER)
        refuse_if_failing(person)
        return Response(
            msgspec.json.encode({"customer": person.customer}),
            media_type="application/json",
            headers={"Cache-Control": "no-store"},
        )
