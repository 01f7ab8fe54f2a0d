"""Statements and tax forms as files, read back with the tools a receiver would use."""

import io
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mikomo.documents.pictures import picture
from mikomo.documents.printable import printable
from mikomo.documents.rendering import MEDIA_TYPES, PDF, statement_file
from mikomo.documents.statement import Line, StatementSheet, first_day


def sheet(
    count: int, name: str = "Ada Example", description: str = "Groceries at the corner"
) -> StatementSheet:
    lines = tuple(
        Line(
            date(2024, 1, 1 + n % 31), f"{description} {n}", Decimal(-n) / 4, Decimal(9000) - n * n
        )
        for n in range(count)
    )
    return StatementSheet(
        title="Monthly statement",
        dated=date(2024, 1, 31),
        begins=date(2024, 1, 1),
        recipient=(name, "1 Sample Street", "Springfield, NC 27000"),
        account="Everyday checking",
        number="x1465",
        currency="USD",
        measure="balance",
        opening=Decimal("9000.5"),
        closing=Decimal("-1234567.8"),
        lines=lines,
    )


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_a_statement_shows_every_line_on_as_many_pages_as_it_needs() -> None:
    whole = sheet(120)
    pages = pages_of(statement_file(whole, PDF))
    assert len(pages) > 2
    text = " ".join(" ".join(pages).split())
    for line in whole.lines:
        shown = f"{line.day} {line.description} {line.amount:,.2f} {line.balance:,.2f}"
        assert shown in text
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "not a real bank" in page
        assert "Balance" in page
    assert "Opening balance 9,000.50 USD" in text
    assert "Closing balance -1,234,567.80 USD" in text
    assert "January 1, 2024 to January 31, 2024" in text


def test_a_statement_without_transactions_says_so() -> None:
    (page,) = pages_of(statement_file(sheet(0), PDF))
    assert "no transactions in this period" in page


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_the_same_statement_is_the_same_file(media_type: str) -> None:
    first = statement_file(sheet(40), media_type)
    statement_file.cache_clear()
    assert statement_file(sheet(40), media_type) == first
    assert statement_file(sheet(41), media_type) != first


def test_pictures_hold_all_pages() -> None:
    pages = len(pages_of(statement_file(sheet(120), PDF)))
    for media_type in MEDIA_TYPES[1:]:
        with Image.open(io.BytesIO(statement_file(sheet(120), media_type))) as drawn:
            drawn.load()
            assert Image.MIME[drawn.format] == media_type
            tiff = media_type == "image/tiff"
            assert getattr(drawn, "n_frames", 1) == (pages if tiff else 1)
            assert drawn.size == (850, 1100 if tiff else 1100 * pages)
            assert drawn.convert("L").getextrema()[0] < 128, "expected something drawn"


def test_a_picture_too_tall_for_its_format_is_drawn_smaller() -> None:
    blank = FPDF(format="letter")
    for _ in range(70):
        blank.add_page()
    with Image.open(io.BytesIO(picture(bytes(blank.output()), "image/jpeg"))) as drawn:
        drawn.load()
        assert 64_000 < drawn.height <= 65_500


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë Muñoz", "Zoë Muñoz"),
        ("Łukasz Đorđević Őry", "Lukasz Dordevic Ory"),
        ("Œuvre ﬁx №5", "OEuvre fix No5"),
        ("\u201cIt\u2019s\u201d \u2013 ok\u2026 5 \u20ac", '"It\'s" - ok... 5 EUR'),
        ("Zoe\u0308", "Zoë"),
        ("two\nlines\u202e", "two lines"),
        ("王小明 😀", "??? ?"),
        ("", ""),
    ],
)
def test_what_the_fonts_lack_becomes_its_nearest(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_any_text_becomes_printable(text: str) -> None:
    assert printable(text).encode("latin-1").decode("latin-1").isprintable()


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_no_name_and_no_description_stops_a_statement(text: str) -> None:
    assert statement_file(sheet(1, name=text, description=text), PDF).startswith(b"%PDF")


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_statement_covers_a_month_and_the_one_before_ends_the_day_before(last: date) -> None:
    first = first_day(last)
    assert 27 <= (last - first).days <= 30
    if (last + timedelta(days=1)).day == 1:
        assert first == last.replace(day=1)


def test_a_statement_of_the_middle_of_a_month_reaches_back_to_the_one_before() -> None:
    assert first_day(date(2022, 5, 26)) == date(2022, 4, 27)
    assert first_day(date(2024, 2, 29)) == date(2024, 2, 1)
    assert first_day(date(2024, 3, 30)) == date(2024, 3, 1)
    assert first_day(date(2024, 1, 5)) == date(2023, 12, 6)


def test_the_bank_starts_without_the_libraries_that_draw() -> None:
    program = (
        "import sys, mikomo.app; print({'fpdf', 'fontTools', 'PIL', 'pypdfium2'} & {*sys.modules})"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert shown.stdout.strip() == b"set()"
