"""What passes between a connector and its callers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec


@dataclass(frozen=True, slots=True)
class BankTokens:
    """A provider's token answer. Secrets: never logged, stored sealed only."""

    access_token: str
    refresh_token: str | None
    expires_at: datetime


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
