"""The first page, and the way through the network and back: link, callback, pop-up ending."""

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from easement_demo.network import NetworkClient
from easement_demo.rendering import COOKIE, Pages
from easement_demo.sessions import Session, Sessions

_LONGEST_VALUE = 4096

_SAMPLE_USERS = (
    ("mikomo_1", "eight investment accounts"),
    ("mikomo_3", "38 accounts with long lists of holdings"),
    ("mikomo_7", "one account of every category"),
    ("mikomo_10", "checking, savings, a CD, a 529 plan and a brokerage account"),
    ("mikomo_602", "links well, then every data call is refused"),
)

_REFUSALS = {
    "access_denied": (
        "Nothing was shared",
        "You cancelled, or the bank did not let you in. No account was linked.",
    ),
    "temporarily_unavailable": (
        "The bank is not available",
        "The bank could not be reached just now. Wait a minute, then try again.",
    ),
    "server_error": (
        "The bank could not finish",
        "Something went wrong at the bank or the network. No account was linked.",
    ),
}


class Linking:
    """Handlers of the linking flow."""

    def __init__(self, pages: Pages, sessions: Sessions, network: NetworkClient) -> None:
        self._pages = pages
        self._sessions = sessions
        self._network = network

    async def home(self, request: Request) -> Response:
        """The first page, with the button that links a bank."""
        session = self._session(request)
        return self._pages.page(
            "home.html",
            sample_users=_SAMPLE_USERS,
            linked=session is not None and session.tokens is not None and not session.revoked,
        )

    async def link(self, request: Request) -> Response:
        """Send the browser to the network with a state that only this browser knows."""
        session = self._session(request) or self._sessions.start()
        state = session.begin_link(popup=request.query_params.get("display") == "popup")
        response = RedirectResponse(
            self._network.authorize_url(state), 302, headers={"cache-control": "no-store"}
        )
        self._pages.set_cookie(response, session)
        return response

    async def callback(self, request: Request) -> Response:
        """Take the network's answer: check the state, exchange the code, keep the tokens."""
        session = self._session(request)
        state = _single(request.query_params, "state")
        popup = session.pending.pop(state, None) if session and state else None
        if session is None or popup is None:
            # Without our state the answer may come from anyone: nothing of it is shown or used.
            return self._stray_answer(session)
        retry = "/link?display=popup" if popup else "/link"
        code = _single(request.query_params, "code")
        error = _single(request.query_params, "error")
        if error or not code:
            return self._refused(request.query_params, error, retry, popup=popup)

        async with session.lock:
            exchange, tokens = await self._network.exchange_code(code)
            if tokens is None:
                return self._pages.page(
                    "exchange_failed.html", status=502, exchange=exchange, retry=retry, popup=popup
                )
            session.begin_tokens(tokens, exchange)
            self._sessions.renew_id(session)
        response = self._pages.go("/linked" if popup else "/accounts")
        self._pages.set_cookie(response, session)
        return response

    async def linked(self, _request: Request) -> Response:
        """The last page of the pop-up: it tells the page that opened it, and closes."""
        return self._pages.page("linked.html")

    def _session(self, request: Request) -> Session | None:
        return self._sessions.find(request.cookies.get(COOKIE))

    def _stray_answer(self, session: Session | None) -> Response:
        if session is not None and session.tokens is not None:
            return self._pages.problem(
                400,
                "This answer was used already",
                "Each link works once. Your accounts are where you left them.",
                retry="/accounts",
                retry_text="Go to your accounts",
            )
        return self._pages.problem(
            400,
            "This answer does not belong to a link you started here",
            "The state does not match. Either the link was started in another browser, it is too "
            "old, or cookies are blocked. Start again from here.",
            retry_text="Link your bank",
        )

    def _refused(
        self, query: QueryParams, error: str | None, retry: str, *, popup: bool
    ) -> Response:
        heading, message = _REFUSALS.get(
            error or "",
            ("The link was not made", "The network answered without a code. Nothing was linked."),
        )
        details = [("error", error)] if error else []
        description = _single(query, "error_description")
        if description:
            details.append(("error_description", description))
        return self._pages.problem(400, heading, message, details=details, retry=retry, popup=popup)


def _single(query: QueryParams, name: str) -> str | None:
    """The value of a parameter given exactly once (RFC 6749 section 3.1), else None."""
    values = query.getlist(name)
    if len(values) != 1 or len(values[0]) > _LONGEST_VALUE:
        return None
    return values[0]
