"""Discovery: OpenID Connect Discovery 1.0, RFC 8414, and the keys (RFC 7517)."""

from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from easement.authserver.settings import AuthServerSettings
from easement.keys.algorithms import ALGORITHMS
from easement.oauth.scope import SUPPORTED
from easement.recipients.jwks import ASSERTION_ALGORITHMS
from easement.tokens.id_tokens import IdTokens

# Far shorter than the lead of a new key, so that nobody meets one before its publication.
_CACHE = {"cache-control": "public, max-age=300"}
_DOCUMENTS = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
_CLIENT_AUTHENTICATION = ["client_secret_basic", "client_secret_post", "private_key_jwt"]


def routes(settings: AuthServerSettings, id_tokens: IdTokens) -> list[Route]:
    """Discovery documents and keys, true to what is served."""
    document = metadata(settings.issuer)

    async def configuration(_request: Request) -> Response:
        return JSONResponse(document, headers=_CACHE)

    async def jwks(_request: Request) -> Response:
        return JSONResponse(await id_tokens.jwks(), headers=_CACHE)

    # RFC 8414 3.1 puts the well-known part between host and path of the issuer, OpenID Connect
    # Discovery 4 behind both: a proxy hands us the one with the path and the other without.
    path = urlsplit(settings.issuer).path
    inserted = [Route(f"{each}{path}", configuration) for each in _DOCUMENTS if path]
    return [
        *(Route(each, configuration) for each in _DOCUMENTS),
        *inserted,
        Route("/.well-known/jwks.json", jwks),
        Route("/keys", jwks),
    ]


def metadata(issuer: str) -> dict[str, Any]:
    """What the authorization server says of itself."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/auth",
        "pushed_authorization_request_endpoint": f"{issuer}/par",
        "require_pushed_authorization_requests": False,
        "token_endpoint": f"{issuer}/token",
        "revocation_endpoint": f"{issuer}/revoke",
        "introspection_endpoint": f"{issuer}/introspect",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "end_session_endpoint": f"{issuer}/logout",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "scopes_supported": list(SUPPORTED),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        **_authentication("token_endpoint"),
        **_authentication("revocation_endpoint"),
        **_authentication("introspection_endpoint"),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        # Of Core 6.2: those that we would fetch. What was pushed is not (RFC 9126 5).
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
        "claim_types_supported": ["normal"],
        "claims_supported": [
            *("iss", "sub", "aud", "exp", "iat", "auth_time", "at_hash", "jti", "sid", "nonce"),
            *("name", "email", "email_verified", "grant_id", "connectorId", "recipientId"),
            *("products", "accounts"),
        ],
    }


def _authentication(endpoint: str) -> dict[str, list[str]]:
    """How clients prove who they are (RFC 8414 2)."""
    return {
        f"{endpoint}_auth_methods_supported": _CLIENT_AUTHENTICATION,
        f"{endpoint}_auth_signing_alg_values_supported": sorted(ASSERTION_ALGORITHMS),
    }
