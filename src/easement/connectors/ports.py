"""The capabilities that a connector may have."""

from collections.abc import Sequence
from typing import Protocol

from easement.connectors.model import (
    AccountChoice,
    AccountsAnswer,
    BankLogin,
    BankTokens,
    CallContext,
)


class AuthorizesConsumers(Protocol):
    """The provider leg of the consent flow: an OAuth 2.0 code grant with PKCE and refresh.

    All methods raise `BankError`.
    """

    async def authorization_url(
        self, *, redirect_uri: str, state: str, nonce: str, code_verifier: str
    ) -> str:
        """Where the consumer's browser goes to sign in; fails early when the bank is out."""
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


class ReadsAccounts(Protocol):
    """Account list and account data. All methods raise `BankError`."""

    async def account_choices(self, call: CallContext) -> list[AccountChoice]:
        """All accounts of the login, for the account selection."""
        ...

    async def accounts(self, call: CallContext, account_ids: Sequence[str]) -> AccountsAnswer:
        """The named accounts in full detail, by one call."""
        ...


class Connector(AuthorizesConsumers, ReadsAccounts, Protocol):
    """What a provider of this network needs at least, and what it may have besides: a capability
    that the bank does not offer is None, and its product answers 501."""
