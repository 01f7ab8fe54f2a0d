"""GET /customers/current and /accounts/{accountId}/contact."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.fdx.answers import json_answer
from mikomo.fdx.bearer import BearerCheck
from mikomo.fdx.questions import account_of
from mikomo.oauth.scopes import CUSTOMER
from mikomo.person import Fields, Person


class ContactDetails(msgspec.Struct, frozen=True):
    """The parts of a customer record that the contact answer is made of."""

    addresses: tuple[Fields, ...] = ()
    telephones: tuple[Fields, ...] = ()
    email: tuple[str, ...] = ()


class _HeldAccount(msgspec.Struct, frozen=True, rename="camel"):
    account_id: str


class CustomersApi:
    """Who the person is, and who holds an account: only ever the person who allowed access."""

    def __init__(self, bearer: BearerCheck) -> None:
        self._bearer = bearer

    def routes(self) -> list[Route]:
        """Below `/fdx`."""
        return [
            Route("/v5/customers/current", self._current, methods=["GET"]),
            Route("/v5/accounts/{account_id}/contact", self._contact, methods=["GET"]),
        ]

    async def _current(self, request: Request) -> Response:
        person = self._bearer.person(request, CUSTOMER)
        return json_answer(msgspec.json.encode({"customer": person.customer}))

    async def _contact(self, request: Request) -> Response:
        person = self._bearer.person(request, CUSTOMER)
        account = account_of(person, request)
        details = msgspec.json.decode(person.customer, type=ContactDetails)
        holders = [entry for entry in person.holders if _holds(entry, account.account_id)]
        body = {
            "holders": holders or [_as_holder(person)],
            "emails": details.email,
            "addresses": [_delivery_address(address) for address in details.addresses],
            "telephones": details.telephones,
        }
        return json_answer(msgspec.json.encode(body))


def _holds(holder: Fields, account_id: str) -> bool:
    held = msgspec.json.decode(holder.get("accounts", b"[]"), type=list[_HeldAccount])
    return any(entry.account_id == account_id for entry in held)


def _as_holder(person: Person) -> Fields:
    fields = msgspec.json.decode(person.customer, type=Fields)
    fields.pop("accounts", None)
    return {**fields, "relationship": msgspec.Raw(b'"PRIMARY"')}


def _delivery_address(address: Fields) -> Fields:
    """FDX's delivery address says region where the customer record says state."""
    return {("region" if name == "state" else name): value for name, value in address.items()}
