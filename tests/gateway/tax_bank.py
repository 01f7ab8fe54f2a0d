"""A bank with tax forms, behind the port."""

import asyncio
import json
from typing import Any

import msgspec

from easement.connectors.model import Document, TaxForm, TaxStatement


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def form(form_id: str | None = "f1", account_id: str | None = None, **fields: Any) -> TaxForm:
    written = {"taxFormType": "Tax1099Div", **fields}
    if form_id is not None:
        written["taxFormId"] = form_id
    if account_id is not None:
        written["accountId"] = account_id
    read = {name: raw(value) for name, value in written.items()}
    return TaxForm("tax1099Div", form_id, account_id, read)


def statement(*forms: TaxForm, account_id: str | None = "a1", **fields: Any) -> TaxStatement:
    written = {"taxYear": 2024, "taxStatementId": "t1", "taxDataType": "JSON", **fields}
    if account_id is not None:
        written["accountId"] = account_id
    read = {name: raw(value) for name, value in written.items()}
    read["forms"] = raw("as the bank wrote them")
    return TaxStatement(account_id, read, list(forms))


class FakeTaxForms:
    def __init__(self) -> None:
        self.found = [statement(form())]
        self.pdfs: dict[str, bytes] = {}
        self.error: Exception | None = None
        self.asked: list[Any] = []
        self.refused: dict[str, Exception] = {}
        self.open = 0
        self.most_open = 0

    async def search(self, call: Any, **question: Any) -> list[TaxStatement]:
        self.asked.append(question)
        if self.error is not None:
            raise self.error
        return self.found

    async def form(self, call: Any, tax_form_id: str) -> TaxStatement:
        self.asked.append(tax_form_id)
        if self.error is not None:
            raise self.error
        return self.found[0]

    async def document(self, call: Any, tax_form_id: str, media_type: str) -> Document:
        self.asked.append((tax_form_id, media_type))
        if tax_form_id in self.refused:
            raise self.refused[tax_form_id]
        pieces = [self.pdfs.get(tax_form_id, b"%PDF of " + tax_form_id.encode())]
        self.open += 1
        self.most_open = max(self.open, self.most_open)

        async def read() -> bytes:
            await asyncio.sleep(0)
            return pieces.pop() if pieces else b""

        return Document(media_type, None, read, self.close)

    def close(self) -> None:
        self.open -= 1
