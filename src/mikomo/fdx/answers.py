"""How data leaves the bank: as JSON or as a file, and never into a cache."""

from starlette.responses import Response

_NOT_STORED = {"Cache-Control": "no-store"}

_EXTENSIONS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/tiff": "tif",
}


def json_answer(body: bytes) -> Response:
    """200 with JSON that is already encoded."""
    return Response(body, media_type="application/json", headers=_NOT_STORED)


def file_answer(content: bytes, media_type: str, name: str) -> Response:
    """200 with a document; `name` is its file name without the extension, in plain ASCII."""
    return Response(
        content,
        media_type=media_type,
        headers={
            **_NOT_STORED,
            "Content-Disposition": f'inline; filename="{name}.{_EXTENSIONS[media_type]}"',
            "Vary": "Accept",
        },
    )
