"""What passes between a connector and its callers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")

Fields: TypeAlias = dict[str, msgspec.Raw]
"""A JSON object whose values stay as the bank wrote them, so that 100.00 stays 100.00."""


@dataclass(frozen=True, slots=True)
class BankTokens:
    """A provider's token answer. Secrets: never logged, stored sealed only.

    `lifetime` is the access token's; None where the bank does not say.
    """

    access_token: str
    refresh_token: str | None
    lifetime: timedelta | None


@dataclass(frozen=True, slots=True)
class BankLogin:
    """Who signed in at the bank, from its verified id_token.

    `email_verified` is the bank's word; without one the address is anybody's claim.
    """

    subject: str
    name: str | None
    email: str | None
    email_verified: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an operator's check looked at; `fault` says in words what is wrong with it,
    None where it is fine."""

    subject: str
    fault: str | None


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """One line of the account selection: id and what a person recognises it by."""

    account_id: str
    label: str
    category: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account in the neutral form: its category (FDX wrapper key such as ``depositAccount``)
    and its fields, each value as the bank wrote it (`msgspec.Raw`, so 100.00 stays 100.00)."""

    account_id: str
    category: str
    fields: dict[str, msgspec.Raw]


@dataclass(frozen=True, slots=True)
class AccountsAnswer:
    """Accounts as the bank gave them; `partial` when it said so (206) or an account failed."""

    accounts: list[Account]
    partial: bool


@dataclass(frozen=True, slots=True)
class CallContext:
    """What a data call carries to the bank besides its question.

    `interaction_type` is ``user`` or ``batch``; `headers` are further ones to forward.
    """

    access_token: str
    interaction_id: str
    interaction_type: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """From `start` to `end`, both included; aware datetimes in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Up to `limit` entries from `offset`: a decimal number (0 is the first), or the opaque cursor
    that an earlier page of the same list gave as its `following`."""

    offset: str
    limit: int


@dataclass(frozen=True, slots=True)
class ListPage(Generic[T]):
    """Part of a list in the bank's order. `previous` and `following` are offsets of the pages
    around it; on the first page `previous` is 0, on the last one `following` is None."""

    items: list[T]
    previous: str
    following: str | None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction in the neutral form: its FDX wrapper key such as ``depositTransaction``, the
    account category that it belongs to, and its fields as the bank wrote them."""

    wrapper: str
    category: str
    fields: Mapping[str, msgspec.Raw]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of an account: its fields as the bank wrote them, and the media types (lower
    case) that the bank says it can give the file in. `account_id` is None where it names none."""

    statement_id: str
    account_id: str | None
    fields: Fields
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaxForm:
    """One form: its FDX wrapper key such as ``tax1099Div``, and its fields as the bank wrote them.
    The ids are None where it names none; `inner_account_ids` are those of forms and details inside
    it, as in a consolidated 1099."""

    kind: str
    tax_form_id: str | None
    account_id: str | None
    fields: Fields
    inner_account_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TaxStatement:
    """What a taxpayer got for one year: `fields` as the bank wrote them, and `forms` read. It is
    about the account `account_id`, or about the customer where that is None."""

    account_id: str | None
    fields: Fields
    forms: list[TaxForm]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that comes from the bank piece by piece.

    `media_type` is the one that was asked for; `length` in bytes, None where the bank does not say.
    `read` gives the next piece and nothing at the end, and raises `BankError` where the file breaks
    off. Whoever holds a document closes it, read to its end or not.
    """

    media_type: str
    length: int | None
    read: Callable[[], Awaitable[bytes]]
    close: Callable[[], None]
