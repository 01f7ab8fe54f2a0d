"""The sandbox's control API: what a developer's test does to network and bank between two calls."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.support.app import RecipientApp, accounts_in
from tests.support.bank import Bank
from tests.support.consumer import Consumer, query_of
from tests.support.forgery import unproven
from tests.support.network import RunningNetwork
from tests.support.sandbox import SandboxControl

ONE, OTHER = "839502593", "5426873"

REQUESTS = [
    ("GET", "/users"),
    ("GET", "/clock"),
    ("PUT", "/clock"),
    ("GET", "/faults"),
    ("POST", "/faults"),
    ("DELETE", "/faults"),
    ("DELETE", "/faults/fault-1"),
    ("GET", "/grants"),
    ("POST", "/grants/grant_1/revocation"),
    ("PUT", "/grants/grant_1/accounts"),
    ("GET", "/apps"),
    ("PATCH", "/apps/sandbox-app"),
    ("GET", "/calls"),
    ("PUT", "/calls"),
    ("POST", "/reset"),
]


@pytest.fixture
def control(network: RunningNetwork) -> Iterator[SandboxControl]:
    """The shared sandbox; back at its seed after the test."""
    opened = SandboxControl(network)
    yield opened
    opened.ask("POST", "/reset")


@pytest.mark.parametrize(("method", "path"), REQUESTS, ids=" ".join)
def test_nothing_is_done_without_the_token_nor_under_a_strangers_name(
    network: RunningNetwork, method: str, path: str
) -> None:
    url = f"{network.url}/sandbox/v1{path}"
    right = {"authorization": f"Bearer {network.secrets.control_token}"}
    nobody = requests.request(method, url, timeout=30)
    wrong = requests.request(method, url, headers={"authorization": "Bearer x"}, timeout=30)
    in_query = requests.request(method, f"{url}?token={right['authorization'][7:]}", timeout=30)
    rebound = requests.request(method, url, headers={**right, "host": "evil.test"}, timeout=30)

    assert [each.status_code for each in (nobody, wrong, in_query)] == [401] * 3
    assert (rebound.status_code, rebound.json()["error"]) == (403, "forbidden")
    for each in (nobody, wrong, in_query, rebound):
        assert each.json()["message"].startswith("Expected")
        assert "access-control-allow-origin" not in each.headers


def test_unknown_paths_and_methods_are_told_in_json(control: SandboxControl) -> None:
    nowhere, method = control.send("GET", "/nowhere"), control.send("PATCH", "/faults")

    assert (nowhere.status_code, nowhere.json()["error"]) == (404, "not_found")
    assert (method.status_code, method.json()["error"]) == (405, "method_not_allowed")
    assert {"GET", "POST", "DELETE"} <= set(method.headers["allow"].split(", "))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/clock", {"offset": "tomorrow"}),
        ("PUT", "/clock", {"by": 1}),
        ("PUT", "/clock", [1]),
        ("POST", "/faults", {"kind": "sleepy"}),
        ("POST", "/grants/grant_1/revocation", {"by": "bank"}),
        ("PUT", "/grants/grant_1/accounts", {"accountIds": []}),
        ("PUT", "/grants/grant_1/accounts", {"accountIds": "1"}),
        ("PATCH", "/apps/sandbox-app", {}),
        ("PATCH", "/apps/sandbox-app", {"products": ["payment"]}),
        ("PATCH", "/apps/sandbox-app", {"subscription": "active"}),
        ("GET", "/calls?limit=0", None),
        ("GET", "/calls?limit=all", None),
        ("PUT", "/calls", {"bodies": "yes"}),
    ],
    ids=str,
)
def test_a_request_that_is_not_as_documented_is_400_in_words(
    control: SandboxControl, method: str, path: str, body: object
) -> None:
    answer = control.send(method, path, body)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["message"]


def test_a_form_that_another_site_posts_is_no_json_body(control: SandboxControl) -> None:
    answer = control.send("PUT", "/clock", {"offset": 1}, **{"content-type": "text/plain"})

    assert answer.status_code == 400
    assert "application/json" in answer.json()["message"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/faults/fault-99", None),
        ("DELETE", "/faults/fault.1", None),
        ("GET", "/", None),
        ("POST", "/grants/grant_1/revocation", {"by": "consumer"}),
        ("PUT", "/grants/grant_1/accounts", {"accountIds": [ONE]}),
        ("PATCH", "/apps/nobody", {"products": []}),
    ],
    ids=str,
)
def test_what_does_not_exist_is_404(
    control: SandboxControl, method: str, path: str, body: object
) -> None:
    answer = control.send(method, path, body)

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_users_are_listed_with_what_each_is_good_for(control: SandboxControl) -> None:
    users = {user["username"]: user for user in control.ask("GET", "/users")["users"]}

    assert {"mikomo_1", "mikomo_10", "mikomo_500"} <= set(users)
    assert all(user["scenario"] and user["goodFor"] for user in users.values())
    assert users["mikomo_601"]["failure"] == {"httpStatus": 404, "code": 601}


def test_tokens_for_the_control_token_are_the_sandbox_apps(
    network: RunningNetwork, control: SandboxControl, app: RecipientApp
) -> None:
    minted = control.mint(user="mikomo_10", accounts=f"{ONE}, {OTHER}", scope="openid")

    tokens = minted.json()
    assert unproven(tokens["id_token"], 1)["aud"] == [app.credentials.client_id]
    assert set(accounts_in(app.get("balances", tokens["id_token"]))) == {ONE, OTHER}
    assert "refresh_token" not in tokens


def test_tokens_for_a_wrong_control_token_are_refused_as_oauth_does(
    network: RunningNetwork,
) -> None:
    answer = requests.post(
        f"{network.url}/sandbox/v1/tokens",
        data={"user": "mikomo_10"},
        headers={"authorization": "Bearer wrong"},
        timeout=30,
    )

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_moving_the_clock_moves_network_and_bank_and_lets_tokens_expire(
    control: SandboxControl, app: RecipientApp
) -> None:
    before = app.mint("mikomo_10")

    moved = control.ask("PUT", "/clock", {"offset": "P2D"})

    assert moved["offset"] == "P2D"
    assert moved["bank"]["offsetSeconds"] == moved["offsetSeconds"] == 2 * 86400
    assert control.ask("GET", "/clock")["offsetSeconds"] == 2 * 86400
    assert app.get("balances", before["id_token"]).status_code == 401
    renewed = app.refresh(before["refresh_token"]).json()
    assert app.get("balances", renewed["id_token"]).status_code == 200
    fresh = app.mint("mikomo_10")
    issued = datetime.fromtimestamp(unproven(fresh["id_token"], 1)["iat"], UTC)
    assert timedelta(days=1) < issued - datetime.now(UTC) < timedelta(days=3)
    control.ask("PUT", "/clock", {"offset": 0})
    assert app.get("balances", before["id_token"]).status_code == 200


def test_the_clock_can_be_set_to_a_moment(control: SandboxControl) -> None:
    moved = control.ask("PUT", "/clock", {"now": "2031-05-06T07:08:09Z"})

    assert moved["now"].startswith("2031-05-06T07:08:")
    assert moved["bank"]["now"].startswith("2031-05-06T07:08:")


def test_a_fault_breaks_the_bank_for_whom_it_is_meant_until_it_is_healed(
    control: SandboxControl, app: RecipientApp
) -> None:
    struck, spared = app.mint("mikomo_10")["id_token"], app.mint("mikomo_5")["id_token"]

    fault = control.ask("POST", "/faults", {"kind": "status", "status": 500, "user": "mikomo_10"})

    assert app.get("balances", struck).status_code == 500
    assert app.get("balances", spared).status_code == 200
    assert [each["id"] for each in control.ask("GET", "/faults")["faults"]] == [fault["id"]]
    assert control.send("DELETE", f"/faults/{fault['id']}").status_code == 204
    assert app.get("balances", struck).status_code == 200


def test_tokens_of_a_broken_bank_are_refused_as_temporarily_unavailable(
    control: SandboxControl,
) -> None:
    control.ask("POST", "/faults", {"kind": "status", "status": 500, "endpoint": "authorize"})

    answer = control.mint(user="mikomo_10")

    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")


def test_a_header_breaks_the_bank_for_its_own_call_only(
    control: SandboxControl, app: RecipientApp
) -> None:
    token = app.mint("mikomo_10")["id_token"]

    struck = app.get("balances", token, headers={"x-sandbox-fault": "status=500"})

    assert struck.status_code == 500
    assert app.get("balances", token).status_code == 200
    assert control.ask("GET", "/faults") == {"faults": []}


def test_all_faults_are_healed_at_once(control: SandboxControl) -> None:
    for kind in ("reset", "malformed"):
        control.ask("POST", "/faults", {"kind": kind})

    assert control.send("DELETE", "/faults").status_code == 204
    assert control.ask("GET", "/faults") == {"faults": []}


def test_a_permission_ended_at_the_bank_is_learned_the_real_way(
    control: SandboxControl, app: RecipientApp
) -> None:
    tokens = app.mint("mikomo_10")
    path = f"/grants/{tokens['grant_id']}/revocation"

    revoked = control.send("POST", path, {"by": "consumer"})
    grant = control.ask("GET", "/grants")["grants"][0]
    answer = app.get("balances", tokens["id_token"])

    assert revoked.status_code == 204
    assert (grant["grantId"], grant["status"]) == (tokens["grant_id"], "ACTIVE")
    assert (answer.status_code, answer.json()["code"]) == (404, 601)
    (grant,) = control.ask("GET", "/grants")["grants"]
    assert (grant["user"], grant["status"]) == ("mikomo_10", "REVOKED")
    assert (grant["endedBy"], grant["clientId"]) == ("DATA_PROVIDER", "sandbox-app")
    again = control.send("POST", path, {"by": "consumer"})
    assert (again.status_code, again.json()["error"]) == (409, "conflict")


def test_a_permission_that_has_ended_at_the_bank_only_cannot_be_ended_twice(
    control: SandboxControl, app: RecipientApp
) -> None:
    path = f"/grants/{app.mint('mikomo_10')['grant_id']}/revocation"
    control.ask("POST", path, {"by": "consumer"})

    assert control.send("POST", path, {"by": "consumer"}).status_code == 409


def test_the_consumer_changes_accounts_at_the_bank_and_grant_data_and_event_follow(
    network: RunningNetwork, control: SandboxControl, app: RecipientApp
) -> None:
    tokens = app.mint("mikomo_10", [ONE])
    path = f"/grants/{tokens['grant_id']}/accounts"
    assert set(accounts_in(app.get("balances", tokens["id_token"]))) == {ONE}

    changed = control.ask("PUT", path, {"accountIds": [OTHER]})

    assert changed["accountIds"] == [OTHER]
    assert set(accounts_in(app.get("balances", tokens["id_token"]))) == {OTHER}
    control.ask("PUT", path, {"accountIds": [ONE, OTHER, ONE]})
    assert set(accounts_in(app.get("balances", tokens["id_token"]))) == {ONE, OTHER}
    (last,) = network.rows(
        "SELECT data FROM outbox WHERE type = 'CONSENT_UPDATED' ORDER BY position DESC LIMIT 1"
    )
    assert json.loads(last["data"]) == {"initiator": "INDIVIDUAL"}


def test_accounts_of_somebody_else_are_refused_and_change_nothing(
    control: SandboxControl, app: RecipientApp
) -> None:
    tokens = app.mint("mikomo_10", [ONE])

    refused = control.send(
        "PUT", f"/grants/{tokens['grant_id']}/accounts", {"accountIds": [ONE, "somebody's"]}
    )

    assert refused.status_code == 400
    assert OTHER in refused.json()["message"]
    assert set(accounts_in(app.get("balances", tokens["id_token"]))) == {ONE}


def test_a_fresh_copy_of_a_user_is_named_in_the_list(
    control: SandboxControl, app: RecipientApp
) -> None:
    app.mint("mikomo_10+mine")

    assert [each["user"] for each in control.ask("GET", "/grants")["grants"]] == ["mikomo_10+mine"]


def test_an_app_without_a_product_or_subscription_is_refused_as_in_production(
    control: SandboxControl, app: RecipientApp, consumer: Consumer
) -> None:
    token = app.mint("mikomo_10")["id_token"]
    path = f"/apps/{app.credentials.client_id}"

    changed = control.ask("PATCH", path, {"products": ["account_info", "transactions"]})
    assert changed["products"] == ["account_info", "transactions"]
    assert app.get("accounts-info", token).status_code == 200
    assert app.get("balances", token).status_code == 403
    changed = control.ask("PATCH", path, {"subscription": "SUSPENDED"})
    assert (changed["subscription"], len(changed["products"])) == ("SUSPENDED", 2)
    assert app.get("accounts-info", token).status_code == 403
    error = query_of(consumer.get(app.auth_url()).response.headers["location"])["error"]
    assert error == "unauthorized_client"
    control.ask("POST", "/reset")
    shown = {each["clientId"]: each for each in control.ask("GET", "/apps")["apps"]}
    own = shown[app.credentials.client_id]
    assert (own["subscription"], "balances" in own["products"]) == ("ACTIVE", True)
    assert app.get("balances", app.mint("mikomo_10")["id_token"]).status_code == 200


def test_recent_calls_stand_beside_what_the_bank_was_asked(
    control: SandboxControl, app: RecipientApp
) -> None:
    tokens = app.mint("mikomo_10")
    answer = app.get("balances", tokens["id_token"])
    app.get("balances", "no token")

    refused, call = control.ask("GET", "/calls")["calls"]

    assert (refused["status"], refused["bank"]) == (401, [])
    assert call["interactionId"] == answer.headers["x-akoya-interaction-id"]
    assert (call["product"], call["version"], call["status"]) == ("balances", "v2", 200)
    assert call["grantId"] == tokens["grant_id"]
    (asked,) = call["bank"]
    assert (asked["username"], asked["status"]) == ("mikomo_10", 200)
    assert asked["path"].startswith("/fdx/v5/accounts")
    assert len(control.ask("GET", "/calls?limit=1")["calls"]) == 1


def test_bodies_are_kept_only_once_asked_for_and_only_until_the_reset(
    control: SandboxControl, app: RecipientApp
) -> None:
    token = app.mint("mikomo_10")["id_token"]
    app.get("balances", token)
    assert "availableBalance" not in control.send("GET", "/calls").text

    assert control.ask("PUT", "/calls", {"bodies": True}) == {"bodies": True}
    app.get("balances", token)
    (asked,) = control.ask("GET", "/calls")["calls"][0]["bank"]
    assert ONE in asked["responseBody"]

    control.ask("POST", "/reset")
    token = app.mint("mikomo_10")["id_token"]
    app.get("balances", token)
    (asked,) = control.ask("GET", "/calls")["calls"][0]["bank"]
    assert "responseBody" not in asked


def test_reset_leaves_nothing_of_a_test_but_keys_and_credentials(
    network: RunningNetwork, control: SandboxControl, app: RecipientApp, bank: Bank
) -> None:
    tokens = app.mint("mikomo_10")
    keys = requests.get(f"{network.url}/keys", timeout=30).json()
    app.get("balances", tokens["id_token"])
    control.ask("PUT", "/clock", {"offset": "P10D"})
    control.ask("POST", "/faults", {"kind": "malformed"})

    assert control.send("POST", "/reset").status_code == 204

    assert app.get("balances", tokens["id_token"]).status_code == 401
    assert app.refresh(tokens["refresh_token"]).status_code == 400
    assert control.ask("GET", "/grants") == {"grants": []}
    assert control.ask("GET", "/faults") == {"faults": []}
    assert control.ask("GET", "/clock")["offsetSeconds"] == 0
    assert [call["status"] for call in control.ask("GET", "/calls")["calls"]] == [401]
    for table in ("token_families", "refresh_tokens", "connections", "authorizations"):
        assert network.rows(f"SELECT * FROM {table}") == []
    assert bank.refresh_tokens() == 0
    assert requests.get(f"{network.url}/keys", timeout=30).json() == keys
    assert app.get("balances", app.mint("mikomo_10")["id_token"]).status_code == 200


def test_a_bank_out_of_reach_is_told_and_nothing_is_half_done(
    own_bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(own_bank)
    control, app = SandboxControl(network), RecipientApp(network, network.secrets.sandbox)
    app.mint("mikomo_10")
    own_bank.stop()

    for method, path, body in [
        ("GET", "/users", None),
        ("PUT", "/clock", {"offset": "P1D"}),
        ("POST", "/reset", None),
    ]:
        answer = control.send(method, path, body)
        assert (answer.status_code, answer.json()["error"]) == (503, "bank_unavailable")
    own_bank.start()
    assert control.ask("GET", "/clock")["offsetSeconds"] == 0
    assert [each["user"] for each in control.ask("GET", "/grants")["grants"]] == ["mikomo_10"]
