"""The bank's account API: the questions, and its answers read into the neutral form."""

from collections.abc import Sequence
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from easement.connectors.errors import BankMalformedError
from easement.connectors.fdx_v5.api import DataApi
from easement.connectors.fdx_v5.reading import label, read_account
from easement.connectors.model import Account, AccountChoice, AccountsAnswer, CallContext

_MAX_PAGES = 50
# Keeps the request line below the 8 KB that many servers stop at, with ids of 64 characters.
_IDS_A_CALL = 100


class _Page(msgspec.Struct, rename="camel"):
    next_offset: str | int | None = None


class _Link(msgspec.Struct):
    href: str | None = None


class _Links(msgspec.Struct):
    next: _Link | None = None


class _List(msgspec.Struct):
    accounts: list[msgspec.Raw]
    page: _Page | None = None
    links: _Links | None = None


class AccountsClient:
    """Asks one bank for accounts."""

    def __init__(self, api: DataApi) -> None:
        self._api = api

    async def account_choices(self, call: CallContext) -> list[AccountChoice]:
        """All accounts of the login with what a person knows them by. Raises `BankError`."""
        answer = await self._pages(call, "resultType=lightweight")
        return [
            AccountChoice(account.account_id, label(account), account.category)
            for account in answer.accounts
        ]

    async def accounts(self, call: CallContext, account_ids: Sequence[str]) -> AccountsAnswer:
        """The named accounts in full detail. Raises `BankError`."""
        accounts: list[Account] = []
        partial = False
        for start in range(0, len(account_ids), _IDS_A_CALL):
            ids = ",".join(
                quote(account_id, safe="")
                for account_id in account_ids[start : start + _IDS_A_CALL]
            )
            answer = await self._pages(call, f"resultType=details&accountIds={ids}")
            accounts += answer.accounts
            partial = partial or answer.partial
        return AccountsAnswer(accounts, partial)

    async def _pages(self, call: CallContext, query: str) -> AccountsAnswer:
        accounts: list[Account] = []
        partial = False
        offset: str | None = None
        for _ in range(_MAX_PAGES):
            page_query = query if offset is None else f"{query}&offset={quote(offset, safe='')}"
            answer, said_partial = await self._page(call, page_query)
            read = [read_account(raw) for raw in answer.accounts]
            good = [account for account in read if account is not None]
            if answer.accounts and not good:
                message = "no account in the list can be read"
                raise BankMalformedError(message)
            accounts += good
            partial = partial or said_partial or len(good) < len(read)
            following = _next_offset(answer)
            if following is None:
                return AccountsAnswer(accounts, partial)
            if following == offset:
                break
            offset = following
        message = f"the account list does not end within {_MAX_PAGES} pages"
        raise BankMalformedError(message)

    async def _page(self, call: CallContext, query: str) -> tuple[_List, bool]:
        answer = await self._api.get_json(call, f"/accounts?{query}")
        try:
            return msgspec.json.decode(answer.body, type=_List), answer.partial
        except (msgspec.MsgspecError, ValueError, RecursionError):
            message = "the account list cannot be read"
            raise BankMalformedError(message) from None


def _next_offset(answer: _List) -> str | None:
    """Where the next page starts. Of a link only its offset is used, never its host or path: the
    access token goes nowhere but to the bank's own address."""
    if answer.page is not None and answer.page.next_offset not in {None, ""}:
        return str(answer.page.next_offset)
    if answer.links is not None and answer.links.next is not None and answer.links.next.href:
        try:
            offsets = parse_qs(urlsplit(answer.links.next.href).query).get("offset")
        except ValueError:
            message = "the link to the next page is not a URL"
            raise BankMalformedError(message) from None
        return offsets[0] if offsets else None
    return None
