"""The product of statements: the list of an account's statements, and each as a file.

`/statements/{version}/{providerId}/{accountId}` and, below it, `/{statementId}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from easement.connectors.errors import BankAnswerError
from easement.connectors.model import (
    CallContext,
    Document,
    ListPage,
    PageRequest,
    Statement,
    TimeWindow,
)
from easement.connectors.ports import Connector, ReadsStatements
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.category import OfAccount, ask_about, consented_account, visible
from easement.gateway.documents import check_documents, document_answer, seen_category
from easement.gateway.errors import RefusedError, forbidden_route
from easement.gateway.family import Call
from easement.gateway.media_types import ALIASES, PDF, STATEMENT_TYPES
from easement.gateway.paging import page_links, read_page
from easement.gateway.query import read_query, wants_standard
from easement.gateway.request import Request
from easement.gateway.statement_ids import from_app, to_app
from easement.gateway.window import read_window, window_parameters
from easement.products.forms import STATEMENT, known_members

_PARAMETERS = frozenset({"startTime", "endTime", "offset", "limit", "mode"})
_FILE_PARAMETERS = frozenset({"mode"})
_FIRST = PageRequest("0", 1)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class StatementListQuestion:
    """One page of one account's statements; `parameters` are what all pages of the list share."""

    call: Call
    account_id: str
    window: TimeWindow | None
    page: PageRequest
    parameters: Mapping[str, str]

    async def fetch(
        self, connector: Connector, context: CallContext
    ) -> OfAccount[ListPage[Statement]] | None:
        """The page, unless the policy hides the account. Raises `BankError`, `RefusedError`."""
        reader = _reader(connector)
        return await ask_about(
            self.account_id,
            self.call.lens,
            connector,
            context,
            lambda: reader.page(context, self.account_id, self.window, self.page),
        )

    def shape(self, data: OfAccount[ListPage[Statement]] | None) -> Answer:
        """The documented members of each statement, with a link to its file.

        Raises:
            RefusedError: 404/701 if the policy hides the account.
        """
        answer = visible(data)
        page = answer.data
        body: dict[str, object] = {}
        if page.items or page.following is not None or self.page.offset != "0":
            body["links"] = page_links(self.call.request, self.parameters, self.page.limit, page)
        body["statements"] = [
            self.call.lens.apply(answer.category, self._item(statement), "statements")
            for statement in page.items
            if statement.account_id in {None, self.account_id}
        ]
        return Answer(200, _encode(body))

    def _item(self, statement: Statement) -> Mapping[str, msgspec.Raw]:
        statement_id = to_app(statement.statement_id)
        named = (ALIASES.get(each, each) for each in statement.types)
        types = [each for each in dict.fromkeys(named) if each in STATEMENT_TYPES]
        link = {"href": self._href(statement_id), "action": "GET", "types": types or [PDF]}
        return {
            **known_members(STATEMENT, statement.fields),
            "accountId": msgspec.Raw(_encode(self.account_id)),
            "statementId": msgspec.Raw(_encode(statement_id)),
            "links": msgspec.Raw(_encode([link])),
        }

    def _href(self, statement_id: str) -> str:
        """Absolute, under the version and provider of this call."""
        request = self.call.request
        path = (request.version.name, request.provider_id, self.account_id, statement_id)
        segments = "/".join(quote(each, safe="") for each in path)
        return f"{self.call.public_url}/{request.endpoint}/{segments}"


@dataclass(frozen=True, slots=True)
class StatementQuestion:
    """One statement as a file of the call's media type; `statement_id` is the bank's."""

    call: Call
    account_id: str
    statement_id: str

    async def fetch(self, connector: Connector, context: CallContext) -> Document:
        """The file, opened. Raises `BankError`, `RefusedError`."""
        reader = _reader(connector)
        lens = self.call.lens
        check_documents(lens, await seen_category(self.account_id, lens, connector, context))
        try:
            return await reader.document(
                context, self.account_id, self.statement_id, self.call.media_type
            )
        except BankAnswerError as error:
            if error.code == codes.STATEMENT_NOT_FOUND.code:
                await self._check_any(reader, context)
            raise

    async def _check_any(self, reader: ReadsStatements, context: CallContext) -> None:
        """Raises `RefusedError` if the account has no statement at all: an app is told so."""
        if not (await reader.page(context, self.account_id, None, _FIRST)).items:
            raise RefusedError(
                codes.STATEMENT_NOT_FOUND, message="Account exists but contains no statements"
            )

    def shape(self, data: Document) -> Answer:
        """The file, to be passed on while it comes."""
        return document_answer(data, "statement", to_app(self.statement_id))


class StatementsFamily:
    """Reads the path and query of statements."""

    def check_path(self, request: Request) -> None:
        """An account and perhaps a statement follow the provider. Raises `RefusedError`."""
        if len(request.rest) > 2:
            raise forbidden_route(
                "The path is /statements/{version}/{providerId}/{accountId}/{statementId}."
            )

    def question(self, call: Call) -> StatementListQuestion | StatementQuestion:
        """Check account, statement and query.

        Raises:
            RefusedError: 400/401 for a bad parameter, 400/702 and 400/703 for a bad window,
                404/701 for an account that is not consented, 404/1108 for an id nobody gave.
        """
        if len(call.request.rest) == 2:
            return self._file(call, call.request.rest[1])
        parameters = read_query(call.request.query, _PARAMETERS)
        wants_standard(parameters)
        page = read_page(parameters)
        window = read_window(parameters)
        return StatementListQuestion(
            call=call,
            account_id=consented_account(call.request, call.grant.account_ids),
            window=window,
            page=page,
            parameters=parameters if window is None else parameters | window_parameters(window),
        )

    def _file(self, call: Call, segment: str) -> StatementQuestion:
        wants_standard(read_query(call.request.query, _FILE_PARAMETERS))
        account_id = consented_account(call.request, call.grant.account_ids)
        statement_id = from_app(segment)
        if statement_id is None:
            raise RefusedError(codes.STATEMENT_NOT_FOUND)
        return StatementQuestion(call, account_id, statement_id)


def _reader(connector: Connector) -> ReadsStatements:
    if connector.statements is None:
        raise RefusedError(codes.NOT_IMPLEMENTED, debug="The provider has no statements.")
    return connector.statements
