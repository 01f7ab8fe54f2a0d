"""The checks on a product call, in one visible order.

Where several things are wrong, the first of these answers: path and version (before the pipeline),
token, the app's rate, grant, subscription, product, the provider's policy, headers, query, a
maintenance window; then fetch and shape. So an app without a valid token learns nothing about
providers, and one without a subscription nothing about accounts.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TypeVar

from easement.connectors.errors import BankError, GrantRefusedError
from easement.connectors.model import CallContext, Document
from easement.connectors.ports import Connector
from easement.consent.model import Grant, GrantStatus, Initiator
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.errors import (
    RefusedError,
    from_bank,
    in_maintenance,
    not_authorized,
    too_many_requests,
)
from easement.gateway.family import Call, Family, Question
from easement.gateway.headers import CallHeaders, read_headers
from easement.gateway.lens import Lens, Lenses
from easement.gateway.ports import Ports
from easement.gateway.request import AUTHORIZATION, Request
from easement.gateway.trace import Trace
from easement.platform.clock import Clock
from easement.products.catalogue import with_account_info
from easement.products.model import Product
from easement.providers.errors import ConnectionGoneError
from easement.providers.model import Provider
from easement.recipients.model import App, Profile
from easement.tokens.errors import InvalidTokenError
from easement.tokens.model import Bearer

T = TypeVar("T")

_LONGEST_OPAQUE = 200
_EXPECTED = "The bearer of product calls is the id_token."


class Pipeline:
    """Runs a call through all steps. `bank_timeout_s` bounds everything asked of the bank but the
    rest of a document that has begun to come."""

    def __init__(
        self, ports: Ports, clock: Clock, bank_timeout_s: float, public_url: str = ""
    ) -> None:
        self._ports = ports
        self._clock = clock
        self._bank_timeout_s = bank_timeout_s
        self._public_url = public_url
        self._lenses = Lenses()

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
        lens = self._lens(provider, app, product)
        headers = self._headers(request, trace, has_payments=has_payments)
        question = family.question(
            Call(
                request,
                product,
                grant,
                app,
                provider,
                lens,
                self._clock.now(),
                headers.media_type,
                self._public_url,
            )
        )
        self._maintenance(provider)
        connector = self._ports.connector(provider)
        data = await self._fetch(connector, question, grant, headers, trace)
        try:
            # The consumer may have stopped the sharing while the bank was asked.
            await self._grant(bearer)
            return question.shape(data)
        except BaseException:
            if isinstance(data, Document):
                data.close()
            raise

    async def _token(self, request: Request, trace: Trace) -> Bearer:
        """RFC 6750 2.1: one Authorization header with the scheme Bearer."""
        values = request.headers.get(AUTHORIZATION, [])
        scheme, _, token = values[0].partition(" ") if len(values) == 1 else ("", "", "")
        if scheme.lower() != "bearer":
            raise not_authorized()
        try:
            bearer = await self._ports.tokens.bearer(token.strip())
        except InvalidTokenError:
            bearer = await self._access_token(token.strip())
        trace.app_id = bearer.app_id
        trace.grant_id = bearer.grant_id
        await self._rate(bearer)
        if not await self._ports.families.family_is_alive(bearer.family_id):
            # The grant's end says more than the family's: let it speak first.
            await self._grant(bearer)
            raise not_authorized()
        return bearer

    async def _access_token(self, token: str) -> Bearer:
        """The bearer of an app of the profile oauth; a classic app presents its id_token."""
        if "." in token or not 0 < len(token) < _LONGEST_OPAQUE:
            raise not_authorized()
        facts = await self._ports.access_tokens.access_token(token)
        app = None if facts is None else await self._ports.recipients.current(facts.app_id)
        if facts is None or app is None or app.profile is Profile.AKOYA:
            # OAuth libraries send the access_token unasked; who does so would look for an ended
            # permission.
            raise not_authorized(_EXPECTED)
        grant = await self._ports.grants.current(facts.grant_id)
        if grant is None or facts.expires_at is None or not facts.counts:
            raise not_authorized()
        return Bearer(
            grant_id=facts.grant_id,
            family_id=facts.family_id,
            app_id=facts.app_id,
            provider_id=grant.provider_id,
            products=grant.products,
            expires_at=facts.expires_at,
        )

    async def _rate(self, bearer: Bearer) -> None:
        if self._ports.rate is None:
            return
        wait_s = await self._ports.rate.wait_s(bearer.app_id)
        if wait_s is not None:
            raise too_many_requests(wait_s)

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

    def _lens(self, provider: Provider, app: App, product: Product) -> Lens:
        """What the provider lets the app see; a product of which it is nothing is not offered."""
        lens = self._lenses.of(provider, app, product)
        if not lens.sees_anything:
            raise RefusedError(codes.FORBIDDEN, debug=f"The provider does not offer {product}.")
        return lens

    def _maintenance(self, provider: Provider) -> None:
        """No bank is asked for anything while it is being worked on."""
        now = self._clock.now()
        ends = [each.ends_at for each in provider.maintenance if each.covers(now)]
        if ends:
            raise in_maintenance(max(ends) - now)

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
            await grants.ended_by_provider(grant.id, error.reason)
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
