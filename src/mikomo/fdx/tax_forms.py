"""GET /tax-forms and /tax-forms/{taxFormId}."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.clock import Clock
from mikomo.documents.rendering import PDF, tax_form_file
from mikomo.documents.tax_form import tax_form_sheet
from mikomo.fdx.answers import file_answer, json_answer
from mikomo.fdx.bearer import BearerCheck
from mikomo.fdx.errors import FdxError, account_not_found, invalid_input
from mikomo.fdx.negotiation import chosen_media_type
from mikomo.fdx.questions import query_parameters
from mikomo.fdx.tax_form_types import FORM_TYPES
from mikomo.oauth.scopes import TAX
from mikomo.person import Fields, Person, TaxForm, TaxStatement
from mikomo.tax_years import newest_year
from mikomo.web.forms import Parameters

_JSON = "application/json"

# FDX's TaxYear; no earlier form has a place in it.
_FIRST_YEAR = 2018

# What a lightweight answer leaves of a form: which one it is, and nothing of what it says.
_FORM_DESCRIPTOR = frozenset({"taxYear", "taxFormId", "taxFormDate", "taxFormType", "accountId"})


class TaxFormsApi:
    """The tax forms that were issued to the person."""

    def __init__(self, bearer: BearerCheck, clock: Clock) -> None:
        self._bearer = bearer
        self._clock = clock

    def routes(self) -> list[Route]:
        """Below `/fdx`."""
        return [
            Route("/v5/tax-forms", self._search, methods=["GET"]),
            Route("/v5/tax-forms/{tax_form_id}", self._one, methods=["GET"]),
        ]

    async def _search(self, request: Request) -> Response:
        person = self._bearer.person(request, TAX)
        query = query_parameters(request)
        light = _lightweight(query)
        types = _form_types(query)
        account_id = _account_id(person, query)
        year = self._year(query)
        found = [
            _described(statement, forms, light=light)
            for statement in person.tax_statements
            if year in (None, statement.tax_year) and account_id in (None, statement.account_id)
            if (forms := _of_types(statement, types))
        ]
        if not found:
            raise self._nothing(year)
        return json_answer(msgspec.json.encode({"statements": found}))

    async def _one(self, request: Request) -> Response:
        person = self._bearer.person(request, TAX)
        statement, form = _form(person, request.path_params["tax_form_id"])
        media_type = chosen_media_type(request, (_JSON, PDF))
        if media_type == _JSON:
            answer = json_answer(msgspec.json.encode(_described(statement, [form], light=False)))
            answer.headers["Vary"] = "Accept"
            return answer
        content = await run_in_threadpool(tax_form_file, tax_form_sheet(statement, form))
        return file_answer(content, media_type, f"{form.form_type}-{statement.tax_year}")

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock.now(), UTC).date()

    def _year(self, query: Parameters) -> int | None:
        if "taxYear" not in query:
            return None
        text, last = query.get("taxYear"), self._today().year
        if not (text.isascii() and text.isdigit() and len(text) == 4) or not (
            _FIRST_YEAR <= int(text) <= last
        ):
            expected = f"expected taxYear to be a year from {_FIRST_YEAR} to {last}"
            raise FdxError(400, 1202, "Tax year not supported", expected)
        return int(text)

    def _nothing(self, year: int | None) -> FdxError:
        if year is not None and year > (newest := newest_year(self._today())):
            expected = f"expected a year up to {newest}, whose forms have been issued"
            message = "Tax forms are not currently available for this account or this year"
            return FdxError(409, 1205, message, expected)
        expected = "expected a year, form types and an account for which there are tax forms"
        return FdxError(404, 1200, "Tax forms not found", expected)


def _lightweight(query: Parameters) -> bool:
    match query.get("resultType"):
        case "" | "details":
            return False
        case "lightweight":
            return True
        case _:
            raise invalid_input("expected resultType lightweight or details")


def _form_types(query: Parameters) -> frozenset[str] | None:
    if "taxForms" not in query:
        return None
    types = frozenset(query.get("taxForms").split(","))
    if not types <= FORM_TYPES:
        expected = "expected taxForms to be FDX form types joined by commas, as Tax1099Div,TaxW2"
        raise FdxError(400, 1201, "Form type not known", expected)
    return types


def _of_types(statement: TaxStatement, types: frozenset[str] | None) -> list[TaxForm]:
    return [form for form in statement.forms if types is None or form.form_type in types]


def _account_id(person: Person, query: Parameters) -> str | None:
    if "accountId" not in query:
        return None
    wanted = query.get("accountId")
    if not any(account.account_id == wanted for account in person.accounts):
        raise account_not_found()
    return wanted


def _form(person: Person, tax_form_id: str) -> tuple[TaxStatement, TaxForm]:
    for statement in person.tax_statements:
        for form in statement.forms:
            if form.tax_form_id == tax_form_id:
                return statement, form
    expected = "expected the id of a tax form of this customer"
    raise FdxError(404, 1200, "Tax form not found", expected)


def _described(
    statement: TaxStatement, forms: Iterable[TaxForm], *, light: bool
) -> dict[str, object]:
    """A TaxStatement of FDX with these of its forms."""
    described: dict[str, object] = {
        "taxYear": statement.tax_year,
        "taxStatementId": statement.tax_statement_id,
        "taxDataType": "JSON",
        "issuer": statement.issuer,
        "recipient": statement.recipient,
        "forms": [{form.kind: _light(form) if light else form.body} for form in forms],
    }
    if statement.account_id is not None:
        described["accountId"] = statement.account_id
    # FDX has no empty list of attributes: it asks for at least one.
    if statement.attributes:
        described["attributes"] = statement.attributes
    return described


def _light(form: TaxForm) -> Fields:
    fields = msgspec.json.decode(form.body, type=Fields)
    return {name: value for name, value in fields.items() if name in _FORM_DESCRIPTOR}
