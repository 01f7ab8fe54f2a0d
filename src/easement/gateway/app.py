"""The gateway as an ASGI application: one entry for all product paths."""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter
from types import MappingProxyType

from easement.fdx import codes
from easement.gateway.accounts import AccountsFamily
from easement.gateway.answer import Answer, Receive, Scope, Send, send_answer
from easement.gateway.contacts import ContactsFamily
from easement.gateway.customers import CustomersFamily
from easement.gateway.deprecation import DeprecationNotices
from easement.gateway.errors import RefusedError, forbidden_route, unavailable
from easement.gateway.family import Family
from easement.gateway.payments import PaymentsFamily
from easement.gateway.pipeline import Pipeline
from easement.gateway.ports import Ports
from easement.gateway.request import HeaderNames, interaction_id, read_request
from easement.gateway.statements import StatementsFamily
from easement.gateway.stream import send_document
from easement.gateway.tax_forms import TaxFormsFamily
from easement.gateway.taxlots import TaxLotsFamily
from easement.gateway.trace import Trace
from easement.gateway.transactions import TransactionsFamily
from easement.platform.clock import Clock
from easement.platform.db import UnavailableError
from easement.products.catalogue import ENDPOINTS, VERSIONS
from easement.products.model import Product, Version

_log = logging.getLogger(__name__)

# First path segments that belong to the gateway, served or not.
PREFIXES = frozenset(ENDPOINTS)

_ACCOUNTS = AccountsFamily()
FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "accounts-info": _ACCOUNTS,
        "balances": _ACCOUNTS,
        "accounts": _ACCOUNTS,
        "customers": CustomersFamily(),
        "contacts": ContactsFamily(),
        "taxlots": TaxLotsFamily(),
        "transactions": TransactionsFamily(),
        "statements": StatementsFamily(),
        "tax-forms": TaxFormsFamily(),
    }
)


class GatewayApp:
    """Serves `GET /{endpoint}/{version}/{providerId}...` for every endpoint in `PREFIXES`.

    `header_prefix` starts the names of the headers that apps send (``{prefix}interaction-type``);
    `bank_timeout_s` is how long a call waits for the bank, in seconds, before it answers 408.
    `public_url` starts absolute links into this API. `versions` are those that are served, with
    the dates of their ends; `forwarded` names further request headers that go on to the bank.
    """

    def __init__(
        self,
        ports: Ports,
        clock: Clock,
        *,
        header_prefix: str = "x-akoya-",
        bank_timeout_s: float = 10.0,
        public_url: str = "",
        versions: Mapping[str, Version] = VERSIONS,
        forwarded: frozenset[str] = frozenset(),
    ) -> None:
        self._names = HeaderNames(header_prefix, forwarded)
        self._versions = versions
        self._notices = DeprecationNotices(versions, public_url)
        self._calls = ports.calls
        self._clock = clock
        self._families = {**FAMILIES, "payments": PaymentsFamily(ports.account_numbers)}
        self._pipeline = Pipeline(ports, clock, bank_timeout_s, public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
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
        notice = self._notices.of(segments[0], trace.at) if product and segments else None
        if notice is not None:
            answer = replace(answer, headers={**notice, **answer.headers})
        if answer.document is None:
            await send_answer(send, answer)
        elif cut := await send_document(receive, send, answer, answer.document):
            # The status went out long ago; what the call came to is in its record.
            answer = replace(answer, code=cut.code)
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
        request = read_request(
            scope, endpoint, segments, self._names, versions=self._versions, now=trace.at
        )
        trace.version = request.version.name
        family = self._families[endpoint]
        family.check_path(request)
        return await self._pipeline.run(request, product, family, trace)
