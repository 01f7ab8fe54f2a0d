"""Where a bank's OAuth endpoints are: from the settings, and from its metadata (OpenID Connect
Discovery 4, RFC 8414)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import msgspec

from easement.connectors.errors import BankError, BankMalformedError, BankUnavailableError
from easement.connectors.fdx_v5.settings import Settings, is_safe
from easement.connectors.fdx_v5.transport import is_json, send
from easement.platform.clock import Clock
from easement.platform.http import HttpClient

_TIMEOUT_S = 3.0
_MAX_BYTES = 256 * 1024
_KEEP = timedelta(hours=1)
_TRY_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where to ask what. `pushes` says whether authorization requests are pushed first, and
    `sends_iss` whether the bank promises ``iss`` in every authorization response."""

    authorization: str
    token: str
    jwks: str
    revocation: str | None
    pushed_authorization_request: str | None
    pushes: bool
    sends_iss: bool


class _Metadata(msgspec.Struct):
    issuer: str
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    jwks_uri: str | None = None
    revocation_endpoint: str | None = None
    pushed_authorization_request_endpoint: str | None = None
    require_pushed_authorization_requests: bool = False
    authorization_response_iss_parameter_supported: bool = False
    mtls_endpoint_aliases: dict[str, str] = msgspec.field(default_factory=dict)


class Discovery:
    """Knows the endpoints of one bank."""

    def __init__(self, settings: Settings, http: HttpClient, clock: Clock) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self._known: Endpoints | None = None
        self._look_again_at: datetime | None = None
        if settings.authorization_endpoint and settings.token_endpoint and settings.jwks_uri:
            # Nothing is left to ask for.
            self._known = self._endpoints(_Metadata(settings.issuer))

    async def endpoints(self) -> Endpoints:
        """The endpoints, from memory for an hour.

        A bank that does not answer later on keeps those that are known.

        Raises:
            BankError: they are not known yet, and the bank does not tell them.
        """
        known = self._known
        if known is not None and (
            self._look_again_at is None or self._clock.now() < self._look_again_at
        ):
            return known
        try:
            return await self.look()
        except BankError:
            if known is None:
                raise
            self._look_again_at = self._clock.now() + _TRY_AGAIN
            return known

    async def look(self) -> Endpoints:
        """Ask the bank anew, where the settings leave something out.

        Raises:
            BankUnavailableError, BankTimeoutError: there is no metadata to be had.
            BankMalformedError: another issuer's, or it lacks what is needed; says what.
        """
        if self._known is not None and self._look_again_at is None:
            return self._known
        self._known = self._endpoints(await self._metadata())
        self._look_again_at = self._clock.now() + _KEEP
        return self._known

    async def _metadata(self) -> _Metadata:
        issuer = self._settings.issuer
        answer = None
        for url in _addresses(issuer):
            answer = await send(
                self._http,
                "GET",
                url,
                headers={"Accept": "application/json"},
                timeout_s=_TIMEOUT_S,
                max_bytes=_MAX_BYTES,
            )
            if answer.status == 200:
                break
        if answer is None or answer.status != 200:
            message = f"{_addresses(issuer)[0]} answers {answer and answer.status}, expected 200"
            raise BankUnavailableError(message)
        if not is_json(answer):
            message = "the metadata is not JSON"
            raise BankMalformedError(message)
        try:
            metadata = msgspec.json.decode(answer.body, type=_Metadata)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            message = "the metadata cannot be read"
            raise BankMalformedError(message) from None
        # RFC 8414 3.3: else another server could pass its endpoints off as this bank's.
        if metadata.issuer != issuer:
            message = f"the metadata is of the issuer {metadata.issuer!r}, expected {issuer!r}"
            raise BankMalformedError(message)
        return metadata

    def _may_lead_to(self, url: str) -> bool:
        """Plain http is for a bank on this machine: any other could lead our credentials to what
        listens on our own loopback addresses."""
        is_remote = urlsplit(self._settings.issuer).scheme == "https"
        return urlsplit(url).scheme == "https" if is_remote else is_safe(url)

    def _endpoints(self, metadata: _Metadata) -> Endpoints:
        settings = self._settings
        # RFC 8705 5: where a client that shows a certificate is to go instead.
        aliases = metadata.mtls_endpoint_aliases if settings.client_certificate else {}

        def found(name: str) -> str | None:
            given: str | None = getattr(settings, name)
            if given is not None:
                return given
            told: str | None = aliases.get(name) or getattr(metadata, name)
            if told is not None and not self._may_lead_to(told):
                message = f"the metadata's {name} must be an https URL"
                raise BankMalformedError(message)
            return told

        def needed(name: str) -> str:
            url = found(name)
            if url is None:
                message = f"the metadata has no {name}; give it in the settings"
                raise BankMalformedError(message)
            return url

        pushes = (
            metadata.require_pushed_authorization_requests
            or settings.pushed_authorization_requests == "always"
        )
        return Endpoints(
            authorization=needed("authorization_endpoint"),
            token=needed("token_endpoint"),
            jwks=needed("jwks_uri"),
            revocation=found("revocation_endpoint"),
            pushed_authorization_request=(
                needed("pushed_authorization_request_endpoint") if pushes else None
            ),
            pushes=pushes,
            sends_iss=(
                metadata.authorization_response_iss_parameter_supported
                or settings.authorization_response_iss == "required"
            ),
        )


def _addresses(issuer: str) -> tuple[str, str]:
    """OpenID Connect appends to the issuer, RFC 8414 3.1 inserts before its path."""
    parts = urlsplit(issuer)
    path = f"/.well-known/oauth-authorization-server{parts.path.rstrip('/')}"
    return (
        f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        urlunsplit(parts._replace(path=path)),
    )
