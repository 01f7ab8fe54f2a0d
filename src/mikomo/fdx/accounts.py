"""GET /accounts, /accounts/{accountId} and /accounts/{accountId}/payment-networks."""

from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.fdx.answers import json_answer
from mikomo.fdx.bearer import BearerCheck, refuse_if_failing
from mikomo.fdx.errors import account_not_found, invalid_input
from mikomo.fdx.paging import asked_page, page_and_links
from mikomo.fdx.questions import account_of, query_parameters
from mikomo.oauth.scopes import ACCOUNTS
from mikomo.person import Account, Person
from mikomo.web.forms import Parameters

ResultType = Literal["lightweight", "details"]


class AccountsApi:
    """The accounts themselves, and how money reaches them."""

    def __init__(self, bearer: BearerCheck) -> None:
        self._bearer = bearer

    def routes(self) -> list[Route]:
        """Below `/fdx`."""
        account = "/v5/accounts/{account_id}"
        return [
            Route("/v5/accounts", self._list, methods=["GET"]),
            Route(account, self._one, methods=["GET"]),
            Route(f"{account}/payment-networks", self._payment_networks, methods=["GET"]),
        ]

    async def _list(self, request: Request) -> Response:
        person = self._bearer.person_even_if_failing(request, ACCOUNTS)
        query = query_parameters(request)
        # The account list that a consent page shows is no data call: it answers for everyone.
        if query.get("resultType") != "lightweight":
            refuse_if_failing(person)
        result_type = _result_type(query)
        chosen = _chosen(person, query)
        if "offset" not in query and "limit" not in query:
            return json_answer(b'{"accounts":[' + _joined(chosen, result_type) + b"]}")
        page = asked_page(query)
        kept = {name: query.get(name) for name in ("accountIds", "resultType") if name in query}
        paging = page_and_links("/accounts", kept, page, len(chosen))
        accounts = _joined(chosen[page.span], result_type)
        return json_answer(b"{" + paging + b',"accounts":[' + accounts + b"]}")

    async def _one(self, request: Request) -> Response:
        person = self._bearer.person(request, ACCOUNTS)
        return json_answer(account_of(person, request).details)

    async def _payment_networks(self, request: Request) -> Response:
        person = self._bearer.person(request, ACCOUNTS)
        account = account_of(person, request)
        networks = person.payment_networks.get(account.account_id, ())
        return json_answer(msgspec.json.encode({"paymentNetworks": networks}))


def _result_type(query: Parameters) -> ResultType:
    match query.get("resultType"):
        case "" | "lightweight":
            return "lightweight"
        case "details":
            return "details"
        case _:
            raise invalid_input("expected resultType lightweight or details")


def _chosen(person: Person, query: Parameters) -> tuple[Account, ...]:
    """The accounts asked for; unknown ids are left out while at least one is known."""
    if "accountIds" not in query:
        return person.accounts
    wanted = set(query.get("accountIds").split(","))
    chosen = tuple(account for account in person.accounts if account.account_id in wanted)
    if not chosen:
        raise account_not_found()
    return chosen


def _joined(accounts: tuple[Account, ...], result_type: ResultType) -> bytes:
    return b",".join(
        account.details if result_type == "details" else account.lightweight for account in accounts
    )
