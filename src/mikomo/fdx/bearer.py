"""Whose data an access token opens."""

from starlette.requests import Request

from mikomo.catalogue import Catalogue, Person
from mikomo.fdx.errors import FdxError, unauthenticated
from mikomo.store.connections import ConnectionStore


class BearerCheck:
    """Turns the Authorization header into the person it stands for (RFC 6750)."""

    def __init__(self, connections: ConnectionStore, catalogue: Catalogue) -> None:
        self._connections = connections
        self._catalogue = catalogue

    def person(self, request: Request, scope: str) -> Person:
        """The person, if the token is live and covers the scope; FdxError otherwise."""
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
        return person


def refuse_if_failing(person: Person) -> None:
    """Some sample people exist to show a failure: each of their data calls ends in it."""
    if person.failure is not None:
        raise FdxError(person.failure.http_status, person.failure.code, person.failure.message)
