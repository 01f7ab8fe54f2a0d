"""Who can see my data: the list, choosing the accounts of one, and stopping one."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.clients import ClientDirectory
from mikomo.consumer.accounts import described
from mikomo.consumer.session import SignedIn
from mikomo.oauth import scopes
from mikomo.person import Person
from mikomo.settings import Settings
from mikomo.store.connections import Connection, ConnectionStore
from mikomo.web.pages import Pages
from mikomo.web.redirects import within

# Enough to tell a person's connections apart.
_SHOWN_OF_ID = 6


class ConnectionPages:
    """`/connections`; revoking takes two steps, a page that asks and then the deed."""

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
            Route("/connections/{connection}/accounts", self._choose, methods=["GET"]),
            Route("/connections/{connection}/accounts", self._save, methods=["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        person = self._signed_in.person(request)
        if person is None:
            return self._to_login()
        connections = self._connections.of_person(person.username)
        return self._pages.render(
            "connections.html",
            person=person,
            entries=[self._entry(connection, person) for connection in connections],
            stopped="stopped" in request.query_params,
            changed="changed" in request.query_params,
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
            entry=self._entry(connection, person),
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
        if await self._signed_in.sent(request, f"revoke:{connection.id}") is None:
            return self._out_of_date()
        self._connections.revoke(connection.id)
        return within(f"{self._settings.public_url}/connections?stopped")

    async def _choose(self, request: Request) -> Response:
        person = self._signed_in.person(request)
        if person is None:
            return self._to_login()
        connection = self._find(request, person)
        return self._gone() if connection is None else self._choice(request, person, connection)

    async def _save(self, request: Request) -> Response:
        person = self._signed_in.person(request)
        if person is None:
            return self._to_login()
        connection = self._find(request, person)
        if connection is None:
            return self._gone()
        form = await self._signed_in.sent(request, f"accounts:{connection.id}")
        if form is None:
            return self._out_of_date()
        ticked = frozenset(form.every("account"))
        chosen = [a.account_id for a in person.accounts if a.account_id in ticked]
        if not chosen:
            return self._choice(request, person, connection, nothing=True)
        # All ticked means all: an account opened later is in it without another visit here.
        everything = len(chosen) == len(person.accounts)
        self._connections.choose_accounts(connection.id, None if everything else chosen)
        return within(f"{self._settings.public_url}/connections?changed")

    def _choice(
        self, request: Request, person: Person, connection: Connection, *, nothing: bool = False
    ) -> Response:
        kept = connection.account_ids
        return self._pages.render(
            "connection_accounts.html",
            status=400 if nothing else 200,
            person=person,
            entry=self._entry(connection, person),
            accounts=[
                (described(account), not nothing and (kept is None or account.account_id in kept))
                for account in person.accounts
            ],
            nothing=nothing,
            csrf=self._signed_in.csrf(request, f"accounts:{connection.id}"),
            logout_csrf=self._signed_in.csrf(request, "logout"),
        )

    def _find(self, request: Request, person: Person) -> Connection | None:
        return self._connections.find(request.path_params["connection"], person.username)

    def _entry(self, connection: Connection, person: Person) -> dict[str, object]:
        kept = connection.account_ids
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
            "accounts": None if kept is None else f"{len(kept)} of {len(person.accounts)}",
        }

    def _to_login(self) -> Response:
        return within(f"{self._settings.public_url}/login")

    def _out_of_date(self) -> Response:
        return self._pages.notice(
            400,
            "This page is out of date",
            "Nothing was changed. Go back to the list and try again.",
            link=(f"{self._settings.base_path}/connections", "Who can see my data"),
        )

    def _gone(self) -> Response:
        return self._pages.notice(
            404,
            "This access has already ended",
            "Nobody reads your data through it any more.",
            link=(f"{self._settings.base_path}/connections", "Who can see my data"),
        )
