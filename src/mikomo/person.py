"""One customer of the bank, as the endpoints and pages see them.

Values are carried as the bytes the data file holds: an amount written 100.00 is served as 100.00.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

Fields = dict[str, msgspec.Raw]
"""A JSON object whose values stay as written."""

StatementStatus = Literal["AVAILABLE", "PROCESSING", "FAILED"]


class Failure(msgspec.Struct, frozen=True, rename="camel"):
    """What every data call of this person answers with."""

    http_status: int
    code: int
    message: str


class Account(msgspec.Struct, frozen=True):
    """One account in both forms the API serves; each is a wrapped JSON object, `{category: {}}`."""

    account_id: str
    category: str
    details: bytes
    lightweight: bytes


class Row(msgspec.Struct, frozen=True):
    """One transaction as served, a wrapped JSON object.

    `moment` is what time windows are held against: postedTimestamp, else transactionTimestamp, in
    epoch seconds. `balance` is the account's after this row, in cents, where it is known.
    """

    moment: int
    body: bytes
    balance: int | None = None


class Statement(msgspec.Struct, frozen=True):
    """One entry of an account's list of statements."""

    statement_id: str
    date: date
    description: str
    status: StatementStatus


class TaxForm(msgspec.Struct, frozen=True):
    """One tax form: `kind` is its member (tax1099Div), `form_type` its FDX name (Tax1099Div)."""

    kind: str
    form_type: str
    tax_form_id: str
    body: msgspec.Raw


class TaxStatement(msgspec.Struct, frozen=True):
    """The tax forms of one issuer for one year; without an account, they are the person's."""

    tax_year: int
    tax_statement_id: str
    account_id: str | None
    issuer: msgspec.Raw
    recipient: msgspec.Raw
    attributes: tuple[msgspec.Raw, ...]
    forms: tuple[TaxForm, ...]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One customer of the bank, as known at one moment of the bank's clock."""

    username: str
    password: str
    full_name: str
    failure: Failure | None
    customer: msgspec.Raw
    holders: tuple[Fields, ...]
    accounts: tuple[Account, ...]
    payment_networks: Mapping[str, tuple[msgspec.Raw, ...]] = {}
    tax_statements: Sequence[TaxStatement] = ()
    scenario: str = ""
    good_for: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    on_paper_only: frozenset[str] = frozenset()
    rows: Callable[[str, int], Sequence[Row]]
    statement_list: Callable[[str, int], Sequence[Statement]]
    present: Callable[[int], tuple[tuple[Account, ...], Sequence[TaxStatement]]]

    def at(self, now: int) -> "Person":
        """The same person with the values that depend on the clock as they are at `now`."""
        accounts, tax_statements = self.present(now)
        return msgspec.structs.replace(self, accounts=accounts, tax_statements=tax_statements)

    @property
    def email(self) -> str:
        """The address of the login, on a domain that can receive nothing (RFC 2606)."""
        return f"{self.username}@example.com"

    def transactions(self, account_id: str, now: int) -> Sequence[Row]:
        """The account's rows up to `now`, in serving order; none for an account that has none, or
        has them on its statements only."""
        return () if account_id in self.on_paper_only else self.rows(account_id, now)

    def statements(self, account_id: str, now: int) -> Sequence[Statement]:
        """The account's statements up to `now`, oldest first; none for an account that has none."""
        return self.statement_list(account_id, now)
