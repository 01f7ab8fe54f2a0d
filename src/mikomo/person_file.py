"""What a person's data file holds, and the person it describes.

The catalogue's own people and those that somebody adds are both made here. Parts whose values
are served as they are written stay bytes.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

import msgspec

from mikomo.as_written import account_id_of, account_of, compact, row_of
from mikomo.ledger.books import AnyPlan, Books, day_of
from mikomo.ledger.history import CheckingHistory
from mikomo.ledger.plan import BEGINNING
from mikomo.monthly_statements import MonthlyStatements
from mikomo.payment_networks import networks_of
from mikomo.person import (
    Account,
    Failure,
    Fields,
    Person,
    Row,
    Statement,
    StatementStatus,
    TaxStatement,
)
from mikomo.relative import Present, is_relative
from mikomo.tax_years import TaxTemplate

ALL_PRODUCTS = (
    "accounts-info",
    "balances",
    "accounts",
    "taxlots",
    "transactions",
    "customers",
    "contacts",
    "payments",
    "statements",
    "tax-forms",
)


class Name(msgspec.Struct, frozen=True):
    """A person's name, as far as the pages and the id_token use it."""

    first: str
    last: str


class CustomerRecord(msgspec.Struct, frozen=True):
    """The part of the customer record that the program itself reads."""

    name: Name


class GivenStatement(msgspec.Struct, frozen=True, rename="camel"):
    """One statement that the file names; its other members are made by the endpoint."""

    statement_id: str
    statement_date: date
    description: str
    status: StatementStatus


class PersonFile(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """A data file. Everything but the four first members may be left out."""

    username: str
    password: str
    customer: msgspec.Raw
    """FDX customer record; `name.first` and `name.last` at least."""
    accounts: tuple[Fields, ...]
    """Wrapped FDX accounts, `{category: {...}}`; values may be relative to the clock."""
    holders: tuple[Fields, ...] = ()
    """Account holders; an account that nobody here names is held by the customer."""
    transactions: dict[str, tuple[Fields, ...]] = {}
    """By accountId: wrapped rows in the order they are served, before those of the ledger."""
    ledger: tuple[AnyPlan, ...] = ()
    """Plans for rows that are made, at most one for each account."""
    payment_networks: dict[str, tuple[msgspec.Raw, ...]] = {}
    """By accountId; a deposit account that is not named gets made-up ones, one with [] none."""
    statements: dict[str, tuple[GivenStatement, ...]] = {}
    monthly_statements: MonthlyStatements | None = None
    tax_statements: tuple[TaxTemplate, ...] = ()
    scenario: str = ""
    good_for: tuple[str, ...] = ()
    products: tuple[str, ...] = ALL_PRODUCTS
    error: Failure | None = None
    """What every data call of this person answers with."""


def person_of(file: PersonFile) -> Person:
    """The person that the file describes; ValueError where its parts do not fit together."""
    return _Dossier(file).person()


class _Dossier:
    """Holds the parsed file and what is made from it, once it has been asked for."""

    def __init__(self, file: PersonFile) -> None:
        self._file = file
        self._accounts = tuple(
            account_of(category, raw) for entry in file.accounts for category, raw in entry.items()
        )
        categories = {account.account_id: account.category for account in self._accounts}
        if len(categories) != len(self._accounts):
            raise ValueError("expected every account to have an accountId of its own")
        _check_account_ids(file, set(categories))
        self._books = Books(file.username, file.ledger, categories)
        self._given = {
            account_id: tuple(row_of(*wrapped) for entry in entries for wrapped in entry.items())
            for account_id, entries in file.transactions.items()
        }
        # Yesterday's is still asked for while midnight passes.
        self._present = lru_cache(maxsize=2)(self._on_day)
        # What is not known shows now, and not to whoever first asks for it.
        self._on_day(BEGINNING.first)
        for template in file.tax_statements:
            template.check()

    def person(self) -> Person:
        file = self._file
        name = msgspec.json.decode(file.customer, type=CustomerRecord).name
        return Person(
            username=file.username,
            password=file.password,
            full_name=f"{name.first} {name.last}",
            failure=file.error,
            customer=compact(file.customer),
            holders=tuple(
                {key: compact(value) for key, value in holder.items()} for holder in file.holders
            ),
            accounts=self._accounts,
            payment_networks=self._payment_networks(),
            scenario=file.scenario,
            good_for=file.good_for,
            products=file.products,
            on_paper_only=frozenset(
                plan.account_id
                for plan in file.ledger
                if isinstance(plan, CheckingHistory) and plan.on_paper_only
            ),
            rows=self._rows,
            statement_list=self._statements,
            present=lambda now: self._present(day_of(now)),
        )

    def _rows(self, account_id: str, now: int) -> Sequence[Row]:
        given, made = self._given.get(account_id, ()), self._books.rows(account_id, now)
        if self._category(account_id) == "investmentAccount":
            return (*reversed(made), *given)
        return (*given, *made) if given else made

    def _statements(self, account_id: str, now: int) -> Sequence[Statement]:
        given = tuple(
            Statement(one.statement_id, one.statement_date, one.description, one.status)
            for one in self._file.statements.get(account_id, ())
        )
        monthly = self._file.monthly_statements
        return given if monthly is None else (*given, *monthly.list(account_id, now))

    def _payment_networks(self) -> dict[str, tuple[msgspec.Raw, ...]]:
        given = self._file.payment_networks
        made = {
            account_id_of(raw): networks_of(raw)
            for entry in self._file.accounts
            for category, raw in entry.items()
            if category == "depositAccount"
        }
        written = {key: tuple(map(compact, networks)) for key, networks in given.items()}
        return {key: networks for key, networks in {**made, **written}.items() if networks}

    def _on_day(self, day: date) -> tuple[tuple[Account, ...], tuple[TaxStatement, ...]]:
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        present = Present(self._books, midnight)
        accounts = tuple(
            msgspec.structs.replace(account, details=present.fill(account.account_id, details))
            if is_relative(details := account.details)
            else account
            for account in self._accounts
        )
        taxes = [one for template in self._file.tax_statements for one in template.statements(day)]
        return accounts, tuple(taxes)

    def _category(self, account_id: str) -> str:
        found = (one.category for one in self._accounts if one.account_id == account_id)
        return next(found, "")


def _check_account_ids(file: PersonFile, known: set[str]) -> None:
    monthly = file.monthly_statements
    named: dict[str, Iterable[str]] = {
        "transactions": file.transactions,
        "paymentNetworks": file.payment_networks,
        "statements": file.statements,
        "monthlyStatements.accountIds": () if monthly is None else monthly.account_ids,
        "taxStatements": {one.account_id for one in file.tax_statements if one.account_id},
    }
    for member, account_ids in named.items():
        for account_id in account_ids:
            if account_id not in known:
                raise ValueError(
                    f"expected {member} to name accounts of this person, found {account_id!r}"
                )
