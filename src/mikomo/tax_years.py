"""Tax statements as a data file has them: for one year, or for every year since one."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from mikomo.as_written import compact
from mikomo.person import TaxForm, TaxStatement

_GROWTH = Decimal("0.03")
_encode = msgspec.json.Encoder(decimal_format="number").encode


class TaxTemplate(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """The forms of one issuer. `{year}` in a string becomes the tax year.

    Amounts written with decimals are those of `first_year` and grow by three percent of it a year.
    Each form gets taxYear, taxFormType, taxFormDate and, where there is one, accountId.
    """

    first_year: int
    last_year: int | None = None
    tax_statement_id: str
    account_id: str | None = None
    issuer: msgspec.Raw
    recipient: msgspec.Raw
    attributes: tuple[msgspec.Raw, ...] = ()
    forms: tuple[dict[str, msgspec.Raw], ...]

    def check(self) -> None:
        """Make those of one year; ValueError where that cannot be done."""
        if not 2018 <= self.first_year <= 2050:
            raise ValueError("expected firstYear of taxStatements to be 2018 to 2050")
        list(self.statements(date(self.first_year + 2, 1, 1)))

    def statements(self, today: date) -> Iterator[TaxStatement]:
        """One for each year that is out."""
        newest = newest_year(today)
        last = newest if self.last_year is None else min(newest, self.last_year)
        for year in range(self.first_year, last + 1):
            yield TaxStatement(
                tax_year=year,
                tax_statement_id=_of_year(self.tax_statement_id, year),
                account_id=self.account_id,
                issuer=compact(self.issuer),
                recipient=compact(self.recipient),
                attributes=tuple(compact(attribute) for attribute in self.attributes),
                forms=tuple(
                    self._form(kind, body, year)
                    for form in self.forms
                    for kind, body in form.items()
                ),
            )

    def _form(self, kind: str, template: msgspec.Raw, year: int) -> TaxForm:
        form_type = kind[:1].upper() + kind[1:]
        written = msgspec.json.Decoder(float_hook=Decimal).decode(template)
        growth = 1 + _GROWTH * (year - self.first_year)
        body = {
            "taxYear": year,
            "taxFormType": form_type,
            "taxFormDate": f"{year + 1}-01-31",
            **({"accountId": self.account_id} if self.account_id else {}),
            **_fill(written, year, growth),
        }
        tax_form_id = body.get("taxFormId")
        if not isinstance(tax_form_id, str):
            raise ValueError(f"expected {kind} in taxStatements to have a taxFormId, a string")
        return TaxForm(kind, form_type, tax_form_id, msgspec.Raw(_encode(body)))


def newest_year(today: date) -> int:
    """The last tax year whose forms are out: they come in the middle of the next February."""
    return today.year - (1 if (today.month, today.day) >= (2, 15) else 2)


def _fill(value: Any, year: int, growth: Decimal) -> Any:
    match value:
        case dict():
            return {key: _fill(part, year, growth) for key, part in value.items()}
        case list():
            return [_fill(part, year, growth) for part in value]
        case Decimal():
            return (value * growth).quantize(Decimal("0.01"))
        case str():
            return _of_year(value, year)
        case _:
            return value


def _of_year(text: str, year: int) -> str:
    return text.replace("{year}", str(year))
