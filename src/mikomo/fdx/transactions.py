"""GET /accounts/{accountId}/transactions."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.clock import Clock
from mikomo.fdx.answers import json_answer
from mikomo.fdx.bearer import BearerCheck
from mikomo.fdx.paging import asked_page, page_and_links
from mikomo.fdx.questions import account_of, query_parameters
from mikomo.fdx.times import asked_span
from mikomo.oauth.scopes import ACCOUNTS


class TransactionsApi:
    """The rows of an account, all of them or those of a span of time."""

    def __init__(self, bearer: BearerCheck, clock: Clock) -> None:
        self._bearer = bearer
        self._clock = clock

    def routes(self) -> list[Route]:
        """Below `/fdx`."""
        path = "/v5/accounts/{account_id}/transactions"
        return [Route(path, self._list, methods=["GET"])]

    async def _list(self, request: Request) -> Response:
        person = self._bearer.person(request, ACCOUNTS)
        account_id = account_of(person, request).account_id
        query = query_parameters(request)
        span, page = asked_span(query), asked_page(query)
        rows = person.transactions(account_id, self._clock.now())
        if span is not None:
            rows = [row for row in rows if span.holds(row.moment)]
        kept = {name: query.get(name) for name in ("startTime", "endTime") if name in query}
        path = f"/accounts/{quote(account_id, safe='')}/transactions"
        paging = page_and_links(path, kept, page, len(rows))
        bodies = b",".join(row.body for row in rows[page.span])
        return json_answer(b"{" + paging + b',"transactions":[' + bodies + b"]}")
