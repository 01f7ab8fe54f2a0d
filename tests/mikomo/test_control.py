"""The control API: who may use it, the clock, connections, and going back to the seed."""

import base64
import json
import sqlite3
from contextlib import closing

import pytest
import requests
from starlette.responses import PlainTextResponse
from starlette.types import Message

from mikomo.clock import SystemClock
from mikomo.control.guard import ControlGuard
from mikomo.store.connections import ConnectionStore
from mikomo.store.database import Database, random_token
from tests.mikomo.control import TOKEN, Control

DAY = 86_400
CHECKING = "5dbda8de96eeff05f23934523a1fc258"
OTHER = "g833202fb0866d0ad83472c429"


def account_ids(answer: requests.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [
        account["accountId"] for entry in answer.json()["accounts"] for account in entry.values()
    ]


def test_without_a_token_of_its_own_the_bank_has_no_control_api(program) -> None:
    for path in ("/control", "/control/clock", "/control/users"):
        answer = requests.get(program.url + path, headers={"Authorization": "Bearer "}, timeout=10)
        assert answer.status_code == 404


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer no"}, {"Authorization": TOKEN}])
def test_a_caller_without_the_token_is_refused(control, header) -> None:
    answer = requests.post(control.url + "/control/reset", headers=header, timeout=10)
    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthorized"
    assert "expected `Authorization: Bearer" in answer.json()["message"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("address", "passed_on", "status"),
    [
        ("127.0.0.1", [], 200),
        ("::1", [], 200),
        ("192.0.2.7", [], 403),
        ("2001:db8::1", [], 403),
        ("", [], 403),
        ("127.0.0.1", [(b"x-forwarded-for", b"192.0.2.7")], 403),
        ("127.0.0.1", [(b"forwarded", b"for=192.0.2.7")], 403),
    ],
)
async def test_a_caller_from_another_host_is_refused_even_with_the_token(
    address, passed_on, status
) -> None:
    guarded = ControlGuard(PlainTextResponse("in"), TOKEN)
    headers = [(b"authorization", f"Bearer {TOKEN}".encode()), *passed_on]
    statuses = []

    async def receive() -> Message:
        raise AssertionError("the guard reads no body")

    async def send(message: Message) -> None:
        statuses.append(message.get("status"))

    scope = {"type": "http", "client": (address, 1), "headers": headers, "method": "GET"}
    await guarded(scope, receive, send)
    assert statuses[0] == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("DELETE", "/clock", 405), ("DELETE", "/faults/none", 404)],
)
def test_what_is_not_there_is_refused_in_the_same_form(control, method, path, status) -> None:
    answer = control.call(method, path)
    assert answer.status_code == status
    assert answer.json()["message"].startswith("expected ")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"offsetSeconds": "1"}, "Expected `int`, got `str` - at `$.offsetSeconds`"),
        ({"offsetSeconds": 10**12}, "Expected `int` <= 1000000000"),
        ({"offset": 1}, "unknown field `offset`"),
        ({}, "missing required field `offsetSeconds`"),
    ],
)
def test_a_body_that_does_not_fit_is_told_what_was_expected(control, body, expected) -> None:
    answer = control.call("PUT", "/clock", body)
    assert answer.status_code == 400
    assert expected in answer.json()["message"]
    assert control.get("/clock")["offsetSeconds"] == 0


def test_tokens_expire_when_the_clock_is_moved_and_not_when_it_goes_back(control, network) -> None:
    tokens = network.link("mikomo_10")
    control.move(900)
    assert network.get("/accounts", tokens["access_token"]).status_code == 401
    control.move(0)
    assert network.get("/accounts", tokens["access_token"]).status_code == 200


def test_a_link_made_while_the_clock_is_moved_has_an_id_token_of_the_true_time(
    control, network
) -> None:
    before = network.link("mikomo_10")
    control.move(-30 * DAY)
    after = network.link("mikomo_10")
    assert abs(issued_at(after) - issued_at(before)) < 600


def issued_at(tokens: dict[str, str]) -> int:
    payload = tokens["id_token"].split(".")[1]
    return int(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["iat"])


def test_a_moved_clock_outlasts_a_restart(restartable, monkeypatch) -> None:
    monkeypatch.setenv("MIKOMO_CONTROL_TOKEN", TOKEN)
    first = restartable()
    Control(first.url).move(3 * DAY)
    first.stop()
    second = restartable()
    assert Control(second.url).get("/clock")["offsetSeconds"] == 3 * DAY
    second.stop()
    monkeypatch.delenv("MIKOMO_CONTROL_TOKEN")
    third = restartable()
    assert requests.get(third.url + "/control/clock", timeout=10).status_code == 404
    third.stop()


def test_reset_forgets_every_connection_and_session_and_keeps_the_keys(
    control, network, browser
) -> None:
    keys = requests.get(control.url + "/oauth/jwks", timeout=10).json()
    tokens = network.link("mikomo_10")
    code = network.code("mikomo_10")
    form = browser.form(browser.get(browser.url + "/login"))
    browser.submit(form, username="mikomo_10", password="mikomo_10")
    control.move(60)
    control.break_(kind="outage")
    control.reset()
    assert control.get("/connections") == {"connections": []}
    assert control.get("/faults") == {"faults": []}
    assert control.get("/clock")["offsetSeconds"] == 0
    assert control.calls() == []
    assert network.get("/accounts", tokens["access_token"]).status_code == 401
    assert network.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert network.exchange(code).json()["error"] == "invalid_grant"
    assert browser.get(browser.url + "/connections").url == browser.url + "/login"
    assert requests.get(control.url + "/oauth/jwks", timeout=10).json() == keys


def test_a_connection_is_found_by_either_of_its_tokens(control, network) -> None:
    tokens = network.link("mikomo_10")
    found = control.connection(tokens["refresh_token"])
    assert control.connection(tokens["access_token"]) == found
    assert (found["username"], found["client"]) == ("mikomo_10", "easement")
    assert found["accountIds"] is None
    assert found["lastUsedAt"] is None
    network.get("/accounts", tokens["access_token"])
    assert control.connection(tokens["access_token"])["lastUsedAt"] == control.get("/clock")["now"]
    assert control.call("POST", "/connections/lookup", {"token": "none"}).status_code == 404


def test_connections_are_listed_by_user(control, network) -> None:
    network.link("mikomo_10")
    mine = control.connection(network.link("mikomo_1")["access_token"])
    assert len(control.get("/connections")["connections"]) == 2
    assert control.get("/connections?user=mikomo_1") == {"connections": [mine]}
    assert control.get("/connections?user=mikomo_2") == {"connections": []}


def test_a_connection_revoked_by_control_opens_nothing_any_more(control, network) -> None:
    tokens = network.link("mikomo_10")
    path = f"/connections/{control.connection(tokens['access_token'])['id']}"
    assert control.call("DELETE", path).status_code == 204
    assert network.get("/accounts", tokens["access_token"]).status_code == 401
    assert network.refresh(tokens["refresh_token"]).status_code == 400
    assert control.call("DELETE", path).status_code == 404


def test_a_narrowed_connection_serves_only_what_was_left_in_it(control, network) -> None:
    token = network.link("mikomo_10")["access_token"]
    every = account_ids(network.get("/accounts", token))
    path = f"/connections/{control.connection(token)['id']}/accounts"
    assert control.call("PUT", path, {"accountIds": [CHECKING]}).status_code == 204
    assert control.connection(token)["accountIds"] == [CHECKING]
    for query in ("", "?resultType=details", f"?accountIds={','.join(every)}"):
        assert account_ids(network.get(f"/accounts{query}", token)) == [CHECKING]
    for part in ("", "/contact", "/transactions", "/payment-networks", "/statements"):
        assert network.get(f"/accounts/{CHECKING}{part}", token).status_code == 200, part
        gone = network.get(f"/accounts/{OTHER}{part}", token)
        assert (gone.status_code, gone.json()["code"]) == (404, 701), part
    customer = network.get("/customers/current", token).json()["customer"]
    assert {held["accountId"] for held in customer.get("accounts", [])} <= {CHECKING}
    assert control.call("PUT", path, {"accountIds": None}).status_code == 204
    assert account_ids(network.get("/accounts", token)) == every


def test_a_refreshed_token_stays_narrowed(control, network) -> None:
    tokens = network.link("mikomo_10")
    path = f"/connections/{control.connection(tokens['access_token'])['id']}/accounts"
    control.call("PUT", path, {"accountIds": [CHECKING]})
    renewed = network.refresh(tokens["refresh_token"]).json()["access_token"]
    assert account_ids(network.get("/accounts", renewed)) == [CHECKING]


def test_an_account_of_somebody_else_cannot_be_put_into_a_connection(control, network) -> None:
    token = network.link("mikomo_10")["access_token"]
    path = f"/connections/{control.connection(token)['id']}/accounts"
    refused = control.call("PUT", path, {"accountIds": [CHECKING, "1704739164"]})
    assert refused.status_code == 400
    assert refused.json()["message"].endswith("got 1704739164")
    assert control.connection(token)["accountIds"] is None


def test_users_are_listed_with_what_they_are_good_for(control) -> None:
    users = {user["username"]: user for user in control.get("/users")["users"]}
    assert users["mikomo_3"]["accounts"] == 38
    assert users["mikomo_3"]["password"] == "mikomo_3"
    assert users["mikomo_3"]["origin"] == "catalogue"
    assert users["mikomo_3"]["failure"] is None
    assert users["mikomo_602"]["failure"] == {"httpStatus": 401, "code": 602}
    assert users["mikomo_9"]["transactions"] == 1360
    assert users["mikomo_10"]["goodFor"]
    assert users["mikomo_10"]["products"]


def test_a_database_from_before_accounts_could_be_chosen_still_opens(tmp_path) -> None:
    path = tmp_path / "mikomo.db"
    with closing(sqlite3.connect(path)) as older, older:
        older.execute(
            "CREATE TABLE connections (id TEXT PRIMARY KEY, client_id TEXT NOT NULL, username TEXT"
            " NOT NULL, scope TEXT NOT NULL, created_at INTEGER NOT NULL, last_used_at INTEGER,"
            " revoked_at INTEGER) STRICT"
        )
        older.execute("INSERT INTO connections VALUES ('c', 'easement', 'ann', 'x', 1, NULL, NULL)")
    for _ in range(2):
        with closing(Database(path)) as database:
            (kept,) = ConnectionStore(database, SystemClock(), random_token).of_person("ann")
            assert (kept.id, kept.account_ids) == ("c", None)
