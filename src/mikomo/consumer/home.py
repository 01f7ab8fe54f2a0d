"""The bank's home page: what this place is and who can sign in."""

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.catalogue import Catalogue, Person
from mikomo.consumer.session import SignedIn
from mikomo.web.pages import Pages

_CATEGORY_WORDS = {
    "depositAccount": "deposit",
    "investmentAccount": "investment",
    "loanAccount": "loan",
    "locAccount": "credit card",
    "insuranceAccount": "insurance",
    "annuityAccount": "annuity",
}


class Home:
    """`/`."""

    def __init__(self, catalogue: Catalogue, signed_in: SignedIn, pages: Pages) -> None:
        self._catalogue = catalogue
        self._signed_in = signed_in
        self._pages = pages

    def routes(self) -> list[Route]:
        """The page's route."""
        return [Route("/", self._show, methods=["GET"])]

    async def _show(self, request: Request) -> Response:
        people = [(person.username, _summary(person)) for person in self._catalogue.everyone()]
        return self._pages.render(
            "home.html", people=people, person=self._signed_in.person(request)
        )


def _summary(person: Person) -> str:
    if person.failure is not None:
        return f"Data calls fail: {person.failure.code}, {person.failure.message}"
    counts = Counter(_CATEGORY_WORDS[account.category] for account in person.accounts)
    kinds = [f"{count} {kind}" for kind, count in counts.items()]
    listed = " and ".join(filter(None, [", ".join(kinds[:-1]), kinds[-1]]))
    return f"{listed} account{'' if len(person.accounts) == 1 else 's'}"
