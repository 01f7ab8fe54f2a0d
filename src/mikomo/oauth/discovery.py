"""What networks need to know to use the server (OpenID Connect Discovery, RFC 8414)."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from mikomo.oauth import scopes
from mikomo.oauth.client_authentication import ALGORITHMS, METHODS
from mikomo.oauth.keys import SigningKey
from mikomo.settings import Settings


class Discovery:
    """Serves the metadata and the public keys."""

    def __init__(self, settings: Settings, key: SigningKey) -> None:
        self._metadata = _metadata(settings.public_url)
        self._key = key

    def routes(self) -> list[Route]:
        """Metadata under both well-known names, and the keys."""
        return [
            Route("/.well-known/openid-configuration", self._configuration),
            Route("/.well-known/oauth-authorization-server", self._configuration),
            Route("/oauth/jwks", self._jwks),
        ]

    async def _configuration(self, _request: Request) -> JSONResponse:
        return JSONResponse(self._metadata)

    async def _jwks(self, _request: Request) -> JSONResponse:
        return JSONResponse(self._key.public_jwks())


def _metadata(issuer: str) -> dict[str, object]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "pushed_authorization_request_endpoint": f"{issuer}/oauth/par",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": list(scopes.SUPPORTED),
        "claims_supported": [
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "name",
            "email",
        ],
        "token_endpoint_auth_methods_supported": list(METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "require_pushed_authorization_requests": False,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
