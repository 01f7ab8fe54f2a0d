"""What stands on a tax form: who gave it to whom, and every box that is filled."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from mikomo.documents.parties import PARTY, party_lines
from mikomo.documents.tax_boxes import LAYOUTS, Layout
from mikomo.person import TaxForm, TaxStatement

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])")

# Said elsewhere on the page, or about the record rather than of the form.
_NOT_BOXES = frozenset(
    {
        "accountId",
        "attributes",
        "error",
        "issuer",
        "links",
        "recipient",
        "taxFormDate",
        "taxFormId",
        "taxFormType",
        "taxYear",
    }
)


@dataclass(frozen=True, slots=True)
class Box:
    """One filled box; `number` is empty where the form has none for it."""

    number: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class TaxFormSheet:
    """A whole form. A kind that the bank has no layout for shows its fields by their names."""

    name: str
    title: str
    year: int
    dated: date
    payer_title: str
    payer: tuple[str, ...]
    recipient_title: str
    recipient: tuple[str, ...]
    boxes: tuple[Box, ...]


def tax_form_sheet(statement: TaxStatement, form: TaxForm) -> TaxFormSheet:
    """Work a form out from its statement."""
    fields: dict[str, Any] = json.loads(bytes(form.body), parse_float=Decimal)
    layout = LAYOUTS.get(form.kind) or Layout(form.form_type, "", "Issuer", "Recipient", ())
    dated = fields.get("taxFormDate")
    return TaxFormSheet(
        name=layout.name,
        title=layout.title,
        year=statement.tax_year,
        dated=date.fromisoformat(dated) if dated else date(statement.tax_year + 1, 1, 31),
        payer_title=layout.payer,
        payer=party_lines(json.loads(bytes(statement.issuer))),
        recipient_title=layout.recipient,
        recipient=party_lines(json.loads(bytes(statement.recipient))),
        boxes=tuple(_boxes(layout, fields)),
    )


def _boxes(layout: Layout, fields: dict[str, Any]) -> Iterator[Box]:
    for number, label, name in layout.boxes:
        if name in fields:
            yield from _filled(number, label, fields[name])
    named = {name for _, _, name in layout.boxes} | _NOT_BOXES
    for name, value in fields.items():
        if name not in named:
            yield from _filled("", _words(name).capitalize(), value)


def _filled(number: str, label: str, value: Any) -> Iterator[Box]:
    """One box for each plain value within; a party is one value, and so is a named amount."""
    match value:
        case None:
            return
        case {"individualName": _} | {"businessName": _}:
            yield Box(number, label, ", ".join(party_lines(value)))
            rest = {name: inner for name, inner in value.items() if name not in PARTY}
            yield from _filled(number, label, rest)
        case {"code": name, "amount": amount} | {"description": name, "amount": amount}:
            yield from _filled(number, f"{label}: {name}", amount)
        case dict():
            for name, inner in value.items():
                yield from _filled(number, f"{label}, {_words(name)}", inner)
        case list():
            for inner in value:
                yield from _filled(number, label, inner)
        case bool():
            yield Box(number, label, "yes" if value else "no")
        case int() | Decimal():
            yield Box(number, label, f"{value:,}")
        case _:
            yield Box(number, label, str(value))


def _words(name: str) -> str:
    """`taxWithheld` as it is read: tax withheld."""
    return _HUMP.sub(" ", name).lower()
