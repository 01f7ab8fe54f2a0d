"""What of a customer's tax statements one call may show: consent first, then the provider's policy.

A statement, and a form in it, may name an account; then it is that account's data. One that names
none is about the customer, who shares it with the product as a whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from easement.connectors.model import CallContext, TaxForm, TaxStatement
from easement.connectors.ports import ReadsAccounts
from easement.gateway.documents import check_documents
from easement.gateway.lens import Lens

# A PDF that comes with the data is left out: it may show forms of other accounts.
_MEMBERS = frozenset(
    {"taxYear", "taxStatementId", "attributes", "taxDataType", "issuer", "recipient"}
)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class SeenStatement:
    """A tax statement with those of its forms that may be shown, and the categories of the accounts
    that it is about (None: the customer)."""

    statement: TaxStatement
    categories: frozenset[str | None]

    def by_form(self) -> "list[SeenStatement]":
        """One statement for each form, since a PDF belongs to a form."""
        statement = self.statement
        return [
            replace(self, statement=replace(statement, forms=[form])) for form in statement.forms
        ]


@dataclass(frozen=True, slots=True)
class TaxView:
    """Of the accounts `account_ids`, through `lens`."""

    account_ids: frozenset[str]
    lens: Lens

    async def seen(
        self, statements: Iterable[TaxStatement], accounts: ReadsAccounts, context: CallContext
    ) -> list[SeenStatement]:
        """What may be shown of `statements`. Raises `BankError`."""
        shared = [own for each in statements if (own := self._shared(each)) is not None]
        categories: dict[str, str] = {}
        if self.lens.by_category and any(map(_accounts, shared)):
            choices = await accounts.account_choices(context)
            categories = {choice.account_id: choice.category for choice in choices}
        return [kept for each in shared if (kept := self._seen(each, categories)) is not None]

    def check_documents(self, seen: SeenStatement) -> None:
        """Raises `RefusedError`, 403, if the statement's forms must not leave as files."""
        for category in seen.categories:
            check_documents(self.lens, category)

    def item(self, seen: SeenStatement, pdf: bytes | None = None) -> Mapping[str, msgspec.Raw]:
        """The statement as it leaves, with a form's `pdf` beside the data if there is one."""
        statement = seen.statement
        item: Mapping[str, msgspec.Raw] = {
            name: value for name, value in statement.fields.items() if name in _MEMBERS
        }
        if "forms" in statement.fields:
            forms = [{form.kind: form.fields} for form in statement.forms]
            item = {**item, "forms": msgspec.Raw(_encode(forms))}
        # Where accounts of several kinds stand in one statement, each kind's masks hold for all.
        for category in seen.categories:
            item = self.lens.apply(category, item, "statements")
        if pdf is not None:
            file = {"taxDataType": msgspec.Raw(b'"BASE64_PDF"'), "pdf": msgspec.Raw(_encode(pdf))}
            item = {**item, **file}
        return item

    def _shared(self, statement: TaxStatement) -> TaxStatement | None:
        def is_shared(account_id: str | None) -> bool:
            return account_id is None or account_id in self.account_ids

        if not is_shared(statement.account_id):
            return None
        return _with_forms(
            statement, [form for form in statement.forms if all(map(is_shared, _named(form)))]
        )

    def _seen(self, statement: TaxStatement, categories: Mapping[str, str]) -> SeenStatement | None:
        def category(account_id: str | None) -> str | None:
            return None if account_id is None else categories.get(account_id)

        def is_seen(account_id: str | None) -> bool:
            unknown = account_id is not None and account_id not in categories
            if self.lens.by_category and unknown:
                return False
            return self.lens.sees(category(account_id))

        own = statement.account_id
        if own is not None and not is_seen(own):
            return None
        kept = _with_forms(
            statement,
            [
                form
                for form in statement.forms
                if is_seen(form.account_id or own) and all(map(is_seen, form.inner_account_ids))
            ],
        )
        if kept is None:
            return None
        named = _accounts(kept) or {None}
        if not all(map(is_seen, named)):
            return None
        return SeenStatement(kept, frozenset(map(category, named)))


def _with_forms(statement: TaxStatement, forms: list[TaxForm]) -> TaxStatement | None:
    """None if there were forms, and none of them is left."""
    if statement.forms and not forms:
        return None
    return replace(statement, forms=forms)


def _accounts(statement: TaxStatement) -> set[str | None]:
    """The accounts that the statement and its forms name."""
    return {statement.account_id}.union(*map(_named, statement.forms)) - {None}


def _named(form: TaxForm) -> frozenset[str | None]:
    """The accounts that the form names, itself and inside; None if it names none itself."""
    return form.inner_account_ids | {form.account_id}
