"""The gateway as an ASGI application: one entry for all product paths."""

import logging
import traceback
from collections.abc import Mapping
from time import perf_counter
from types import MappingProxyType

from easement.fdx import codes
from easement.gateway.accounts import AccountsFamily
from easement.gateway.answer import Answer, Receive, Scope, Send, send_answer
from easement.gateway.errors import RefusedError, forbidden_route, unavailable
from easement.gateway.family import Family
from easement.gateway.pipeline import Pipeline
from easement.gateway.ports import Ports
from easement.gateway.request import HeaderNames, interaction_id, read_request
from easement.gateway.trace import Trace
from easement.platform.clock import Clock
from easement.platform.db import UnavailableError
from easement.products.catalogue import ENDPOINTS
from easement.products.model import Product

_log = logging.getLogger(__name__)

# First path segments that belong to the gateway, served or not.
PREFIXES = frozenset(ENDPOINTS)

_ACCOUNTS = AccountsFamily()
FAMILIES: Mapping[str, Family] = MappingProxyType(
    {"accounts-info": _ACCOUNTS, "balances": _ACCOUNTS, "accounts": _ACCOUNTS}
)


class GatewayApp:
    """Serves `GET /{endpoint}/{version}/{providerId}...` for every endpoint in `PREFIXES`.

    `header_prefix` starts the names of the headers that apps send (``{prefix}interaction-type``);
    `bank_timeout_s` is how long a call waits for the bank, in seconds, before it answers 408.
    """

    def __init__(
        self,
        ports: Ports,
        clock: Clock,
        *,
        header_prefix: str = "x-akoya-",
        bank_timeout_s: float = 10.0,
    ) -> None:
        self._names = HeaderNames(header_prefix)
        self._calls = ports.calls
        self._clock = clock
        self._pipeline = Pipeline(ports, clock, bank_timeout_s)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        _, _, path = scope["path"].partition("/")
        endpoint, *segments = path.split("/")
        product = ENDPOINTS.get(endpoint)
        trace = Trace(
            interaction_id=interaction_id(scope),
            at=self._clock.now(),
            started=perf_counter(),
            product=product or "",
        )
        try:
            answer = await self._answer(scope, endpoint, product, segments, trace)
        except RefusedError as refusal:
            answer = refusal.answer()
        except UnavailableError:
            answer = unavailable().answer()
        except Exception as error:
            # The message of an exception may quote what it stumbled over; its place cannot.
            _log.error(
                "%s at %s [%s]",
                type(error).__name__,
                "".join(traceback.format_tb(error.__traceback__)),
                trace.interaction_id,
            )
            answer = RefusedError(codes.INTERNAL_ERROR).answer()
        await send_answer(send, answer)
        if product is not None:
            self._calls.record(trace.record(answer))

    async def _answer(
        self,
        scope: Scope,
        endpoint: str,
        product: Product | None,
        segments: list[str],
        trace: Trace,
    ) -> Answer:
        if product is None:
            raise forbidden_route(f"The path starts with one of {', '.join(sorted(PREFIXES))}.")
        request = read_request(scope, endpoint, segments, self._names)
        trace.version = request.version.name
        family = FAMILIES.get(endpoint)
        if family is None:
            # Not 404: an app would take that for an account that is gone, and forget it.
            raise RefusedError(
                codes.NOT_IMPLEMENTED, debug=f"This network does not serve /{endpoint} yet."
            )
        family.check_path(request)
        return await self._pipeline.run(request, product, family, trace)
