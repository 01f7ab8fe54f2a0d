"""`GET /`: what this is and where to go."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from easement.web.pages import Pages

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class HomeLink:
    """A card of the home page."""

    href: str
    title: str
    text: str


def routes(
    pages: Pages,
    public_url: str,
    links: Sequence[HomeLink],
    count_providers: Callable[[], Awaitable[int]],
) -> list[Route]:
    """The home page."""

    async def home(_request: Request) -> Response:
        return pages.render(
            "home.html",
            public_url=public_url,
            links=links,
            provider_count=await count_providers(),
        )

    return [Route("/", home)]
