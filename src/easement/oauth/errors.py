"""Error codes of the authorization and token endpoints (RFC 6749 4.1.2.1 and 5.2, OIDC 3.1.2.6)."""

from dataclasses import dataclass
from enum import StrEnum


class OAuthError(StrEnum):
    """The ``error`` member or parameter."""

    ACCESS_DENIED = "access_denied"
    CONSENT_REQUIRED = "consent_required"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    INVALID_REQUEST = "invalid_request"
    INVALID_SCOPE = "invalid_scope"
    INVALID_TOKEN = "invalid_token"  # noqa: S105
    LOGIN_REQUIRED = "login_required"
    REQUEST_NOT_SUPPORTED = "request_not_supported"
    REQUEST_URI_NOT_SUPPORTED = "request_uri_not_supported"
    SERVER_ERROR = "server_error"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    UNSUPPORTED_TOKEN_TYPE = "unsupported_token_type"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was refused, in the voices it needs.

    `error` and `description` are for the client, `status` is the HTTP status where the refusal is
    shown and not redirected, and `redirect_safe` says whether the redirect URI is known to be the
    client's own (RFC 6749 4.1.2.1: else the user must not be sent there).
    """

    error: OAuthError
    description: str | None = None
    status: int = 400
    redirect_safe: bool = False
