"""`POST /oauth2/token`: tokens for service APIs, which open no data."""

from datetime import timedelta

import pytest
import requests

from easement.identity.errors import ServiceTokenRefusal
from easement.identity.scopes import CredentialKind
from easement.identity.tokens import ServiceTokens
from easement.keys.service import open_key_ring
from easement.main.clients import ClientAdministration
from easement.main.master_key import master_key
from easement.platform.clock import SystemClock
from tests.support.app import RecipientApp
from tests.support.clients import administer
from tests.support.network import Calendar, RunningNetwork

RECIPIENT = ("service-client", "service-client-secret")
PROVIDER = ("provider-client", "provider-client-secret")
CLIENT = {"error": "invalid_client", "error_description": "Invalid client credentials."}


def ask(
    network: RunningNetwork,
    auth: tuple[str, str] | None = RECIPIENT,
    **changes: str | None,
) -> requests.Response:
    form = {"grant_type": "client_credentials", "scope": "app_management_v2", **changes}
    return requests.post(
        f"{network.url}/oauth2/token",
        data={name: value for name, value in form.items() if value is not None},
        auth=auth,
        timeout=30,
    )


def issued(network: RunningNetwork, auth: tuple[str, str] = RECIPIENT, **changes: str) -> str:
    answer = ask(network, auth, **changes)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def test_a_service_token_has_the_documented_members(network: RunningNetwork) -> None:
    answer = ask(network)

    body = answer.json()
    assert answer.status_code == 200
    assert len(body.pop("access_token")) >= 43
    assert body == {"expires_in": 86399, "scope": "app_management_v2", "token_type": "bearer"}
    assert answer.headers["cache-control"] == "no-store"


def test_credentials_may_stand_in_the_form(network: RunningNetwork) -> None:
    client_id, client_secret = RECIPIENT

    for auth in (None, RECIPIENT):
        answer = ask(network, auth, client_id=client_id, client_secret=client_secret)
        assert answer.status_code == 200
    assert ask(network, RECIPIENT, client_id="provider-client").status_code == 401


@pytest.mark.parametrize(
    ("auth", "scope", "granted"),
    [
        (RECIPIENT, "notifications_subscriptions advisory", "notifications_subscriptions advisory"),
        (RECIPIENT, "advisory  advisory", "advisory"),
        (RECIPIENT, "advisory app_management_v2", "app_management_v2 advisory"),
        (PROVIDER, "provider_maintenance permissions", "permissions provider_maintenance"),
    ],
)
def test_the_scope_that_was_asked_for_is_granted_in_one_spelling(
    network: RunningNetwork, auth: tuple[str, str], scope: str, granted: str
) -> None:
    assert ask(network, auth, scope=scope).json()["scope"] == granted


@pytest.mark.parametrize(
    ("auth", "scope"),
    [
        (RECIPIENT, None),
        (RECIPIENT, ""),
        (RECIPIENT, " "),
        (RECIPIENT, "openid"),
        (RECIPIENT, "app_management_v2 openid"),
        (RECIPIENT, "APP_MANAGEMENT_V2"),
        (RECIPIENT, "advisory\tapp_management_v2"),
        (RECIPIENT, "permissions"),
        (PROVIDER, "advisory"),
        (RECIPIENT, "é" * 3000),
    ],
)
def test_a_scope_that_is_missing_unknown_or_for_others_is_refused(
    network: RunningNetwork, auth: tuple[str, str], scope: str | None
) -> None:
    answer = ask(network, auth, scope=scope)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("grant_type", "error"),
    [
        (None, "invalid_request"),
        ("", "invalid_request"),
        ("authorization_code", "unsupported_grant_type"),
        ("refresh_token", "unsupported_grant_type"),
        ("password", "unsupported_grant_type"),
        ("CLIENT_CREDENTIALS", "unsupported_grant_type"),
    ],
)
def test_another_grant_type_is_refused(
    network: RunningNetwork, grant_type: str | None, error: str
) -> None:
    answer = ask(network, grant_type=grant_type)

    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize(
    "auth",
    [
        None,
        ("service-client", "wrong"),
        ("service-client", ""),
        ("nobody", "service-client-secret"),
        ("service-client", "provider-client-secret"),
        ("sandbox-app", "sandbox-app-secret"),
        ("a\0b", "secret"),
    ],
)
def test_who_is_not_known_is_refused_in_the_same_words(
    network: RunningNetwork, auth: tuple[str, str] | None
) -> None:
    answer = ask(network, auth)

    assert (answer.status_code, answer.json()) == (401, CLIENT)
    assert answer.headers["www-authenticate"].startswith("Basic ")


def test_a_parameter_given_twice_is_refused(network: RunningNetwork) -> None:
    answer = requests.post(
        f"{network.url}/oauth2/token",
        data=[("grant_type", "client_credentials"), ("scope", "advisory"), ("scope", "advisory")],
        auth=RECIPIENT,
        timeout=30,
    )

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_what_is_no_form_gets_an_oauth_error(network: RunningNetwork) -> None:
    url = f"{network.url}/oauth2/token"

    for answer, status in (
        (requests.post(url, json={"grant_type": "client_credentials"}, timeout=30), 400),
        (requests.post(url, data=b"a=%ff", timeout=30), 400),
        (requests.get(url, timeout=30), 405),
    ):
        assert (answer.status_code, answer.json()["error"]) == (status, "invalid_request")


def test_service_credentials_are_no_app(app: RecipientApp) -> None:
    client_id, client_secret = RECIPIENT

    answer = app.refresh("r", client_id=client_id, client_secret=client_secret)
    assert (answer.status_code, answer.json()) == (401, CLIENT)


@pytest.mark.parametrize("auth", [RECIPIENT, PROVIDER])
def test_a_service_token_opens_no_data(app: RecipientApp, auth: tuple[str, str]) -> None:
    scope = "advisory" if auth is RECIPIENT else "permissions"
    token = issued(app.network, auth, scope=scope)

    data = app.get("balances", token)
    assert (data.status_code, data.json()["code"]) == (401, 602)
    bearer = {"authorization": f"Bearer {token}"}
    userinfo = requests.get(f"{app.network.url}/userinfo", headers=bearer, timeout=30)
    assert userinfo.status_code == 401
    assert app.refresh(token).status_code == 400


def check(network: RunningNetwork, token: str, scope: str = "advisory") -> object:
    """What a service API learns of a token."""

    async def run(clients: ClientAdministration) -> object:
        clock = SystemClock()
        keys = await open_key_ring(clients.db, master_key(network.settings), clock)
        return await ServiceTokens(clients.db, keys, clock).check(token, scope)

    return administer(network, run)


def test_no_token_of_the_data_side_opens_a_service(app: RecipientApp) -> None:
    tokens = app.mint()

    for name in ("id_token", "access_token", "refresh_token"):
        assert check(app.network, tokens[name]) is ServiceTokenRefusal.INVALID
    good = check(app.network, issued(app.network, scope="advisory"))
    assert good is not ServiceTokenRefusal.INVALID


def test_a_token_outlives_its_answer_by_no_more_than_a_day(
    network: RunningNetwork, calendar: Calendar
) -> None:
    calendar.pass_time(hours=-24)
    token = issued(network, scope="advisory")

    assert check(network, token) is ServiceTokenRefusal.INVALID


def test_a_rotated_secret_serves_beside_the_new_one_until_the_overlap_is_over(
    network: RunningNetwork, calendar: Calendar
) -> None:
    client_id, old = administer(
        network,
        lambda clients: clients.create_credential(CredentialKind.RECIPIENT, "sandbox", ()),
    )
    new = administer(
        network, lambda clients: clients.rotate_credential(client_id, timedelta(hours=1))
    )

    assert ask(network, (client_id, old)).status_code == 200
    assert ask(network, (client_id, new)).status_code == 200
    calendar.pass_time(hours=1)
    assert ask(network, (client_id, old)).status_code == 401
    assert ask(network, (client_id, new)).status_code == 200


def test_a_revoked_credential_is_refused_at_once_and_its_tokens_too(
    network: RunningNetwork,
) -> None:
    pair = administer(
        network,
        lambda clients: clients.create_credential(
            CredentialKind.PROVIDER, "mikomo", ("permissions",)
        ),
    )
    token = issued(network, pair, scope="permissions")
    assert check(network, token, "permissions") is not ServiceTokenRefusal.INVALID
    assert ask(network, pair, scope="provider_maintenance").status_code == 400
    administer(network, lambda clients: clients.revoke_credential(pair[0]))

    assert ask(network, pair, scope="permissions").status_code == 401
    assert check(network, token, "permissions") is ServiceTokenRefusal.INVALID


def test_secrets_and_tokens_are_stored_as_hashes_only(network: RunningNetwork) -> None:
    token = issued(network)

    stored = str(
        [network.rows(f"SELECT * FROM {table}") for table in ("service_secrets", "service_tokens")]
    )
    assert token not in stored
    assert RECIPIENT[1] not in stored
