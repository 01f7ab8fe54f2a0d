"""The bank's account API: the questions, and its answers read into the neutral form."""

from collections.abc import Sequence
from urllib.parse import quote

from easement.connectors.errors import BankMalformedError
from easement.connectors.fdx_v5.api import DataApi
from easement.connectors.fdx_v5.listing import read_listing
from easement.connectors.fdx_v5.reading import label, read_account
from easement.connectors.model import Account, AccountChoice, AccountsAnswer, CallContext

_MAX_PAGES = 50
# Banks write 0 or -1 where there is no next page.
_NO_MORE = frozenset({None, "0", "-1"})
# Keeps the request line below the 8 KB that many servers stop at, with ids of 64 characters.
_IDS_A_CALL = 100


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

    async def account_category(self, call: CallContext, account_id: str) -> str | None:
        """The wrapper key of one account; None if it is not listed. Raises `BankError`."""
        wanted = quote(account_id, safe="")
        answer = await self._pages(call, f"resultType=lightweight&accountIds={wanted}")
        categories = {account.account_id: account.category for account in answer.accounts}
        return categories.get(account_id)

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
            answer = await self._api.get_json(call, f"/accounts?{page_query}")
            listing = read_listing(answer.body, "accounts")
            read = [read_account(raw, call.access_token) for raw in listing.rows]
            good = [account for account in read if account is not None]
            if listing.rows and not good:
                message = "no account in the list can be read"
                raise BankMalformedError(message)
            accounts += good
            partial = partial or answer.partial or len(good) < len(read)
            if listing.next_offset in _NO_MORE:
                return AccountsAnswer(accounts, partial)
            if listing.next_offset == offset:
                break
            offset = listing.next_offset
        message = f"the account list does not end within {_MAX_PAGES} pages"
        raise BankMalformedError(message)
