"""A tax form drawn on the bank's paper."""

from fpdf.enums import TableBordersLayout

from mikomo.documents.letterhead import TABLE_HEADING, Letter
from mikomo.documents.printable import printable
from mikomo.documents.tax_form import TaxFormSheet


def tax_form_pdf(sheet: TaxFormSheet) -> bytes:
    """The form with its boxes as a table; the same bytes for the same sheet."""
    pdf = Letter(f"Form {sheet.name}, tax year {sheet.year}", sheet.dated)
    if sheet.title:
        pdf.subheading(sheet.title)
    pdf.facts((("Tax year", str(sheet.year)), ("Date", sheet.dated.isoformat())))
    for title, party in (
        (sheet.payer_title, sheet.payer),
        (sheet.recipient_title, sheet.recipient),
    ):
        pdf.subheading(title)
        pdf.lines(party or ("not named",))
    pdf.subheading("Boxes")
    with pdf.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        col_widths=(18, 100, 62),
        headings_style=TABLE_HEADING,
        line_height=5,
        padding=(0.6, 1),
        text_align=("LEFT", "LEFT", "RIGHT"),
    ) as table:
        table.row(("Box", "Label", "Value"))
        for box in sheet.boxes:
            table.row((box.number, printable(box.label), printable(box.value)))
    return bytes(pdf.output())
