"""PDF pages as pictures."""

import io

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
from PIL import Image

_DOTS_PER_POINT = 100 / 72
# JPEG counts rows in 16 bits.
_TALLEST = 65_000

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/tiff": "TIFF"}


def picture(pdf: bytes, media_type: str) -> bytes:
    """The pages in one picture, from top to bottom; TIFF holds them as pages.

    100 dots an inch, fewer where a picture would get too tall to be written.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        height = sum(page.get_height() for page in document)
        scale = min(_DOTS_PER_POINT, _TALLEST / height)
        pages = [page.render(scale=scale).to_pil().convert("RGB") for page in document]
    finally:
        document.close()
    out = io.BytesIO()
    if media_type == "image/tiff":
        first, *others = pages
        first.save(
            out, "TIFF", save_all=True, append_images=others, compression="tiff_lzw", dpi=(100, 100)
        )
    else:
        _stacked(pages).save(out, _FORMATS[media_type])
    return out.getvalue()


def _stacked(pages: list[Image.Image]) -> Image.Image:
    size = (max(page.width for page in pages), sum(page.height for page in pages))
    whole = Image.new("RGB", size, "white")
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    return whole
