"""GET /accounts/{accountId}/statements and one of them as a file."""

from urllib.parse import quote

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.clock import Clock
from mikomo.documents.rendering import MEDIA_TYPES, statement_file
from mikomo.documents.statement import statement_sheet
from mikomo.fdx.answers import file_answer, json_answer
from mikomo.fdx.bearer import BearerCheck
from mikomo.fdx.errors import FdxError
from mikomo.fdx.negotiation import chosen_media_type
from mikomo.fdx.paging import asked_page, page_and_links
from mikomo.fdx.questions import account_of, query_parameters
from mikomo.fdx.times import asked_span
from mikomo.oauth.scopes import ACCOUNTS
from mikomo.person import Person, Statement


class StatementsApi:
    """The statements of an account."""

    def __init__(self, bearer: BearerCheck, clock: Clock) -> None:
        self._bearer = bearer
        self._clock = clock

    def routes(self) -> list[Route]:
        """Below `/fdx`."""
        path = "/v5/accounts/{account_id}/statements"
        return [
            Route(path, self._list, methods=["GET"]),
            Route(f"{path}/{{statement_id}}", self._file, methods=["GET"]),
        ]

    async def _list(self, request: Request) -> Response:
        person = self._bearer.person(request, ACCOUNTS)
        account_id = account_of(person, request).account_id
        query = query_parameters(request)
        span, page = asked_span(query), asked_page(query)
        statements = person.statements(account_id, self._clock.now())
        if span is not None:
            statements = [one for one in statements if span.touches(one.date)]
        kept = {name: query.get(name) for name in ("startTime", "endTime") if name in query}
        path = f"/accounts/{quote(account_id, safe='')}/statements"
        paging = page_and_links(path, kept, page, len(statements))
        entries = [_entry(account_id, path, one) for one in statements[page.span]]
        body = b"{" + paging + b',"statements":' + msgspec.json.encode(entries) + b"}"
        return json_answer(body)

    async def _file(self, request: Request) -> Response:
        person = self._bearer.person(request, ACCOUNTS)
        account = account_of(person, request)
        now = self._clock.now()
        statement = _statement(person, account.account_id, request.path_params["statement_id"], now)
        media_type = chosen_media_type(request, MEDIA_TYPES)
        rows = person.rows(account.account_id, now)
        sheet = statement_sheet(person, account, statement, rows)
        content = await run_in_threadpool(statement_file, sheet, media_type)
        return file_answer(content, media_type, f"statement-{statement.date}")


def _statement(person: Person, account_id: str, statement_id: str, now: int) -> Statement:
    """The statement, if it is to be had."""
    known = {one.statement_id: one for one in person.statements(account_id, now)}
    statement = known.get(statement_id)
    if statement is None or statement.status == "FAILED":
        expected = "expected the id of a statement of this account whose status is AVAILABLE"
        raise FdxError(404, 1108, "Statement not found", expected)
    if statement.status == "PROCESSING":
        expected = "expected a statement whose status is AVAILABLE"
        message = "Statement is processing and is not yet available"
        raise FdxError(400, 1300, message, expected)
    return statement


def _entry(account_id: str, path: str, statement: Statement) -> dict[str, object]:
    return {
        "accountId": account_id,
        "statementId": statement.statement_id,
        "statementDate": statement.date,
        "description": statement.description,
        "status": statement.status,
        "links": [
            {
                "href": f"{path}/{quote(statement.statement_id, safe='')}",
                "action": "GET",
                "types": MEDIA_TYPES,
            }
        ],
    }
