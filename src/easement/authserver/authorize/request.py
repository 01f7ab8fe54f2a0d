"""An authorization request while it is being checked."""

from collections.abc import Mapping
from dataclasses import dataclass

from easement.authorizations.model import Request
from easement.oauth.scope import granted_scope, parse_scope
from easement.providers.model import Provider
from easement.recipients.model import App


@dataclass(slots=True)
class PendingRequest:
    """Parameters as they came, and what the steps have found out about them."""

    parameters: Mapping[str, str]
    doubled: str | None
    app: App | None = None
    provider: Provider | None = None

    @property
    def redirect_uri(self) -> str:
        """The redirect URI; safe to use once the step `redirect_uri` has passed."""
        return self.parameters["redirect_uri"]

    @property
    def state(self) -> str | None:
        """The app's state, echoed unchanged."""
        return self.parameters.get("state")

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
        )
