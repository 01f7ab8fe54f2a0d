"""Reads a page as a browser does: its title, words, forms, boxes and buttons."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


@dataclass
class Button:
    """A button that submits its form."""

    text: str
    name: str | None
    value: str


@dataclass
class Form:
    """A form with its hidden fields, text and password inputs, checkboxes and buttons."""

    method: str
    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    """Name of each text or password input by its type."""
    boxes: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, value and id of each checkbox."""
    buttons: list[Button] = field(default_factory=list)

    def button(self, text: str) -> Button:
        """The button of that text."""
        return next(button for button in self.buttons if button.text == text)


class Page(HTMLParser):
    """One answer of a server, read."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__()
        self.response = response
        self.status = response.status_code
        self.url = response.url
        self.title = ""
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.labels: dict[str, str] = {}
        self._words: list[str] = []
        self._open: list[str] = []
        self._label: str | None = None
        if "text/html" in response.headers.get("content-type", ""):
            self.feed(response.text)

    @property
    def text(self) -> str:
        """All words of the page, single spaces between them."""
        return " ".join(" ".join(self._words).split())

    @property
    def onward(self) -> str | None:
        """Where the answer sends the browser: by redirect, or by a page that goes on by itself."""
        headers = self.response.headers
        _, _, refresh = headers.get("refresh", "").partition("url=")
        target = headers.get("location") or refresh
        return urljoin(self.url, target) if target else None

    def form_with(self, button: str) -> Form:
        """The form that the button of that text submits."""
        pressed = [form for form in self.forms if button in [each.text for each in form.buttons]]
        assert len(pressed) == 1, f"no button {button!r} at {self.url} ({self.status}): {self.text}"
        return pressed[0]

    @property
    def form(self) -> Form:
        """The page's only form that posts."""
        posting = [form for form in self.forms if form.method == "post"]
        assert len(posting) == 1, f"expected one form at {self.url} ({self.status}): {self.text}"
        return posting[0]

    @property
    def accounts(self) -> dict[str, str]:
        """The label of each offered account, by its id."""
        boxes = [box for form in self.forms for box in form.boxes if box[0] == "account"]
        return {value: self.labels[element] for _, value, element in boxes}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self._open.append(tag)
        if tag == "form":
            action = urljoin(self.url, named.get("action", ""))
            self.forms.append(Form(named.get("method", "get").lower(), action))
        elif tag == "a" and "href" in named:
            self.links.append(urljoin(self.url, named["href"]))
        elif tag == "label":
            self._label = named.get("for")
            self.labels[self._label or ""] = ""
        elif tag == "button" and self.forms and named.get("type", "submit") == "submit":
            button = Button("", named.get("name"), named.get("value", ""))
            self.forms[-1].buttons.append(button)
        elif tag == "input" and self.forms:
            self._input(self.forms[-1], named)

    @staticmethod
    def _input(form: Form, named: dict[str, str]) -> None:
        kind = named.get("type", "text")
        if kind == "hidden":
            form.hidden[named["name"]] = named.get("value", "")
        elif kind == "checkbox":
            form.boxes.append((named["name"], named.get("value", "on"), named.get("id", "")))
        else:
            assert kind not in form.inputs, f"two inputs of type {kind}"
            form.inputs[kind] = named["name"]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag == "label":
            self._label = None

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.title += data.strip()
            return
        self._words.append(data)
        if self._label is not None:
            self.labels[self._label] = " ".join(f"{self.labels[self._label]} {data}".split())
        if "button" in self._open and self.forms and self.forms[-1].buttons:
            button = self.forms[-1].buttons[-1]
            button.text = " ".join(f"{button.text} {data}".split())
