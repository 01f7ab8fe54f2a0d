"""A consumer at the sandbox bank who needs no browser: follows redirects and fills in forms."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

from easement.platform.http import ConnectFailedError, HttpClient, Response

_MOST_STEPS = 12


@dataclass(slots=True)
class _Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    password: str | None = None
    buttons: list[tuple[str | None, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Collects a page's forms."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(named.get("action", "")))
        elif self.forms and tag == "input" and "name" in named:
            self._input(self.forms[-1], named)
        elif self.forms and tag == "button" and named.get("type", "submit") == "submit":
            self.forms[-1].buttons.append((named.get("name"), named.get("value", "")))

    @staticmethod
    def _input(form: _Form, named: dict[str, str]) -> None:
        kind = named.get("type", "text")
        if kind == "text":
            form.text = named["name"]
        elif kind == "password":
            form.password = named["name"]
        elif kind == "hidden":
            form.fields[named["name"]] = named.get("value", "")


class HeadlessConsumer:
    """Signs in and agrees to the terms. `reach` turns a bank's public URL into one to call."""

    def __init__(self, http: HttpClient, reach: Callable[[str], str]) -> None:
        self._http = http
        self._reach = reach

    async def sign_in(self, url: str, callback_url: str, user: str, password: str) -> str | None:
        """The bank's code at the end of its pages, or None if it does not let `user` in.

        Raises:
            ConnectFailedError, TimedOutError: the bank cannot be reached, or is in trouble.
        """
        cookies: dict[str, str] = {}
        response = await self._ask("GET", url, cookies)
        for _ in range(_MOST_STEPS):
            location = response.headers.get("location")
            if location is not None:
                url = urljoin(url, location)
                if url.startswith(f"{callback_url}?"):
                    return parse_qs(urlsplit(url).query).get("code", [None])[0]
                response = await self._ask("GET", url, cookies)
                continue
            form = _first_form(response)
            if form is None or response.status != 200:
                return None
            url = urljoin(url, form.action)
            response = await self._ask("POST", url, cookies, _filled(form, user, password))
        return None

    async def _ask(
        self, method: str, url: str, cookies: dict[str, str], form: dict[str, str] | None = None
    ) -> Response:
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers = {"accept": "text/html"} | ({"cookie": sent} if sent else {})
        response = await self._http.send(method, self._reach(url), headers=headers, form=form)
        if response.status >= 500:
            raise ConnectFailedError(f"{url}: {response.status}")
        cookies.update(response.cookies)
        return response


def _first_form(response: Response) -> _Form | None:
    parser = _Forms()
    parser.feed(response.body.decode("utf-8", "replace"))
    with_password = [form for form in parser.forms if form.password]
    return next(iter([*with_password, *parser.forms]), None)


def _filled(form: _Form, user: str, password: str) -> dict[str, str]:
    values = dict(form.fields)
    if form.text is not None:
        values[form.text] = user
    if form.password is not None:
        values[form.password] = password
    if form.buttons and form.buttons[0][0] is not None:
        values[form.buttons[0][0]] = form.buttons[0][1]
    return values
