"""Who can see my data: the list, and stopping one."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.catalogue import Person
from mikomo.clients import ClientDirectory
from mikomo.consumer.session import SignedIn
from mikomo.oauth import scopes
from mikomo.settings import Settings
from mikomo.store.connections import Connection, ConnectionStore
from mikomo.web.pages import Pages
from mikomo.web.redirects import within

# Enough to tell a person's connections apart.
_SHOWN_OF_ID = 6


class ConnectionPages:
    """`/connections` and the two steps of revoking: a page that asks, then the deed."""

    def __init__(
        self,
        settings: Settings,
        connections: ConnectionStore,
        clients: ClientDirectory,
        signed_in: SignedIn,
        pages: Pages,
    ) -> None:
        self._settings = settings
        self._connections = connections
        self._clients = clients
        self._signed_in = signed_in
        self._pages = pages

    def routes(self) -> list[Route]:
        """The pages' routes."""
        return [
            Route("/connections", self._list, methods=["GET"]),
            Route("/connections/{connection}/revoke", self._ask, methods=["GET"]),
            Route("/connections/{connection}/revoke", self._revoke, methods=["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        person = self._signed_in.person(request)
        if person is None:
            return self._to_login()
        connections = self._connections.of_person(person.username)
        return self._pages.render(
            "connections.html",
            person=person,
            entries=[self._entry(connection) for connection in connections],
            stopped="stopped" in request.query_params,
            logout_csrf=self._signed_in.csrf(request, "logout"),
        )

    async def _ask(self, request: Request) -> Response:
        person = self._signed_in.person(request)
        if person is None:
            return self._to_login()
        connection = self._find(request, person)
        if connection is None:
            return self._gone()
        return self._pages.render(
            "revoke.html",
            person=person,
            entry=self._entry(connection),
            csrf=self._signed_in.csrf(request, f"revoke:{connection.id}"),
            logout_csrf=self._signed_in.csrf(request, "logout"),
        )

    async def _revoke(self, request: Request) -> Response:
        person = self._signed_in.person(request)
        if person is None:
            return self._to_login()
        connection = self._find(request, person)
        if connection is None:
            return self._gone()
        if not await self._signed_in.sent(request, f"revoke:{connection.id}"):
            return self._pages.notice(
                400,
                "This page is out of date",
                "Nothing was changed. Go back to the list and try again.",
                link=(f"{self._settings.base_path}/connections", "Who can see my data"),
            )
        self._connections.revoke(connection.id)
        return within(f"{self._settings.public_url}/connections?stopped")

    def _find(self, request: Request, person: Person) -> Connection | None:
        return self._connections.find(request.path_params["connection"], person.username)

    def _entry(self, connection: Connection) -> dict[str, object]:
        client = self._clients.get(connection.client_id)
        granted = connection.scope.split()
        return {
            "id": connection.id,
            "short_id": connection.id[:_SHOWN_OF_ID],
            "name": client.name if client else connection.client_id,
            "since": connection.created_at,
            "last_used": connection.last_used_at,
            "sees": [
                words[0]
                for scope, words in scopes.PLAIN_WORDS.items()
                if scope in granted and scope != scopes.OFFLINE_ACCESS
            ],
        }

    def _to_login(self) -> Response:
        return within(f"{self._settings.public_url}/login")

    def _gone(self) -> Response:
        return self._pages.notice(
            404,
            "This access has already ended",
            "Nobody reads your data through it any more.",
            link=(f"{self._settings.base_path}/connections", "Who can see my data"),
        )
