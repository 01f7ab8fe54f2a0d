"""The checks of an authorization request, one small file each, in the order they run.

Each row says in which profiles a check runs; a check that is missing is a hole in its column. Until
`redirect_uri` has passed nothing may be redirected (RFC 6749 4.1.2.1, RFC 9700 4.11): the refusals
of the first rows are pages. The same table runs when a request is pushed and when it reaches a
browser. An app that is not known is answered like a classic one.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from easement.authserver.authorize.request import PendingRequest
from easement.authserver.authorize.steps.client import client
from easement.authserver.authorize.steps.connector import connector, connector_by_redirect
from easement.authserver.authorize.steps.id_token_hint import id_token_hint
from easement.authserver.authorize.steps.lengths import lengths
from easement.authserver.authorize.steps.max_age import max_age
from easement.authserver.authorize.steps.pkce import pkce
from easement.authserver.authorize.steps.pkce_required import pkce_required
from easement.authserver.authorize.steps.prompt import prompt
from easement.authserver.authorize.steps.redirect_uri import redirect_uri
from easement.authserver.authorize.steps.request_object import request_object
from easement.authserver.authorize.steps.response_mode import response_mode
from easement.authserver.authorize.steps.response_type import response_type
from easement.authserver.authorize.steps.scope import scope
from easement.authserver.authorize.steps.single_parameters import single_parameters
from easement.authserver.authorize.steps.subscription import subscription
from easement.oauth.errors import Refusal
from easement.providers.directory import Directory
from easement.recipients.model import Profile
from easement.recipients.service import Recipients
from easement.tokens.id_tokens import IdTokens

Step = Callable[[PendingRequest], Awaitable[Refusal | None]]


class Row(NamedTuple):
    """A check, and whether it runs in each profile."""

    step: Step
    akoya: bool
    oauth: bool
    fapi2: bool
    """No app can have it yet: it asks for what no row does, that a request was pushed and that its
    tokens are bound to a key of the app."""


class Steps:
    """The table, and its columns by profile."""

    def __init__(self, recipients: Recipients, directory: Directory, id_tokens: IdTokens) -> None:
        self._recipients = recipients
        yes, no = True, False
        self.table = (
            # Step                                 akoya  oauth  fapi2
            Row(connector(directory),              yes,   no,    no),
            Row(client,                            yes,   yes,   yes),
            Row(redirect_uri,                      yes,   yes,   yes),
            Row(single_parameters,                 yes,   yes,   yes),
            Row(lengths,                           yes,   yes,   yes),
            Row(request_object,                    yes,   yes,   yes),
            Row(response_type,                     yes,   yes,   yes),
            Row(response_mode,                     no,    yes,   yes),
            Row(connector_by_redirect(directory),  no,    yes,   yes),
            Row(scope,                             yes,   yes,   yes),
            Row(subscription,                      yes,   yes,   yes),
            Row(pkce_required,                     no,    yes,   yes),
            Row(pkce,                              yes,   yes,   yes),
            Row(prompt,                            no,    yes,   yes),
            Row(max_age,                           yes,   yes,   yes),
            Row(id_token_hint(id_tokens),          yes,   yes,   yes),
        )  # fmt: skip

    async def check(self, pending: PendingRequest) -> Refusal | None:
        """Run the app's column; the first refusal ends it."""
        client_id = pending.parameters.get("client_id")
        if client_id is not None and pending.doubled != "client_id":
            pending.app = await self._recipients.current(client_id)
        for step in self.column(Profile.AKOYA if pending.app is None else pending.app.profile):
            refusal = await step(pending)
            if refusal is not None:
                pending.refused_by = step.__module__.rpartition(".")[2]
                return refusal
        return None

    def column(self, profile: Profile) -> tuple[Step, ...]:
        """The checks of a profile."""
        return tuple(row.step for row in self.table if getattr(row, profile.value))
