"""A statement drawn on the bank's paper."""

from datetime import date
from decimal import Decimal

from fpdf.enums import TableBordersLayout

from mikomo.documents.letterhead import TABLE_HEADING, Letter
from mikomo.documents.printable import printable
from mikomo.documents.statement import StatementSheet

_CENT = Decimal("0.01")


def statement_pdf(sheet: StatementSheet) -> bytes:
    """The pages, as many as the lines need; the same bytes for the same sheet."""
    pdf = Letter(sheet.title, sheet.dated)
    pdf.lines(sheet.recipient)
    pdf.ln(5)
    pdf.facts(
        (
            ("Account", " ".join(part for part in (sheet.account, sheet.number) if part)),
            ("Statement date", _day(sheet.dated)),
            ("Period", f"{_day(sheet.begins)} to {_day(sheet.dated)}"),
            (f"Opening {sheet.measure}", _money(sheet.opening, sheet.currency)),
            (f"Closing {sheet.measure}", _money(sheet.closing, sheet.currency)),
        )
    )
    pdf.subheading("Transactions")
    if sheet.lines:
        _table(pdf, sheet)
    else:
        pdf.lines(("There were no transactions in this period.",))
    return bytes(pdf.output())


def _table(pdf: Letter, sheet: StatementSheet) -> None:
    with pdf.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        col_widths=(24, 90, 32, 34),
        headings_style=TABLE_HEADING,
        line_height=5,
        padding=(0.6, 1),
        text_align=("LEFT", "LEFT", "RIGHT", "RIGHT"),
    ) as table:
        table.row(
            ("Date", "Description", f"Amount ({printable(sheet.currency)})", sheet.measure.title())
        )
        for line in sheet.lines:
            table.row(
                (
                    line.day.isoformat(),
                    printable(line.description),
                    _amount(line.amount),
                    _amount(line.balance),
                )
            )


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _money(amount: Decimal | None, currency: str) -> str:
    return "not kept" if amount is None else f"{_amount(amount)} {currency}"


def _amount(amount: Decimal | None) -> str:
    # Adding nothing takes the sign off a zero.
    return "" if amount is None else f"{amount.quantize(_CENT) + 0:,}"
