"""Rendering pages, and the headers that protect them."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from mikomo.settings import Settings

_TEMPLATES = Path(__file__).parent.parent / "templates"


class Pages:
    """Renders the templates of `templates/`."""

    def __init__(self, settings: Settings) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["base"] = settings.base_path
        self._environment.filters["date"] = _date
        self._environment.filters["isodate"] = _isodate

    def render(
        self, template: str, *, status: int = 200, form_target: str | None = None, **context: object
    ) -> HTMLResponse:
        """A page. `form_target` is a URL that the answer to the page's form may redirect to."""
        html = self._environment.get_template(template).render(**context)
        return HTMLResponse(
            html,
            status_code=status,
            headers={
                "Content-Security-Policy": content_security_policy(form_target),
                "Cache-Control": "no-store",
            },
        )

    def notice(
        self,
        status: int,
        heading: str,
        message: str,
        *,
        link: tuple[str, str] | None = None,
    ) -> HTMLResponse:
        """A page that says what happened and what to do next; `link` is (href, text)."""
        return self.render(
            "notice.html", status=status, heading=heading, message=message, link=link
        )


def content_security_policy(form_target: str | None = None) -> str:
    """Everything from our own origin, nothing inline, never framed."""
    # Chrome holds form-action against every redirect that follows a form, so the network's
    # origin, where Next leads, must stand beside our own.
    form_action = "'self'" if form_target is None else f"'self' {_source(form_target)}"
    return (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
        f"form-action {form_action}; frame-ancestors 'none'; base-uri 'none'"
    )


def _source(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        return f"{parts.scheme}:"
    return f"{parts.scheme}://{parts.netloc}"


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _date(seconds: int) -> str:
    moment = _moment(seconds)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _isodate(seconds: int) -> str:
    return _moment(seconds).isoformat()
