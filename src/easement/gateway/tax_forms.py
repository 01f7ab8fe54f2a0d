"""The product of tax forms: a search, and each form as data or as a file.

`/tax-forms/{version}/{providerId}`, and below it an account to search in or the id of a form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from easement.connectors.model import CallContext, Document
from easement.connectors.ports import Connector, ReadsTaxForms
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.documents import document_answer
from easement.gateway.errors import RefusedError, forbidden_route, invalid_input
from easement.gateway.family import Call
from easement.gateway.media_types import PDF
from easement.gateway.query import read_query, wants_standard
from easement.gateway.request import Request
from easement.gateway.tax_pdfs import Entry, entries_with_pdfs, one_pdf
from easement.gateway.tax_view import TaxView

_PARAMETERS = frozenset({"taxYear", "taxForms", "accountId", "taxDataType", "resultType", "mode"})
_FORM_PARAMETERS = frozenset({"accountId", "taxDataType", "mode"})
_DATA_TYPES = ("JSON", "BASE64_PDF")
_RESULT_TYPES = ("lightweight", "details")
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_FORM_TYPE = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)
_MAX_FORM_TYPES = 60
# The path would end elsewhere (RFC 3986 5.2.4).
_DOTS = frozenset({".", ".."})
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class TaxSearchQuestion:
    """The customer's tax statements; `account_id` narrows them, `with_pdf` adds each form's PDF."""

    view: TaxView
    tax_year: str | None
    tax_forms: tuple[str, ...]
    account_id: str | None
    result_type: str | None
    with_pdf: bool

    async def fetch(self, connector: Connector, context: CallContext) -> list[Entry]:
        """The statements that may be shown. Raises `BankError`, `RefusedError`."""
        reader = _reader(connector)
        found = await reader.search(
            context,
            tax_year=self.tax_year,
            tax_forms=self.tax_forms,
            account_id=self.account_id,
            result_type=self.result_type,
        )
        seen = await self.view.seen(found, connector, context)
        if not self.with_pdf:
            return [(each, None) for each in seen]
        return await entries_with_pdfs(reader, context, self.view, seen)

    def shape(self, data: list[Entry]) -> Answer:
        """A list of statements. Raises `RefusedError`, 404/1200, if there is none."""
        if not data:
            raise RefusedError(codes.TAX_FORM_NOT_FOUND)
        return Answer(200, _encode({"statements": [self.view.item(*entry) for entry in data]}))


@dataclass(frozen=True, slots=True)
class TaxFormQuestion:
    """One form, as `as_file` (PDF), or as data with its PDF beside it if `with_pdf`."""

    view: TaxView
    tax_form_id: str
    with_pdf: bool
    as_file: bool

    async def fetch(self, connector: Connector, context: CallContext) -> Entry | Document:
        """The form, or its file opened. Raises `BankError`, `RefusedError`.

        A file does not tell whose it is, so the data is asked for first.
        """
        reader = _reader(connector)
        found = await reader.form(context, self.tax_form_id)
        seen = await self.view.seen([found], connector, context)
        if not seen:
            raise RefusedError(codes.TAX_FORM_NOT_FOUND)
        if not self.as_file and not self.with_pdf:
            return seen[0], None
        if len(seen[0].statement.forms) < len(found.forms):
            # The file may be, or may show, the form that was withheld.
            raise RefusedError(codes.TAX_FORM_NOT_FOUND)
        if self.as_file:
            self.view.check_documents(seen[0])
            return await reader.document(context, self.tax_form_id, PDF)
        return seen[0], await one_pdf(reader, context, self.view, seen[0], self.tax_form_id)

    def shape(self, data: Entry | Document) -> Answer:
        """One statement, or the file to be passed on while it comes."""
        if isinstance(data, Document):
            return document_answer(data, "tax-form", self.tax_form_id)
        return Answer(200, _encode(self.view.item(*data)))


class TaxFormsFamily:
    """Reads the path and query of tax forms."""

    def check_path(self, request: Request) -> None:
        """An account or a form may follow the provider. Raises `RefusedError`."""
        if len(request.rest) > 1:
            raise forbidden_route(
                "The path is /tax-forms/{version}/{providerId}, followed by an accountId, a "
                "taxFormId or nothing."
            )

    def question(self, call: Call) -> TaxSearchQuestion | TaxFormQuestion:
        """What follows the provider is an account if a year is given or if it names a consented
        one, and else a form.

        Raises:
            RefusedError: 400/401 for a bad parameter, 404/701 for an account that is not consented,
                404/1200 for an id that no form can have.
        """
        parameters = read_query(call.request.query, _PARAMETERS)
        wants_standard(parameters)
        data_type = _word(parameters, "taxDataType", _DATA_TYPES)
        segment = call.request.rest[0] if call.request.rest else None
        consented = call.grant.account_ids
        if segment is not None and "taxYear" not in parameters and segment not in consented:
            read_query(call.request.query, _FORM_PARAMETERS)
            return self._form(call, segment, parameters, data_type)
        account_id = parameters.get("accountId", segment)
        if segment not in {None, account_id}:
            raise invalid_input("accountId differs from the account in the path.")
        return TaxSearchQuestion(
            view=_view(call, account_id),
            tax_year=_year(parameters),
            tax_forms=_form_types(parameters),
            account_id=account_id,
            result_type=_word(parameters, "resultType", _RESULT_TYPES),
            with_pdf=data_type == "BASE64_PDF" or (data_type is None and call.media_type == PDF),
        )

    def _form(
        self, call: Call, tax_form_id: str, parameters: Mapping[str, str], data_type: str | None
    ) -> TaxFormQuestion:
        if tax_form_id in _DOTS or not tax_form_id:
            raise RefusedError(codes.TAX_FORM_NOT_FOUND)
        return TaxFormQuestion(
            view=_view(call, parameters.get("accountId")),
            tax_form_id=tax_form_id,
            with_pdf=data_type == "BASE64_PDF",
            as_file=call.media_type == PDF,
        )


def _view(call: Call, account_id: str | None) -> TaxView:
    consented = call.grant.account_ids
    if account_id is None:
        return TaxView(consented, call.lens)
    if account_id not in consented:
        raise RefusedError(codes.ACCOUNT_NOT_FOUND)
    return TaxView(frozenset({account_id}), call.lens)


def _year(parameters: Mapping[str, str]) -> str | None:
    year = parameters.get("taxYear")
    if year is not None and not _YEAR.fullmatch(year):
        raise invalid_input("taxYear must be a year of four digits.")
    return year


def _form_types(parameters: Mapping[str, str]) -> tuple[str, ...]:
    if "taxForms" not in parameters:
        return ()
    names = parameters["taxForms"].split(",")
    if len(names) > _MAX_FORM_TYPES or not all(map(_FORM_TYPE.fullmatch, names)):
        raise invalid_input(
            f"taxForms must be up to {_MAX_FORM_TYPES} names such as Tax1099Div, separated by "
            "single commas."
        )
    return tuple(dict.fromkeys(names))


def _word(parameters: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str | None:
    word = parameters.get(name)
    if word is not None and word not in allowed:
        raise invalid_input(f"{name} must be {' or '.join(allowed)}.")
    return word


def _reader(connector: Connector) -> ReadsTaxForms:
    if connector.tax_forms is None:
        raise RefusedError(codes.NOT_IMPLEMENTED, debug="The provider has no tax forms.")
    return connector.tax_forms
