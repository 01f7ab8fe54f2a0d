"""Whose data an access token opens."""

from starlette.requests import Request

from mikomo.catalogue import Catalogue
from mikomo.fdx.errors import FdxError, unauthenticated
from mikomo.narrowing import narrowed
from mikomo.person import Person
from mikomo.store.connections import ConnectionStore


class BearerCheck:
    """Turns the Authorization header into the person it stands for (RFC 6750)."""

    def __init__(self, connections: ConnectionStore, catalogue: Catalogue) -> None:
        self._connections = connections
        self._catalogue = catalogue

    def person(self, request: Request, scope: str) -> Person:
        """The person, if the token is live and covers the scope; FdxError otherwise.

        Some sample people exist to show a failure: each of their data calls ends in it.
        """
        person = self.person_even_if_failing(request, scope)
        refuse_if_failing(person)
        return person

    def person_even_if_failing(self, request: Request, scope: str) -> Person:
        """The same without the failures; whoever asks refuses what is a data call."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise unauthenticated("Bearer")
        connection = self._connections.of_access_token(token.strip())
        person = self._catalogue.find(connection.username) if connection else None
        if connection is None or person is None:
            raise unauthenticated('Bearer error="invalid_token"')
        if scope not in connection.scope.split():
            raise FdxError(
                403,
                403,
                "Insufficient scope",
                f"expected an access token with the scope {scope}",
                {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
            )
        self._connections.note_use(connection)
        return narrowed(person, connection.account_ids)


def refuse_if_failing(person: Person) -> None:
    """Answer with the person's failure, if there is one."""
    if person.failure is not None:
        raise FdxError(person.failure.http_status, person.failure.code, person.failure.message)
