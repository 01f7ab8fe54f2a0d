"""The viewer's files, the large ones kept compressed."""

import gzip
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent / "viewer"
_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "reference.js": "text/javascript",
    "reference.css": "text/css",
    "LICENSE.txt": "text/plain",
    "NOTICE.txt": "text/plain",
    "swagger-ui-bundle.js.LICENSE.txt": "text/plain",
}


def routes() -> list[Route]:
    """A route for each file."""
    return [_route(name, media_type) for name, media_type in _FILES.items()]


def _route(name: str, media_type: str) -> Route:
    packed = _FOLDER / f"{name}.gz"
    is_packed = packed.exists()

    def serve(request: Request) -> Response:
        headers = {"cache-control": "public, max-age=3600"}
        if not is_packed:
            return Response((_FOLDER / name).read_bytes(), 200, headers, media_type)
        headers["vary"] = "accept-encoding"
        body = packed.read_bytes()
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
        return Response(body, 200, headers, media_type)

    return Route(f"/docs/viewer/{name}", serve)
