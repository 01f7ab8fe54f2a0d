"""The control API as one application."""

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from mikomo.control.guard import ControlGuard
from mikomo.control.refusals import ControlError, answer_http_error, answer_refusal


def control_app(routes: Iterable[BaseRoute], token: str) -> ControlGuard:
    """The routes below `/control`, behind the guard."""
    app = Starlette(
        routes=list(routes),
        exception_handlers={ControlError: answer_refusal, HTTPException: answer_http_error},
    )
    app.router.redirect_slashes = False
    return ControlGuard(app, token)
