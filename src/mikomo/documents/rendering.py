"""Sheets to files: one at a time, and the last ones are kept."""

import threading
from functools import lru_cache

from mikomo.documents.statement import StatementSheet
from mikomo.documents.tax_form import TaxFormSheet

PDF = "application/pdf"
MEDIA_TYPES = (PDF, "image/png", "image/jpeg", "image/gif", "image/tiff")
"""The forms a statement is to be had in; the first is what a caller without a wish gets."""

_KEPT = 32

# PDFium must not be entered twice at once, in no two threads.
_one_at_a_time = threading.Lock()


@lru_cache(maxsize=_KEPT)
def statement_file(sheet: StatementSheet, media_type: str) -> bytes:
    """A statement in one of `MEDIA_TYPES`. Blocks: call it in a thread."""
    with _one_at_a_time:
        from mikomo.documents.statement_pdf import statement_pdf

        pdf = statement_pdf(sheet)
        if media_type == PDF:
            return pdf
        from mikomo.documents.pictures import picture

        return picture(pdf, media_type)


@lru_cache(maxsize=_KEPT)
def tax_form_file(sheet: TaxFormSheet) -> bytes:
    """A tax form as PDF. Blocks: call it in a thread."""
    with _one_at_a_time:
        from mikomo.documents.tax_form_pdf import tax_form_pdf

        return tax_form_pdf(sheet)
