"""The routes of the reference: the document, its pages, and what is made from it."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from easement.platform.clock import Clock
from easement.products.model import Version
from easement.reference import postman, viewer_files
from easement.reference.document import Surroundings, compose
from easement.web.pages import Pages

TEMPLATES = Path(__file__).parent / "templates"

Json = dict[str, Any]


class ReferenceSite:
    """Composes the document at the first request for it, and again when a version has ended."""

    def __init__(self, around: Surroundings, clock: Clock, pages: Pages) -> None:
        self._around = around
        self._clock = clock
        self._pages = pages
        self._home = f"{around.public_url}/"
        self._viewer = f"{around.public_url}/docs/viewer"
        self._served: tuple[str, ...] = ()
        self._document: Json = {}

    def routes(self) -> list[Route]:
        """Everything below `/docs` and `/postman`, and `/openapi.json`."""
        return [
            Route("/openapi.json", self._openapi),
            Route("/docs", self._reference),
            Route("/docs/", lambda _: RedirectResponse(f"{self._home}docs", 308)),
            Route("/docs/migrating-to-v3", self._migration),
            *viewer_files.routes(),
            Route("/postman/easement.postman_collection.json", self._made(postman.collection)),
            Route("/postman/easement.postman_environment.json", self._made(postman.environment)),
        ]

    async def _openapi(self, _request: Request) -> Response:
        return _json(await self._current())

    def _made(self, make: Callable[[Json, Surroundings], Json]) -> Callable[[Request], Any]:
        async def serve(_request: Request) -> Response:
            return _json(make(await self._current(), self._around))

        return serve

    async def _reference(self, _request: Request) -> Response:
        return self._pages.render("reference.html", viewer=self._viewer)

    async def _migration(self, _request: Request) -> Response:
        v2 = self._around.versions["v2"]
        return self._pages.render(
            "migrating-to-v3.html",
            viewer=self._viewer,
            prefix=self._around.header_prefix,
            deprecated_on=_day(v2.deprecated_at),
            sunset_on=_day(v2.sunset_at),
        )

    async def _current(self) -> Json:
        now = self._clock.now()
        served: list[Version] = [
            each for each in self._around.versions.values() if not each.has_ended(now)
        ]
        names = tuple(each.name for each in served)
        if names != self._served:
            # Product calls go on meanwhile: this reads some hundred kilobytes of YAML.
            self._document = await asyncio.to_thread(compose, self._around, served)
            self._served = names
        return self._document


def _day(at: datetime | None) -> str | None:
    return None if at is None else f"{at.day} {at:%B %Y}"


def _json(document: Json) -> Response:
    return Response(
        json.dumps(document, indent=1, ensure_ascii=False),
        200,
        {"cache-control": "no-cache"},
        "application/json",
    )
