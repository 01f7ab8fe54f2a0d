"""PDFs inside a JSON answer (`taxDataType=BASE64_PDF`): the one place where files are held whole.

A few are fetched at once, and all of one answer together have a limit, whatever the bank sends.
"""

import asyncio

from easement.connectors.model import CallContext
from easement.connectors.ports import ReadsTaxForms
from easement.gateway.errors import invalid_input
from easement.gateway.media_types import PDF
from easement.gateway.tax_view import SeenStatement, TaxView

_MAX_PDFS = 50
# Base64 makes a third more of it.
_MAX_BYTES = 12 * 1024 * 1024
_AT_ONCE = 4
# The bank's path would end elsewhere (RFC 3986 5.2.4).
_DOTS = frozenset({".", ".."})

Entry = tuple[SeenStatement, bytes | None]


async def one_pdf(
    reader: ReadsTaxForms, context: CallContext, view: TaxView, seen: SeenStatement, form_id: str
) -> bytes:
    """The PDF of the one form that is asked for. Raises `BankError`, `RefusedError`."""
    view.check_documents(seen)
    return await _Collection(reader, context).pdf(form_id)


async def entries_with_pdfs(
    reader: ReadsTaxForms, context: CallContext, view: TaxView, seen: list[SeenStatement]
) -> list[Entry]:
    """One entry for each form, with its PDF if it can be asked for by an id.

    Raises:
        RefusedError: 400/401 for more than one answer holds; 403 if no PDF may leave.
        BankError: the bank failed on one.
    """
    single = [each for statement in seen for each in statement.by_form()]
    if len(single) > _MAX_PDFS:
        raise invalid_input(
            f"{len(single)} forms are found; PDFs come for up to {_MAX_PDFS}. Narrow the search by "
            "taxYear, taxForms or accountId."
        )
    for each in single:
        view.check_documents(each)
    collection = _Collection(reader, context)
    fetching = [asyncio.create_task(collection.entry(each)) for each in single]
    try:
        return list(await asyncio.gather(*fetching))
    finally:
        # The first failure answers; what is still on its way is for nobody.
        for task in fetching:
            task.cancel()
        await asyncio.gather(*fetching, return_exceptions=True)


class _Collection:
    """The PDFs of one answer."""

    def __init__(self, reader: ReadsTaxForms, context: CallContext) -> None:
        self._reader = reader
        self._context = context
        self._left = _MAX_BYTES
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def entry(self, seen: SeenStatement) -> Entry:
        [form] = seen.statement.forms
        if not form.tax_form_id or form.tax_form_id in _DOTS:
            return seen, None
        async with self._turn:
            return seen, await self.pdf(form.tax_form_id)

    async def pdf(self, tax_form_id: str) -> bytes:
        document = await self._reader.document(self._context, tax_form_id, PDF)
        try:
            whole = bytearray()
            while piece := await document.read():
                self._left -= len(piece)
                if self._left < 0:
                    raise invalid_input(
                        f"The PDFs have more than {_MAX_BYTES} bytes together; get them one by "
                        "one with Accept: application/pdf."
                    )
                whole += piece
            return bytes(whole)
        finally:
            document.close()
