"""The network's public keys as a client of one bank (private_key_jwt), for the bank to fetch."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from easement.keys.algorithms import key_of
from easement.providers.directory import Directory

_CACHE = {"cache-control": "public, max-age=300"}


def routes(directory: Directory) -> list[Route]:
    """A JWK Set (RFC 7517) for each provider: a key is shown to the bank that it is for, so that
    one bank's key says nothing about another's."""

    async def jwks(request: Request) -> Response:
        provider = await directory.current(request.path_params["provider_id"])
        if provider is None or not provider.client_keys:
            return JSONResponse({"keys": []}, 404)
        public = [key_of(dict(each)).as_dict(private=False) for each in provider.client_keys]
        return JSONResponse({"keys": public}, headers=_CACHE)

    return [Route("/providers/{provider_id}/jwks.json", jwks, methods=["GET"])]
