"""The capabilities that a connector may have."""

from collections.abc import Sequence
from typing import Protocol

from easement.connectors.model import (
    AccountChoice,
    AccountsAnswer,
    BankLogin,
    BankTokens,
    CallContext,
    Document,
    Fields,
    Finding,
    ListPage,
    PageRequest,
    Statement,
    TaxStatement,
    TimeWindow,
    Transaction,
)


class AuthorizesConsumers(Protocol):
    """The provider leg of the consent flow: an OAuth 2.0 code grant with PKCE and refresh.

    All methods but `check` raise `BankError`.
    """

    async def authorization_url(
        self,
        *,
        redirect_uri: str,
        state: str,
        nonce: str,
        code_verifier: str,
        login_hint: str | None = None,
        prompt: str | None = None,
    ) -> str:
        """Where the consumer's browser goes to sign in; fails early when the bank is out.

        `login_hint` and `prompt` are those of OIDC Core 3.1.2.1.
        """
        ...

    async def is_issuer(self, issuer: str | None) -> bool:
        """Whether an authorization response with that ``iss``, or without one, is the bank's."""
        ...

    async def exchange(
        self, *, code: str, redirect_uri: str, nonce: str, code_verifier: str
    ) -> tuple[BankTokens, BankLogin]:
        """Exchange the bank's code; the login comes from its verified id_token."""
        ...

    async def refresh(self, refresh_token: str) -> BankTokens:
        """Refresh; raises `GrantRefusedError` when the bank ended the consumer's permission."""
        ...

    async def revoke(self, token: str) -> None:
        """Tell the bank that its refresh token is no longer needed (RFC 7009)."""
        ...

    async def check(self) -> list[Finding]:
        """Try what can be tried without a consumer, for an operator to read."""
        ...


class ReadsAccounts(Protocol):
    """Account list and account data. All methods raise `BankError`."""

    async def account_choices(self, call: CallContext) -> list[AccountChoice]:
        """All accounts of the login, for the account selection."""
        ...

    async def account_category(self, call: CallContext, account_id: str) -> str | None:
        """The FDX wrapper key of an account, such as ``depositAccount``; None if the bank lists no
        such account."""
        ...

    async def accounts(self, call: CallContext, account_ids: Sequence[str]) -> AccountsAnswer:
        """The named accounts in full detail, by one call."""
        ...


class ReadsCustomers(Protocol):
    """Who signed in."""

    async def customer(self, call: CallContext) -> Fields:
        """The customer record of the login. Raises `BankError`."""
        ...


class ReadsContacts(Protocol):
    """The holders of an account."""

    async def contact(self, call: CallContext, account_id: str) -> Fields:
        """Holders, e-mail addresses, addresses and telephones. Raises `BankError`."""
        ...


class ReadsPaymentNetworks(Protocol):
    """How money moves to and from an account."""

    async def payment_networks(self, call: CallContext, account_id: str) -> list[Fields]:
        """The account's networks with its number in each. Raises `BankError`."""
        ...


class ReadsTransactions(Protocol):
    """The transactions of one account."""

    async def page(
        self, call: CallContext, account_id: str, window: TimeWindow, page: PageRequest
    ) -> ListPage[Transaction]:
        """The rows of `window` that `page` asks for, however the bank itself pages.

        A row that cannot be read is left out. The bank is asked for no less than the window: a
        time format of whole seconds widens it to them.

        Raises:
            NoSuchPageError: `page.offset` names no page of this bank's lists.
            BankError: the bank did not answer.
        """
        ...


class ReadsStatements(Protocol):
    """The statements of one account."""

    async def page(
        self, call: CallContext, account_id: str, window: TimeWindow | None, page: PageRequest
    ) -> ListPage[Statement]:
        """The statements of `window`, or all that the bank lists. A row that cannot be read is left
        out.

        Raises:
            NoSuchPageError: `page.offset` names no page of this bank's lists.
            BankError: the bank did not answer.
        """
        ...

    async def document(
        self, call: CallContext, account_id: str, statement_id: str, media_type: str
    ) -> Document:
        """A statement as a file, opened: nothing of it is read yet. Raises `BankError`."""
        ...


class ReadsTaxForms(Protocol):
    """The customer's tax forms, of all accounts. All methods raise `BankError`."""

    async def search(
        self,
        call: CallContext,
        *,
        tax_year: str | None,
        tax_forms: Sequence[str],
        account_id: str | None,
        result_type: str | None,
    ) -> list[TaxStatement]:
        """Tax statements; what is None or empty is not a condition. `tax_forms` are FDX names such
        as ``Tax1099Div``, `result_type` is ``lightweight`` or ``details``."""
        ...

    async def form(self, call: CallContext, tax_form_id: str) -> TaxStatement:
        """The tax statement with this one form."""
        ...

    async def document(self, call: CallContext, tax_form_id: str, media_type: str) -> Document:
        """A form as a file, opened: nothing of it is read yet."""
        ...


class Connector(AuthorizesConsumers, ReadsAccounts, Protocol):
    """What a provider of this network needs at least, and what it may have besides: a capability
    that the bank does not offer is None, and its product answers 501."""

    @property
    def customers(self) -> ReadsCustomers | None: ...

    @property
    def contacts(self) -> ReadsContacts | None: ...

    @property
    def payment_networks(self) -> ReadsPaymentNetworks | None: ...

    @property
    def transactions(self) -> ReadsTransactions | None: ...

    @property
    def statements(self) -> ReadsStatements | None: ...

    @property
    def tax_forms(self) -> ReadsTaxForms | None: ...
