"""A flow that ends takes its bank connection along, whenever that came into being."""

import pytest

from easement.authorizations.model import Request
from easement.authorizations.service import Authorizations
from easement.authorizations.settings import AuthorizationSettings
from easement.authserver.authorize.flow import TOO_LATE, ConsentFlow
from easement.authserver.settings import AuthServerSettings
from easement.keys.service import open_keys
from easement.providers.errors import ConnectionGoneError
from easement.tokens.id_tokens import IdTokens
from tests.domain.conftest import MASTER, Ground


async def test_a_connection_made_after_the_flow_was_read_is_retired_with_it(
    ground: Ground,
) -> None:
    authorizations = Authorizations(ground.db, ground.keys, ground.clock, AuthorizationSettings())
    keys = await open_keys(ground.db, ground.feed, MASTER, ground.clock)
    flow = ConsentFlow(
        db=ground.db,
        settings=AuthServerSettings("https://network.example", reveal_login=True),
        recipients=ground.recipients,
        directory=ground.directory,
        connections=ground.connections,
        authorizations=authorizations,
        consents=ground.consents,
        tokens=ground.tokens,
        id_tokens=IdTokens("https://network.example", keys, ground.clock),
    )
    request = Request(
        app_id="app",
        provider_id="bank",
        redirect_uri="https://app.example/callback",
        scope="openid",
        state="s",
        nonce=None,
        code_challenge=None,
    )
    async with ground.db.transaction() as tx:
        begun = await authorizations.begin(tx, request, "browser")
        await authorizations.claim_exchange(tx, begun.id)
    read_early = await authorizations.find(begun.id)
    assert read_early is not None
    assert read_early.connection_id is None

    connection = await ground.connect()
    async with ground.db.transaction() as tx:
        await authorizations.connected(tx, begun.id, connection.id)
    url = await flow.fail(read_early, TOO_LATE)

    assert "error=access_denied" in url
    with pytest.raises(ConnectionGoneError):
        await ground.connections.open(connection.id)
