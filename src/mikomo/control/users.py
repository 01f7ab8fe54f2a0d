"""GET /control/users."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.catalogue import Catalogue
from mikomo.clock import Clock
from mikomo.control.bodies import answer
from mikomo.person import Person


class UsersApi:
    """Who can sign in, and what each of them is good for."""

    def __init__(self, catalogue: Catalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock

    def routes(self) -> list[Route]:
        """Below `/control`."""
        return [Route("/users", self._list, methods=["GET"])]

    async def _list(self, _request: Request) -> Response:
        return answer({"users": [self._shown(person) for person in self._catalogue.everyone()]})

    def _shown(self, person: Person) -> dict[str, object]:
        now = self._clock.now()
        rows = (person.transactions(account.account_id, now) for account in person.accounts)
        failure = person.failure
        return {
            "username": person.username,
            "password": person.password,
            "origin": "custom" if self._catalogue.is_other(person.username) else "catalogue",
            "scenario": person.scenario,
            "goodFor": person.good_for,
            "products": person.products,
            "accounts": len(person.accounts),
            "transactions": sum(map(len, rows)),
            "failure": failure and {"httpStatus": failure.http_status, "code": failure.code},
        }
