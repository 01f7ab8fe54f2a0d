"""Questions about one account whose answers do not tell what kind of account it is.

A provider's policy may depend on the account's category. Where some rule does, the category is
looked up first; where none does, the look-up is saved.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from easement.connectors.model import CallContext
from easement.connectors.ports import ReadsAccounts
from easement.fdx import codes
from easement.gateway.errors import RefusedError
from easement.gateway.lens import Lens
from easement.gateway.request import Request

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OfAccount(Generic[T]):
    """What the bank says of an account, with the category the policy is asked by."""

    category: str | None
    data: T


def consented_account(request: Request, account_ids: frozenset[str]) -> str:
    """The accountId in the path: the segment behind the provider.

    Raises:
        RefusedError: 404/701 if it is missing, or the consumer did not share that account.
    """
    if not request.rest or not request.rest[0]:
        raise RefusedError(codes.ACCOUNT_NOT_FOUND, debug="accountId is missing in the path.")
    account_id = request.rest[0]
    if account_id not in account_ids:
        raise RefusedError(codes.ACCOUNT_NOT_FOUND)
    return account_id


async def ask_about(
    account_id: str,
    lens: Lens,
    accounts: ReadsAccounts,
    context: CallContext,
    ask: Callable[[], Awaitable[T]],
) -> OfAccount[T] | None:
    """What `ask` says of the account; None if the policy hides it, or needs to know its category
    and the bank lists no such account. Raises `BankError`."""
    category = None
    if lens.by_category:
        category = await accounts.account_category(context, account_id)
        if category is None:
            return None
    if not lens.sees(category):
        return None
    return OfAccount(category, await ask())


def visible(answer: OfAccount[T] | None) -> OfAccount[T]:
    """The answer, for an account that the app may know of.

    Raises:
        RefusedError: 404/701 for any other, in the words for one that does not exist.
    """
    if answer is None:
        raise RefusedError(codes.ACCOUNT_NOT_FOUND)
    return answer
