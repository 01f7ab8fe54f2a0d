"""The bank's paper: letterhead, page numbers, and the line that says it is no real bank."""

from datetime import UTC, date, datetime, time

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from mikomo.documents.printable import printable

_PLUM = (122, 46, 99)
_APRICOT = (255, 180, 105)
_INK = (43, 26, 41)
_MUTED = (106, 86, 102)
_SHADE = (247, 240, 244)
_RULE = (214, 198, 208)

TABLE_HEADING = FontFace(emphasis="BOLD", color=_PLUM, fill_color=_SHADE)


class Letter(FPDF):
    """Pages of US Letter, measured in millimetres, without anything that changes between runs."""

    def __init__(self, title: str, dated: date) -> None:
        super().__init__(format="letter")
        self._heading = printable(title)
        self.set_title(self._heading)
        self.set_author("Mikomo")
        self.set_creator("Mikomo sandbox")
        self.set_lang("en-US")
        self.set_creation_date(datetime.combine(dated, time(), UTC))
        self.set_margins(18, 16)
        self.set_auto_page_break(True, margin=22)
        self.plain()
        self.add_page()

    def header(self) -> None:
        """The mark and the name of the bank, with the document's title."""
        left, top = self.l_margin, 14
        self.set_fill_color(_PLUM)
        self.rect(left, top, 9, 9, style="F", round_corners=True, corner_radius=2.4)
        self.set_fill_color(_APRICOT)
        self.circle(left + 4.5, top + 2.7, 1.1, style="F")
        self.set_draw_color(255)
        self.set_line_width(0.9)
        for arch in (left + 1.6, left + 4.5):
            self.arc(arch, top + 4.2, 2.9, 180, 360, b=2.9, style="D")
            self.line(arch, top + 5.65, arch, top + 7.1)
        self.line(left + 7.4, top + 5.65, left + 7.4, top + 7.1)
        self.set_text_color(_PLUM)
        self.set_font("helvetica", "B", 17)
        self.set_xy(left + 12, top)
        self.cell(60, 9, "Mikomo")
        self.set_font("helvetica", "", 11)
        self.cell(0, 9, self._heading, align="R")
        self.set_draw_color(_PLUM)
        self.set_line_width(0.4)
        self.line(left, top + 11.5, self.w - self.r_margin, top + 11.5)
        self.set_y(top + 17)
        self.plain()

    def footer(self) -> None:
        """What keeps these pages from being taken for real ones, and where in them one is."""
        self.set_y(-16)
        self.set_font("helvetica", "", 8)
        self.set_text_color(_MUTED)
        self.cell(140, 5, "Mikomo is a sandbox, not a real bank. People and amounts are made up.")
        # The number that replaces "{nb}" is narrower, or the line would end short of the margin.
        spare = self.get_string_width("{nb}") - self.get_string_width("0")
        self.cell(self.epw - 140 + spare, 5, f"Page {self.page_no()} of {{nb}}", align="R")

    def plain(self) -> None:
        """Back to the type of running text."""
        self.set_font("helvetica", "", 9.5)
        self.set_text_color(_INK)
        self.set_draw_color(_RULE)
        self.set_line_width(0.1)

    def subheading(self, text: str) -> None:
        """A line in bold, with room above."""
        self.ln(3)
        self.set_font("helvetica", "B", 11)
        self.cell(0, 7, printable(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.plain()

    def lines(self, lines: tuple[str, ...], width: float = 0) -> None:
        """Text line by line, from where the pen is."""
        left = self.get_x()
        for line in lines:
            self.set_x(left)
            self.multi_cell(width, 4.8, printable(line), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Names on the left, their values behind them."""
        for name, value in facts:
            self.set_font(style="B")
            self.cell(42, 5.2, printable(name))
            self.set_font(style="")
            self.multi_cell(0, 5.2, printable(value), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
