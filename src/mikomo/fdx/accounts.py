"""GET /accounts, /accounts/{accountId} and /accounts/{accountId}/contact."""

from typing import Literal
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.catalogue import Account, Catalogue, Fields, Person
from mikomo.fdx.bearer import BearerCheck, refuse_if_failing
from mikomo.fdx.errors import account_not_found, invalid_input
from mikomo.oauth.scopes import ACCOUNTS, CUSTOMER
from mikomo.store.connections import ConnectionStore
from mikomo.web.forms import BadParametersError, Parameters, query_of

ResultType = Literal["lightweight", "details"]

_MAX_LIMIT = 500


class AccountHolder(msgspec.Struct, frozen=True):
    """The parts of a customer record that the contact answer is made of."""

    addresses: tuple[Fields, ...] = ()
    telephones: tuple[Fields, ...] = ()
    email: tuple[str, ...] = ()


class _HolderAccount(msgspec.Struct, frozen=True, rename="camel"):
    account_id: str


class AccountsApi:
    """The account endpoints."""

    def __init__(self, connections: ConnectionStore, catalogue: Catalogue) -> None:
        self._bearer = BearerCheck(connections, catalogue)

    def routes(self) -> list[Route]:
        """Below `/fdx`."""
        return [
            Route("/v5/accounts", self._list, methods=["GET"]),
            Route("/v5/accounts/{account_id}", self._one, methods=["GET"]),
            Route("/v5/accounts/{account_id}/contact", self._contact, methods=["GET"]),
        ]

    async def _list(self, request: Request) -> Response:
        person = self._bearer.person(request, ACCOUNTS)
        query = _query(request)
        # The account list that a consent page shows is no data call: it answers for everyone.
        if query.get("resultType") != "lightweight":
            refuse_if_failing(person)
        if query.doubled:
            raise invalid_input("expected each parameter once")
        result_type = _result_type(query)
        chosen = _chosen(person, query)
        offset, limit = _window(query)
        page = chosen[offset:] if limit is None else chosen[offset : offset + limit]
        forms = [_form(account, result_type) for account in page]
        body = b'{"accounts":[' + b",".join(forms) + b"]"
        if limit is not None:
            body += b"," + _paging(query, len(chosen), offset, limit)
        return _json(body + b"}")

    async def _one(self, request: Request) -> Response:
        person = self._bearer.person(request, ACCOUNTS)
        refuse_if_failing(person)
        return _json(_account_of(person, request).details)

    async def _contact(self, request: Request) -> Response:
        person = self._bearer.person(request, CUSTOMER)
        refuse_if_failing(person)
        account = _account_of(person, request)
        holder = msgspec.json.decode(person.customer, type=AccountHolder)
        holders = [entry for entry in person.holders if _holds(entry, account.account_id)]
        body = {
            "holders": holders or [_as_holder(person)],
            "emails": holder.email,
            "addresses": [_delivery_address(address) for address in holder.addresses],
            "telephones": holder.telephones,
        }
        return _json(msgspec.json.encode(body))


def _query(request: Request) -> Parameters:
    try:
        return query_of(request)
    except BadParametersError as error:
        raise invalid_input(str(error)) from error


def _result_type(query: Parameters) -> ResultType:
    match query.get("resultType"):
        case "" | "lightweight":
            return "lightweight"
        case "details":
            return "details"
        case _:
            raise invalid_input("expected resultType lightweight or details")


def _chosen(person: Person, query: Parameters) -> tuple[Account, ...]:
    if "accountIds" not in query:
        return person.accounts
    wanted = set(query.get("accountIds").split(","))
    chosen = tuple(account for account in person.accounts if account.account_id in wanted)
    if len(chosen) != len(wanted):
        raise account_not_found()
    return chosen


def _window(query: Parameters) -> tuple[int, int | None]:
    offset = _number(query, "offset", 0, 1_000_000)
    limit = _number(query, "limit", 1, _MAX_LIMIT)
    return offset or 0, limit


def _number(query: Parameters, name: str, least: int, most: int) -> int | None:
    if name not in query:
        return None
    text = query.get(name)
    # int() would also read signs, spaces, underscores and digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and least <= int(text) <= most):
        raise invalid_input(f"expected {name} to be a whole number from {least} to {most}")
    return int(text)


def _form(account: Account, result_type: ResultType) -> bytes:
    return account.details if result_type == "details" else account.lightweight


def _paging(query: Parameters, total: int, offset: int, limit: int) -> bytes:
    """The members `page` and `links` of FDX's paginated array, without their braces."""
    page: dict[str, str | int] = {"totalElements": total}
    links: dict[str, dict[str, str]] = {}
    if offset + limit < total:
        page["nextOffset"] = str(offset + limit)
        links["next"] = {"href": _href(query, offset + limit)}
    if offset > 0:
        page["prevOffset"] = str(max(0, offset - limit))
        links["prev"] = {"href": _href(query, max(0, offset - limit))}
    return msgspec.json.encode({"page": page, "links": links})[1:-1]


def _href(query: Parameters, offset: int) -> str:
    kept = {name: query.get(name) for name in ("accountIds", "resultType") if name in query}
    changed = {**kept, "limit": query.get("limit"), "offset": str(offset)}
    return f"/accounts?{urlencode(changed, safe=',')}"


def _account_of(person: Person, request: Request) -> Account:
    wanted = request.path_params["account_id"]
    for account in person.accounts:
        if account.account_id == wanted:
            return account
    raise account_not_found()


def _holds(holder: Fields, account_id: str) -> bool:
    held = msgspec.json.decode(holder.get("accounts", b"[]"), type=list[_HolderAccount])
    return any(entry.account_id == account_id for entry in held)


def _as_holder(person: Person) -> Fields:
    fields = msgspec.json.decode(person.customer, type=Fields)
    fields.pop("accounts", None)
    return {**fields, "relationship": msgspec.Raw(b'"PRIMARY"')}


def _delivery_address(address: Fields) -> Fields:
    """FDX's delivery address says region where the customer record says state."""
    return {("region" if name == "state" else name): value for name, value in address.items()}


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
