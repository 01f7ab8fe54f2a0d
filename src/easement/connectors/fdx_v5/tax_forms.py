"""The bank's tax statements: the search, and each form as data or as a file."""

import logging
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode

import msgspec

from easement.connectors.errors import BankMalformedError
from easement.connectors.fdx_v5.api import DataApi
from easement.connectors.fdx_v5.listing import read_listing
from easement.connectors.model import CallContext, Document, Fields, TaxForm, TaxStatement

_log = logging.getLogger(__name__)

_fields = msgspec.json.Decoder(Fields)
_forms = msgspec.json.Decoder(list[msgspec.Raw])
_wrapped = msgspec.json.Decoder(dict[str, Fields])
_text_or_null: msgspec.json.Decoder[str | None] = msgspec.json.Decoder(str | None)
_NULL = msgspec.Raw(b"null")
_any = msgspec.json.decode


class TaxFormsClient:
    """Asks one bank for tax forms."""

    def __init__(self, api: DataApi) -> None:
        self._api = api

    async def search(
        self,
        call: CallContext,
        *,
        tax_year: str | None,
        tax_forms: Sequence[str],
        account_id: str | None,
        result_type: str | None,
    ) -> list[TaxStatement]:
        """See `connectors.ports.ReadsTaxForms`."""
        asked = {
            "taxYear": tax_year,
            "taxForms": ",".join(tax_forms),
            "accountId": account_id,
            "resultType": result_type,
        }
        query = urlencode({name: value for name, value in asked.items() if value}, quote_via=quote)
        answer = await self._api.get_json(call, f"/tax-forms?{query}" if query else "/tax-forms")
        rows = read_listing(answer.body, "statements").rows
        read = [statement for row in rows if (statement := _statement(row)) is not None]
        if len(read) < len(rows):
            if not read:
                message = "no tax statement in the list can be read"
                raise BankMalformedError(message)
            _log.warning(
                "%d of %d tax statements cannot be read and are left out [%s]",
                len(rows) - len(read),
                len(rows),
                call.interaction_id,
            )
        return read

    async def form(self, call: CallContext, tax_form_id: str) -> TaxStatement:
        """See `connectors.ports.ReadsTaxForms`."""
        answer = await self._api.get_json(call, f"/tax-forms/{quote(tax_form_id, safe='')}")
        statement = _statement(msgspec.Raw(answer.body))
        if statement is None or not statement.forms:
            message = "the tax statement cannot be read, or holds no form"
            raise BankMalformedError(message)
        return statement

    async def document(self, call: CallContext, tax_form_id: str, media_type: str) -> Document:
        """See `connectors.ports.ReadsTaxForms`."""
        path = f"/tax-forms/{quote(tax_form_id, safe='')}"
        return await self._api.open_document(call, path, media_type)


def _statement(row: msgspec.Raw) -> TaxStatement | None:
    """None where it cannot be told whose account the statement or one of its forms is about: what
    is not understood cannot be held against the consent."""
    try:
        fields = _fields.decode(row)
        entries = _forms.decode(fields["forms"]) if "forms" in fields else []
        forms = [_form(entry) for entry in entries]
        return TaxStatement(_id(fields, "accountId"), fields, forms)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _form(entry: msgspec.Raw) -> TaxForm:
    """Raises `ValueError` where it is not one object below the name of its kind."""
    ((kind, fields),) = _wrapped.decode(entry).items()
    inner = frozenset(each for value in fields.values() for each in _account_ids(_any(value)))
    return TaxForm(kind, _id(fields, "taxFormId"), _id(fields, "accountId"), fields, inner)


def _account_ids(value: object) -> Iterator[str]:
    """Every ``accountId`` in `value`, at any depth. Raises `ValueError` for one that is no text."""
    entries: list[object] = [value]
    while entries:
        entry = entries.pop()
        if isinstance(entry, list):
            entries += entry
        elif isinstance(entry, dict):
            entries += entry.values()
            account_id = entry.get("accountId")
            if isinstance(account_id, str):
                yield account_id
            elif account_id is not None:
                raise ValueError


def _id(fields: Fields, name: str) -> str | None:
    return _text_or_null.decode(fields.get(name, _NULL))
