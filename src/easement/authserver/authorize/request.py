"""An authorization request while it is being checked."""

from collections.abc import Mapping
from dataclasses import dataclass

from easement.authorizations.model import Request
from easement.oauth.scope import granted_scope, parse_scope
from easement.providers.model import Provider
from easement.recipients.model import App

_LONGEST_LOGIN_HINT = 256


@dataclass(slots=True)
class PendingRequest:
    """Parameters as they came, and what the steps have found out about them.

    Parameters that no step knows are tolerated: ``display``, ``ui_locales``, ``claims_locales``,
    ``acr_values``, ``claims`` and whatever else (OIDC Core 3.1.2.1).
    """

    parameters: Mapping[str, str]
    doubled: str | None
    pushed_hash: str | None = None
    app: App | None = None
    provider: Provider | None = None
    subject_hint: str | None = None
    refused_by: str | None = None

    @property
    def redirect_uri(self) -> str:
        """The redirect URI; safe to use once the step `redirect_uri` has passed."""
        return self.parameters["redirect_uri"]

    @property
    def state(self) -> str | None:
        """The app's state, echoed unchanged."""
        return self.parameters.get("state")

    @property
    def prompts(self) -> frozenset[str]:
        """The values of ``prompt``."""
        return frozenset(self.parameters.get("prompt", "").split(" ")) - {""}

    @property
    def is_silent(self) -> bool:
        """Whether no page may be shown."""
        return "none" in self.prompts

    @property
    def max_age_s(self) -> int | None:
        """How many seconds ago the consumer may have signed in; safe after the step `max_age`."""
        value = self.parameters.get("max_age")
        return None if value is None else int(value)

    @property
    def login_hint(self) -> str | None:
        """What the bank may fill in for the consumer; one that is no name is no hint."""
        hint = self.parameters.get("login_hint", "")
        return hint if hint.isprintable() and 0 < len(hint) <= _LONGEST_LOGIN_HINT else None

    @property
    def wants_fresh_login(self) -> bool:
        """Whether a session that the bank still has must not do."""
        return bool(self.prompts & {"login", "select_account"}) or "max_age" in self.parameters

    def checked(self) -> Request:
        """The request, after all steps have passed."""
        assert self.app is not None  # noqa: S101 - the steps before have set both
        assert self.provider is not None  # noqa: S101
        return Request(
            app_id=self.app.id,
            provider_id=self.provider.id,
            redirect_uri=self.redirect_uri,
            scope=granted_scope(parse_scope(self.parameters["scope"])),
            state=self.state,
            nonce=self.parameters.get("nonce"),
            code_challenge=self.parameters.get("code_challenge"),
            subject_hint=self.subject_hint,
            pushed_hash=self.pushed_hash,
        )
