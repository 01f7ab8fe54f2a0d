"""`/sandbox/v1`: the control API in JSON."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from easement.sandbox.apps import AppChange
from easement.sandbox.bodies import read_json
from easement.sandbox.calls import CAPACITY
from easement.sandbox.clock import ClockMove
from easement.sandbox.controls import Controls
from easement.sandbox.gate import Gate
from easement.sandbox.refusals import ControlError, answer_of, invalid, not_found

_USUAL_CALLS = 100

Handler = Callable[[Request], Awaitable[Response]]


class _Revocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    by: str


class _Accounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    account_ids: list[str]


class _Recording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bodies: bool


class ControlApi:
    """Reads requests, calls the controls, writes JSON."""

    def __init__(self, gate: Gate, controls: Controls) -> None:
        self._gate = gate
        self._controls = controls

    def routes(self) -> list[Route]:
        """All paths, guarded."""
        _route = self._route
        return [
            _route("/sandbox/v1/users", GET=self._users),
            _route("/sandbox/v1/clock", GET=self._clock, PUT=self._move_clock),
            _route("/sandbox/v1/faults", GET=self._faults, POST=self._break, DELETE=self._heal_all),
            _route("/sandbox/v1/faults/{fault_id}", DELETE=self._heal),
            _route("/sandbox/v1/grants", GET=self._grants),
            _route("/sandbox/v1/grants/{grant_id}/revocation", POST=self._revoke),
            _route("/sandbox/v1/grants/{grant_id}/accounts", PUT=self._change_accounts),
            _route("/sandbox/v1/apps", GET=self._apps),
            _route("/sandbox/v1/apps/{client_id}", PATCH=self._change_app),
            _route("/sandbox/v1/calls", GET=self._calls, PUT=self._record_bodies),
            _route("/sandbox/v1/reset", POST=self._reset),
            *self._controls.mint.routes(),
        ]

    def _route(self, path: str, **handlers: Handler) -> Route:
        """One route for all methods of a path, so that a 405 lists them all."""

        async def answer(request: Request) -> Response:
            try:
                self._gate.check(request)
                return await handlers["GET" if request.method == "HEAD" else request.method](
                    request
                )
            except ControlError as refusal:
                return answer_of(refusal)

        return Route(path, answer, methods=list(handlers))

    async def _users(self, _request: Request) -> Response:
        return _json(await self._controls.bank.ask("GET", "/users"))

    async def _clock(self, _request: Request) -> Response:
        return _json(await self._controls.clock.shown())

    async def _move_clock(self, request: Request) -> Response:
        return _json(await self._controls.clock.move(await read_json(request, ClockMove)))

    async def _faults(self, _request: Request) -> Response:
        return _json(await self._controls.bank.ask("GET", "/faults"))

    async def _break(self, request: Request) -> Response:
        fault = await read_json(request, dict[str, Any])
        return _json(await self._controls.bank.ask("POST", "/faults", fault), 201)

    async def _heal_all(self, _request: Request) -> Response:
        await self._controls.bank.ask("DELETE", "/faults")
        return _done()

    async def _heal(self, request: Request) -> Response:
        fault_id = str(request.path_params["fault_id"])
        if not fault_id.replace("-", "").isalnum():
            raise not_found("Expected the id of a fault in force.")
        await self._controls.bank.ask("DELETE", f"/faults/{fault_id}")
        return _done()

    async def _grants(self, _request: Request) -> Response:
        return _json({"grants": await self._controls.grants.newest()})

    async def _revoke(self, request: Request) -> Response:
        if (await read_json(request, _Revocation)).by != "consumer":
            raise invalid(
                'Expected by to be "consumer"; the app revokes at /revoke with its refresh token.'
            )
        await self._controls.grants.revoke(request.path_params["grant_id"])
        return _done()

    async def _change_accounts(self, request: Request) -> Response:
        chosen = (await read_json(request, _Accounts)).account_ids
        grant_id = request.path_params["grant_id"]
        return _json(await self._controls.grants.change_accounts(grant_id, chosen))

    async def _apps(self, _request: Request) -> Response:
        return _json({"apps": await self._controls.apps.every()})

    async def _change_app(self, request: Request) -> Response:
        change = await read_json(request, AppChange)
        return _json(await self._controls.apps.change(request.path_params["client_id"], change))

    async def _calls(self, request: Request) -> Response:
        limit = request.query_params.get("limit", str(_USUAL_CALLS))
        # int() would also read signs, spaces, underscores and digits of other scripts.
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:6]) <= CAPACITY):
            raise invalid(f"Expected limit to be a whole number from 1 to {CAPACITY}.")
        return _json({"calls": await self._controls.calls.newest(int(limit))})

    async def _record_bodies(self, request: Request) -> Response:
        recording = await read_json(request, _Recording)
        return _json(await self._controls.calls.keep_bodies(bodies=recording.bodies))

    async def _reset(self, _request: Request) -> Response:
        await self._controls.reset()
        return _done()


def _json(content: object, status: int = 200) -> Response:
    return Response(
        msgspec.json.encode(content),
        status,
        {"cache-control": "no-store"},
        media_type="application/json",
    )


def _done() -> Response:
    return Response(status_code=204, headers={"cache-control": "no-store"})
