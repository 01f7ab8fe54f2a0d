"""Discovery: OpenID Connect Discovery 1.0, RFC 8414, and the keys (RFC 7517)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from easement.authserver.settings import AuthServerSettings
from easement.keys.model import KeyRing
from easement.oauth.scope import SUPPORTED

_CACHE = {"cache-control": "public, max-age=300"}


def routes(settings: AuthServerSettings, keys: KeyRing) -> list[Route]:
    """Discovery documents and keys, true to what is served."""
    issuer = settings.issuer
    metadata = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/auth",
        "token_endpoint": f"{issuer}/token",
        "revocation_endpoint": f"{issuer}/revoke",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "scopes_supported": list(SUPPORTED),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [keys.signing.algorithm],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "revocation_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
        ],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "at_hash", "jti", "sid", "nonce",
            "name", "email", "email_verified", "grant_id", "connectorId", "recipientId",
            "products", "accounts",
        ],
    }  # fmt: skip

    async def configuration(_request: Request) -> Response:
        return JSONResponse(metadata, headers=_CACHE)

    async def jwks(_request: Request) -> Response:
        return JSONResponse(keys.jwks(), headers=_CACHE)

    return [
        Route("/.well-known/openid-configuration", configuration),
        Route("/.well-known/oauth-authorization-server", configuration),
        Route("/.well-known/jwks.json", jwks),
        Route("/keys", jwks),
    ]
