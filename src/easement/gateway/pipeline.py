"""The checks on a product call, in one visible order.

Where several things are wrong, the first of these answers: path and version (before the pipeline),
token, grant, subscription, product, headers, query; then fetch and shape. So an app without a valid
token learns nothing about providers, and one without a subscription nothing about accounts.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TypeVar

from easement.connectors.errors import BankError, GrantRefusedError
from easement.connectors.model import CallContext
from easement.connectors.ports import Connector
from easement.consent.model import Grant, GrantStatus, Initiator
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.errors import RefusedError, from_bank, not_authorized
from easement.gateway.family import Call, Family, Question
from easement.gateway.headers import CallHeaders, read_headers
from easement.gateway.lens import Lens
from easement.gateway.ports import Ports
from easement.gateway.request import AUTHORIZATION, Request
from easement.gateway.trace import Trace
from easement.platform.clock import Clock
from easement.products.catalogue import with_account_info
from easement.products.model import Product
from easement.providers.errors import ConnectionGoneError
from easement.providers.model import Provider
from easement.recipients.model import App
from easement.tokens.errors import InvalidTokenError
from easement.tokens.model import Bearer

T = TypeVar("T")

_LONGEST_OPAQUE = 200
_EXPECTED = "The bearer of product calls is the id_token."


class Pipeline:
    """Runs a call through all steps. `bank_timeout_s` bounds everything asked of the bank."""

    def __init__(self, ports: Ports, clock: Clock, bank_timeout_s: float) -> None:
        self._ports = ports
        self._clock = clock
        self._bank_timeout_s = bank_timeout_s

    async def run(self, request: Request, product: Product, family: Family, trace: Trace) -> Answer:
        """Answer with data.

        Raises:
            RefusedError: every answer that is none.
            UnavailableError: the network's database is out of reach.
        """
        bearer = await self._token(request, trace)
        grant = await self._grant(bearer)
        app, provider = await self._subscription(request, bearer, trace)
        has_payments = self._product(product, app, bearer)
        headers = self._headers(request, trace, has_payments=has_payments)
        lens = Lens()
        question = family.question(
            Call(request, product, grant, app, provider, lens, self._clock.now())
        )
        connector = self._ports.connector(provider)
        data = await self._fetch(connector, question, grant, headers, trace)
        # The consumer may have stopped the sharing while the bank was asked.
        await self._grant(bearer)
        return question.shape(data)

    async def _token(self, request: Request, trace: Trace) -> Bearer:
        """RFC 6750 2.1: one Authorization header with the scheme Bearer."""
        values = request.headers.get(AUTHORIZATION, [])
        scheme, _, token = values[0].partition(" ") if len(values) == 1 else ("", "", "")
        if scheme.lower() != "bearer":
            raise not_authorized()
        try:
            bearer = self._ports.tokens.bearer(token.strip())
        except InvalidTokenError:
            # OAuth libraries send the access_token unasked; who does so would look for an ended
            # permission.
            opaque = "." not in token and 0 < len(token) < _LONGEST_OPAQUE
            raise not_authorized(_EXPECTED if opaque else None) from None
        trace.app_id = bearer.app_id
        trace.grant_id = bearer.grant_id
        if not await self._ports.families.family_is_alive(bearer.family_id):
            # The grant's end says more than the family's: let it speak first.
            await self._grant(bearer)
            raise not_authorized()
        return bearer

    async def _grant(self, bearer: Bearer) -> Grant:
        grant = await self._ports.grants.current(bearer.grant_id)
        if grant is None or not grant.is_active(self._clock.now()):
            raise _ended(grant)
        return grant

    async def _subscription(
        self, request: Request, bearer: Bearer, trace: Trace
    ) -> tuple[App, Provider]:
        app = await self._ports.recipients.current(bearer.app_id)
        if app is None:
            raise not_authorized()
        # The app's own subscriptions first: a look-up by whatever stands in a path would fill
        # caches with strangers' words.
        if not app.is_subscribed(request.provider_id):
            raise RefusedError(codes.FORBIDDEN)
        provider = await self._ports.providers.current(request.provider_id)
        if provider is None:
            raise RefusedError(codes.FORBIDDEN)
        trace.provider_id = provider.id
        if bearer.provider_id != provider.id:
            raise not_authorized()
        return app, provider

    def _product(self, product: Product, app: App, bearer: Bearer) -> bool:
        """Both the app and its token must have it. Returns whether the app has payments."""
        if product not in with_account_info(app.products & bearer.products):
            raise RefusedError(codes.FORBIDDEN, debug=f"The app has no subscription to {product}.")
        return Product.PAYMENTS in app.products

    def _headers(self, request: Request, trace: Trace, *, has_payments: bool) -> CallHeaders:
        headers = read_headers(request, has_payments=has_payments)
        trace.interaction_type = headers.interaction_type
        trace.intent_type = headers.intent_type
        trace.last_access = headers.last_access
        return headers

    async def _fetch(
        self,
        connector: Connector,
        question: Question[T],
        grant: Grant,
        headers: CallHeaders,
        trace: Trace,
    ) -> T:
        async def ask(access_token: str) -> T:
            context = CallContext(
                access_token=access_token,
                interaction_id=trace.interaction_id,
                interaction_type=headers.interaction_type,
                headers=headers.forwarded,
            )
            return await question.fetch(connector, context)

        asked_at = perf_counter()
        try:
            return await self._ask_bank(grant, ask)
        finally:
            trace.bank_ms = (perf_counter() - asked_at) * 1000

    async def _ask_bank(self, grant: Grant, ask: Callable[[str], Awaitable[T]]) -> T:
        grants = self._ports.grants
        try:
            async with asyncio.timeout(self._bank_timeout_s):
                return await self._ports.access.call(grant.provider_id, grant.connection_id, ask)
        except GrantRefusedError as error:
            await grants.ended_by_provider(grant.id)
            failure = from_bank(error)
        except TimeoutError:
            failure = RefusedError(codes.TIMED_OUT, debug="The provider did not answer in time.")
        except BankError as error:
            failure = from_bank(error)
        except ConnectionGoneError:
            failure = not_authorized()
        # A grant that ended meanwhile took its bank tokens along: then that is the answer.
        current = await grants.current(grant.id)
        if current is None or not current.is_active(self._clock.now()):
            raise _ended(current)
        raise failure


def _ended(grant: Grant | None) -> RefusedError:
    """An app hears 601 when the bank ended the grant, so that it asks the consumer anew; after any
    other end the token no longer counts."""
    if (
        grant is not None
        and grant.status is GrantStatus.REVOKED
        and grant.ended_by is Initiator.DATA_PROVIDER
    ):
        return RefusedError(codes.CUSTOMER_NOT_FOUND)
    return not_authorized()
