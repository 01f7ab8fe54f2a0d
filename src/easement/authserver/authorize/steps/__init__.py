"""The checks of an authorization request, one small file each, in the order they run.

Until `redirect_uri` has passed nothing may be redirected (RFC 6749 4.1.2.1, RFC 9700 4.11): the
refusals of the first steps are pages. A check that is missing shows as a hole in this table.
"""

from collections.abc import Awaitable, Callable

from easement.authserver.authorize.request import PendingRequest
from easement.authserver.authorize.steps.client import client
from easement.authserver.authorize.steps.connector import connector
from easement.authserver.authorize.steps.lengths import lengths
from easement.authserver.authorize.steps.pkce import pkce
from easement.authserver.authorize.steps.prompt import prompt
from easement.authserver.authorize.steps.redirect_uri import redirect_uri
from easement.authserver.authorize.steps.request_object import request_object
from easement.authserver.authorize.steps.response_type import response_type
from easement.authserver.authorize.steps.scope import scope
from easement.authserver.authorize.steps.single_parameters import single_parameters
from easement.authserver.authorize.steps.subscription import subscription
from easement.oauth.errors import Refusal
from easement.providers.directory import Directory
from easement.recipients.service import Recipients

Step = Callable[[PendingRequest], Awaitable[Refusal | None]]


def steps(recipients: Recipients, directory: Directory) -> tuple[Step, ...]:
    """The table of checks."""
    return (
        connector(directory),
        client(recipients),
        redirect_uri,
        single_parameters,
        lengths,
        request_object,
        response_type,
        scope,
        subscription,
        pkce,
        prompt,
    )
