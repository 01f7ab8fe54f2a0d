"""An operator's look at a bank's OAuth server: what works without a consumer, and what does not."""

from collections.abc import Awaitable

from easement.connectors.errors import BankError, ClientRefusedError, GrantRefusedError
from easement.connectors.fdx_v5.discovery import Discovery
from easement.connectors.fdx_v5.id_token import IdTokenVerifier
from easement.connectors.fdx_v5.oauth import OAuthClient
from easement.connectors.fdx_v5.tls import Tls
from easement.connectors.model import Finding
from easement.platform.ids import new_secret


class Check:
    """Tries one thing after the other; what needs an earlier one that failed is left out."""

    def __init__(
        self, tls: Tls, discovery: Discovery, verifier: IdTokenVerifier, oauth: OAuthClient
    ) -> None:
        self._tls = tls
        self._discovery = discovery
        self._verifier = verifier
        self._oauth = oauth

    async def run(self) -> list[Finding]:
        """TLS files, metadata, keys, and the token endpoint with the network's credentials."""
        findings: list[Finding] = []
        if self._tls.is_special:
            findings.append(Finding("certificates", self._certificates()))
        findings.append(Finding("metadata", await _fault(self._discovery.look())))
        if findings[-1].fault is None:
            findings.append(Finding("signing keys", await _fault(self._verifier.fetch_keys())))
            findings.append(Finding("token endpoint", await self._token_endpoint()))
        return findings

    def _certificates(self) -> str | None:
        try:
            self._tls.context()
        except OSError as error:
            return str(error)
        return None

    async def _token_endpoint(self) -> str | None:
        """A refresh token that nobody was given: only who passes as a client hears that it is
        none."""
        try:
            await self._oauth.refresh(new_secret())
        except GrantRefusedError:
            return None
        except ClientRefusedError as error:
            return (
                f"it refuses the network's credentials or request ({error}); compare client_id, "
                "token_endpoint_auth_method and the secret, key or certificate with what the bank "
                "has registered"
            )
        except BankError as error:
            return str(error) or type(error).__name__
        return "it gives tokens for a refresh token that nobody was given"


async def _fault(try_it: Awaitable[object]) -> str | None:
    try:
        await try_it
    except BankError as error:
        return str(error) or type(error).__name__
    return None
