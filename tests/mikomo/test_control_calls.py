"""The list of recent calls: what it tells, and what it keeps to itself."""

import pytest
import requests

ID = "an-interaction-id"


def test_a_call_is_listed_with_how_it_ended(control, network) -> None:
    token = network.link("mikomo_10")["access_token"]
    network.get("/accounts?resultType=details", token, **{"x-fapi-interaction-id": ID})
    newest = control.calls()[0]
    assert newest.pop("durationMs") >= 0
    assert newest == {
        "at": control.get("/clock")["now"],
        "method": "GET",
        "path": "/fdx/v5/accounts?resultType",
        "username": "mikomo_10",
        "status": 200,
        "code": None,
        "interactionId": ID,
    }


def test_refusals_are_listed_with_their_code_and_the_newest_comes_first(control, network) -> None:
    token = network.link("mikomo_602")["access_token"]
    network.get("/accounts", token)
    network.get("/accounts/none", "no token")
    network.refresh("none")
    refresh, unknown, refused = control.calls()[:3]
    assert (refused["status"], refused["code"], refused["username"]) == (401, 602, "mikomo_602")
    assert (unknown["status"], unknown["code"], unknown["username"]) == (401, 603, None)
    assert unknown["path"] == "/fdx/v5/accounts/none"
    assert (refresh["status"], refresh["code"]) == (400, "invalid_grant")


def test_a_token_call_is_listed_with_the_user_it_is_about(control, network) -> None:
    tokens = network.link("mikomo_10")
    network.refresh(tokens["refresh_token"])
    token_calls = [call for call in control.calls() if call["path"] == "/oauth/token"]
    assert [call["username"] for call in token_calls] == ["mikomo_10", "mikomo_10"]


def test_a_call_whose_connection_was_reset_has_no_status(control, network) -> None:
    token = network.link("mikomo_10")["access_token"]
    control.break_(kind="reset")
    with pytest.raises(requests.ConnectionError):
        network.get("/accounts", token)
    assert control.calls()[0]["status"] is None


def test_values_are_kept_only_when_asked_for_and_never_those_of_tokens(control, network) -> None:
    token = network.link("mikomo_10")["access_token"]
    network.get("/accounts?resultType=lightweight", token)
    assert "responseBody" not in control.calls()[0]
    assert control.call("PUT", "/calls", {"bodies": True}).json() == {"bodies": True}
    answer = network.get("/accounts?resultType=lightweight", token)
    tokens = network.link("mikomo_10")
    calls = control.calls()
    data = next(call for call in calls if "/accounts" in call["path"])
    assert data["path"] == "/fdx/v5/accounts?resultType=lightweight"
    assert data["responseBody"] == answer.text
    assert data["requestBody"] == ""
    for secret in (token, tokens["access_token"], tokens["refresh_token"], network.client_secret):
        assert secret not in control.call("GET", "/calls").text
    assert control.call("PUT", "/calls", {"bodies": False}).json() == {"bodies": False}
    network.get("/accounts", token)
    assert "responseBody" not in control.calls()[0]


def test_the_list_holds_500_calls_and_gives_as_many_as_asked_for(control, network) -> None:
    for number in range(505):
        network.get(f"/accounts/{number}", "none")
    assert len(control.calls()) == 100
    every = control.get("/calls?limit=500")["calls"]
    assert len(every) == 500
    assert every[0]["path"] == "/fdx/v5/accounts/504"
    for limit in ("0", "501", "-1", "x", "٣"):
        assert control.call("GET", f"/calls?limit={limit}").status_code == 400
