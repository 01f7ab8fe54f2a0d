"""Pages: templates rendered with what every page needs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from easement.web.security_headers import content_security_policy

HERE = Path(__file__).parent
STATIC = HERE / "static"


class Pages:
    """Renders templates of this package and of the surfaces' own folders."""

    def __init__(self, brand: str, public_url: str, folders: Sequence[Path]) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([HERE / "templates", *folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["brand"] = brand
        self._environment.globals["home"] = f"{public_url}/"
        self._environment.globals["static"] = lambda path: f"{public_url}/static/{path}"

    def render(
        self,
        template: str,
        *,
        status: int = 200,
        form_action: str = "'self'",
        images: str = "",
        **context: Any,
    ) -> HTMLResponse:
        """A page; `form_action` and `images` are CSP sources beside our own origin."""
        return HTMLResponse(
            self._environment.get_template(template).render(**context),
            status_code=status,
            headers={
                "cache-control": "no-store",
                "content-security-policy": content_security_policy(form_action, images),
            },
        )

    def go_on(self, request: Request, *, url: str, heading: str, message: str) -> HTMLResponse:
        """A page that leads on to `url` by itself, for where a redirect would be cut off.

        After a form, Chrome holds every redirect against the ``form-action`` of the page with the
        form. A page in between starts a navigation of its own.
        """
        page = self.message(
            request, status=200, heading=heading, message=message, link=(url, "Continue")
        )
        page.headers["refresh"] = f"0;url={url}"
        return page

    def message(
        self,
        request: Request,
        *,
        status: int,
        heading: str,
        message: str,
        next_steps: Sequence[str] = (),
        title: str | None = None,
        link: tuple[str, str] | None = None,
    ) -> HTMLResponse:
        """A page that says to a person what happened and what to do next.

        `link` is (href, text).
        """
        return self.render(
            "message.html",
            status=status,
            title=title or heading,
            heading=heading,
            message=message,
            next_steps=list(next_steps),
            code=status,
            interaction_id=request.state.interaction_id,
            link=None if link is None else {"href": link[0], "text": link[1]},
        )
