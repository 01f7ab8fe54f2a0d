"""/control/connections: what the consumer could do at the bank, without the pages."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.catalogue import Catalogue
from mikomo.control.bodies import answer, body_of, moment
from mikomo.control.refusals import invalid, not_found
from mikomo.store.connections import Connection, ConnectionStore


class _Lookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: str


class _Choice(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    account_ids: tuple[str, ...] | None


class ConnectionsApi:
    """Finding, narrowing and ending connections."""

    def __init__(self, connections: ConnectionStore, catalogue: Catalogue) -> None:
        self._connections = connections
        self._catalogue = catalogue

    def routes(self) -> list[Route]:
        """Below `/control`."""
        return [
            Route("/connections", self._list, methods=["GET"]),
            Route("/connections/lookup", self._look_up, methods=["POST"]),
            Route("/connections/{connection}", self._revoke, methods=["DELETE"]),
            Route("/connections/{connection}/accounts", self._choose, methods=["PUT"]),
        ]

    async def _list(self, request: Request) -> Response:
        user = request.query_params.get("user")
        listed = (
            self._connections.of_everyone() if user is None else self._connections.of_person(user)
        )
        return answer({"connections": [_shown(connection) for connection in listed]})

    async def _look_up(self, request: Request) -> Response:
        token = (await body_of(request, _Lookup)).token
        connection = self._connections.of_refresh_token(token) or self._connections.of_access_token(
            token
        )
        if connection is None:
            raise not_found("a refresh or access token of a live connection")
        return answer(_shown(connection))

    async def _revoke(self, request: Request) -> Response:
        self._connections.revoke(self._find(request).id)
        return answer(None, 204)

    async def _choose(self, request: Request) -> Response:
        connection = self._find(request)
        chosen = (await body_of(request, _Choice)).account_ids
        if chosen is not None:
            self._check(connection.username, chosen)
        self._connections.choose_accounts(connection.id, chosen)
        return answer(None, 204)

    def _find(self, request: Request) -> Connection:
        connection = self._connections.of_id(request.path_params["connection"])
        if connection is None:
            raise not_found("the id of a live connection")
        return connection

    def _check(self, username: str, chosen: tuple[str, ...]) -> None:
        person = self._catalogue.find(username)
        known = [account.account_id for account in person.accounts] if person else []
        unknown = sorted(set(chosen) - set(known))
        if unknown:
            raise invalid(
                f"expected ids of the accounts of {username} ({', '.join(known)}), "
                f"got {', '.join(unknown)}"
            )


def _shown(connection: Connection) -> dict[str, object]:
    last_used_at = connection.last_used_at
    return {
        "id": connection.id,
        "username": connection.username,
        "client": connection.client_id,
        "accountIds": connection.account_ids,
        "createdAt": moment(connection.created_at),
        "lastUsedAt": None if last_used_at is None else moment(last_used_at),
    }
