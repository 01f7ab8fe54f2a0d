"""Broken on purpose: by endpoint, user, share and count, and by a header of the call."""

import contextlib
import json
import socket

import pytest
import requests

from mikomo.faults.model import Fault
from mikomo.faults.rules import FaultRules
from tests.mikomo.conftest import free_port, start_program
from tests.mikomo.control import TOKEN, Control
from tests.mikomo.network import Browser, query_of

PATHS = {
    "accounts": "/accounts",
    "transactions": "/accounts/1/transactions",
    "customers": "/customers/current",
    "contact": "/accounts/1/contact",
    "payment-networks": "/accounts/1/payment-networks",
    "statements": "/accounts/1/statements/2",
    "tax-forms": "/tax-forms/1",
}


@pytest.fixture
def token(control, network) -> str:
    access_token: str = network.link("mikomo_10")["access_token"]
    return access_token


@pytest.mark.parametrize("broken", PATHS)
def test_a_fault_strikes_its_endpoint_and_no_other(control, network, token, broken) -> None:
    control.break_(kind="status", endpoint=broken, status=503)
    struck = {name for name, path in PATHS.items() if network.get(path, token).status_code == 503}
    assert struck == {broken}


def test_a_fault_reads_as_the_bank_s_own_refusals_do(control, network, token) -> None:
    control.break_(kind="status", status=429, retryAfter=7)
    answer = network.get("/accounts", token, **{"x-fapi-interaction-id": "mine"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["x-fapi-interaction-id"] == "mine"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    body = answer.json()
    assert (body["code"], body["message"]) == (1207, "Too many requests")


def test_a_fault_may_name_the_code(control, network, token) -> None:
    control.break_(kind="status", status=500, code=501)
    answer = network.get("/accounts", token)
    assert (answer.json()["code"], answer.json()["message"]) == (501, "Subsystem unavailable")


def test_a_fault_of_one_user_leaves_the_others_alone(control, network, token) -> None:
    other = network.link("mikomo_1")
    control.break_(kind="status", status=503, user="mikomo_1")
    assert network.get("/accounts", token).status_code == 200
    assert network.get("/accounts", other["access_token"]).status_code == 503
    refused = network.refresh(other["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (503, "server_error")
    assert network.link("mikomo_10")["access_token"]


def test_a_refused_refresh_reads_as_oauth(control, network) -> None:
    tokens = network.link("mikomo_10")
    control.break_(kind="status", endpoint="token", status=400, count=1)
    refused = network.refresh(tokens["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert network.refresh(tokens["refresh_token"]).status_code == 200


def test_a_broken_code_exchange_can_be_repeated(control, network) -> None:
    code = network.code("mikomo_10")
    control.break_(kind="status", endpoint="token", status=500, user="mikomo_10", count=1)
    assert network.exchange(code).status_code == 500
    assert network.exchange(code).status_code == 200


def test_authorize_breaks_with_a_page(control, network) -> None:
    control.break_(kind="status", endpoint="authorize", status=503)
    page = network.start(Browser(control.url))
    assert page.status_code == 503
    assert "Mikomo cannot answer right now" in page.text


def test_a_counted_fault_heals_itself(control, network, token) -> None:
    control.break_(kind="status", status=503, count=2)
    assert [network.get("/accounts", token).status_code for _ in range(3)] == [503, 503, 200]
    assert control.get("/faults") == {"faults": []}


def test_a_listed_fault_says_how_many_calls_are_left(control, network, token) -> None:
    fault_id = control.break_(kind="status", status=503, count=2, endpoint="accounts")
    network.get("/accounts", token)
    (listed,) = control.get("/faults")["faults"]
    assert listed == {
        "id": fault_id,
        "kind": "status",
        "endpoint": "accounts",
        "user": None,
        "share": 1.0,
        "count": 1,
        "status": 503,
        "code": None,
        "retryAfter": None,
        "latencyMs": None,
    }


def test_a_share_strikes_so_many_and_the_same_ones_each_time(control, network, token) -> None:
    def statuses() -> list[int]:
        control.call("DELETE", "/faults")
        control.break_(kind="status", status=503, share=0.3)
        return [network.get("/accounts", token).status_code for _ in range(50)]

    first = statuses()
    assert 5 <= first.count(503) <= 25
    assert statuses() == first


def test_a_fault_taken_away_strikes_no_more(control, network, token) -> None:
    kept = control.break_(kind="status", endpoint="customers", status=503)
    fault_id = control.break_(kind="status", endpoint="accounts", status=503)
    assert network.get("/accounts", token).status_code == 503
    assert control.call("DELETE", f"/faults/{fault_id}").status_code == 204
    assert control.call("DELETE", f"/faults/{fault_id}").status_code == 404
    assert network.get("/accounts", token).status_code == 200
    assert [fault["id"] for fault in control.get("/faults")["faults"]] == [kept]


def test_latency_holds_the_answer_back_and_changes_nothing_else(control, network, token) -> None:
    control.break_(kind="latency", latencyMs=200, count=1)
    assert network.get("/accounts", token).status_code == 200
    assert control.calls()[0]["durationMs"] >= 190


def test_a_delay_and_a_failure_strike_the_same_call(control, network, token) -> None:
    control.break_(kind="latency", latencyMs=100)
    control.break_(kind="status", status=500)
    control.break_(kind="status", status=503, count=1)
    assert network.get("/accounts", token).status_code == 500
    assert control.calls()[0]["durationMs"] >= 90
    assert len(control.get("/faults")["faults"]) == 3


def test_a_truncated_answer_ends_before_its_announced_length(control, network, token) -> None:
    whole = network.get("/accounts", token).content
    control.break_(kind="truncate")
    head, _, body = raw_answer(control.url, "/fdx/v5/accounts", token).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-length: %d" % len(whole) in head.lower()
    assert body == whole[: len(whole) // 2]


def raw_answer(url: str, path: str, token: str) -> bytes:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def test_a_reset_connection_gives_no_answer(control, network, token) -> None:
    control.break_(kind="reset", count=1)
    with pytest.raises(ConnectionResetError):
        raw_answer(control.url, "/fdx/v5/accounts", token)
    assert network.get("/accounts", token).status_code == 200


def test_a_malformed_answer_is_200_and_no_json(control, network, token) -> None:
    control.break_(kind="malformed")
    answer = network.get("/accounts", token)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    with pytest.raises(json.JSONDecodeError):
        network.refresh("any").json()


def test_in_an_outage_everything_is_503_but_the_way_out(control, network, token) -> None:
    fault_id = control.break_(kind="outage", retryAfter=60)
    answer = network.get("/accounts", token)
    assert (answer.status_code, answer.json()["code"]) == (503, 503)
    assert answer.headers["Retry-After"] == "60"
    for path in ("/", "/login", "/oauth/authorize", "/oauth/jwks", "/fdx/v5/nothing"):
        assert requests.get(control.url + path, timeout=10).status_code == 503, path
    assert network.refresh("any").status_code == 503
    assert requests.get(control.url + "/health", timeout=10).status_code == 200
    assert control.call("DELETE", f"/faults/{fault_id}").status_code == 204
    assert network.get("/accounts", token).status_code == 200


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({}, "missing required field `kind`"),
        ({"kind": "fire"}, "Invalid enum value 'fire'"),
        ({"kind": "status"}, "expected `status` with the kind status"),
        ({"kind": "latency"}, "expected `latencyMs` with the kind latency"),
        ({"kind": "reset", "status": 500}, "expected `status` with the kind status"),
        ({"kind": "reset", "code": 500}, "expected `code` only with the kind status"),
        ({"kind": "reset", "retryAfter": 5}, "expected `retryAfter` only"),
        ({"kind": "status", "status": 200}, "Expected `int` >= 300"),
        ({"kind": "outage", "user": "mikomo_1"}, "expected an outage of the endpoint *"),
        ({"kind": "outage", "endpoint": "token"}, "expected an outage of the endpoint *"),
        ({"kind": "reset", "endpoint": "authorize", "user": "a"}, "expected no user at authorize"),
        ({"kind": "reset", "endpoint": "pages"}, "Invalid enum value 'pages'"),
        ({"kind": "reset", "share": 0}, "Expected `float` > 0"),
        ({"kind": "reset", "share": 1.1}, "Expected `float` <= 1"),
        ({"kind": "reset", "count": 0}, "Expected `int` >= 1"),
        ({"kind": "reset", "users": "a"}, "unknown field `users`"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_what_was_expected(
    control, fault, expected
) -> None:
    answer = control.call("POST", "/faults", fault)
    assert answer.status_code == 400
    assert expected in answer.json()["message"]
    assert control.get("/faults") == {"faults": []}


@pytest.mark.parametrize(
    ("header", "refusal"),
    [("status=503", (503, 503)), ("status=404", (404, 701)), ("outage", (503, 503))],
)
def test_a_call_may_ask_for_its_own_failure(control, network, token, header, refusal) -> None:
    answer = network.get("/accounts", token, **{"x-sandbox-fault": header})
    assert (answer.status_code, answer.json()["code"]) == refusal
    assert network.get("/accounts", token).status_code == 200


def test_a_call_may_ask_for_a_delay_or_a_broken_answer(control, network, token) -> None:
    assert network.get("/accounts", token, **{"x-sandbox-fault": "latency=50"}).status_code == 200
    for kind in ("reset", "truncate"):
        with pytest.raises(requests.RequestException):
            network.get("/accounts", token, **{"x-sandbox-fault": kind})
    with pytest.raises(json.JSONDecodeError):
        network.get("/accounts", token, **{"x-sandbox-fault": "malformed"}).json()


@pytest.mark.parametrize(
    "header", ["", "fire", "status", "status=", "status=200", "status=+500", "latency=0", "reset=1"]
)
def test_a_fault_header_that_makes_no_sense_is_400(control, network, token, header) -> None:
    answer = network.get("/accounts", token, **{"x-sandbox-fault": header})
    assert (answer.status_code, answer.json()["code"]) == (400, 401)
    assert "expected status=300..599" in answer.json()["debugMessage"]


def test_without_control_the_header_means_nothing(network, access_token_of) -> None:
    token = access_token_of("mikomo_2")
    answer = network.get("/accounts", token, **{"x-sandbox-fault": "status=503"})
    assert answer.status_code == 200


def test_the_header_changes_nothing_outside_the_data_api(control) -> None:
    answer = requests.get(
        control.url + "/oauth/jwks", headers={"x-sandbox-fault": "status=503"}, timeout=10
    )
    assert answer.status_code == 200


def test_a_share_is_held_against_what_the_dice_show() -> None:
    throws = iter([0.0, 0.29, 0.3, 0.99])
    rules = FaultRules(lambda _rule_id: lambda: next(throws))
    rules.add(Fault(kind="status", status=503, share=0.3))
    struck = [bool(list(rules.strike("accounts", None))) for _ in range(4)]
    assert struck == [True, True, False, False]


def test_the_bank_s_log_stays_quiet_about_what_it_breaks_on_purpose(
    tmp_path, network, capfd
) -> None:
    bank = start_program(tmp_path / "data", free_port(), "--control-token", TOKEN)
    network.url = bank.url
    token = network.link("mikomo_10")["access_token"]
    for kind in ("truncate", "reset", "malformed", "outage"):
        Control(bank.url).break_(kind=kind, count=1)
        with contextlib.suppress(requests.RequestException):
            network.get("/accounts", token)
    assert bank.stop() == 0
    assert capfd.readouterr().err == ""


def test_a_code_is_not_lost_to_a_broken_authorization(control, network, browser) -> None:
    form = browser.form(network.sign_in(browser, "mikomo_10"))
    control.break_(kind="outage", count=1)
    assert browser.submit(form).status_code == 503
    assert "code" in query_of(browser.submit(form).headers["Location"])
