"""GET /oauth/authorize: which requests are in order, and how the others are refused."""

import pytest
import requests

from tests.mikomo.network import query_of


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": ""},
        {"client_id": "unknown"},
        {"client_id": "x" * 3000},
        {"client_id": "easement\x00"},
        {"redirect_uri": None},
        {"redirect_uri": ""},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "http://127.0.0.1:9/callback/mikomo/"},
        {"redirect_uri": "http://127.0.0.1:9/callback/mikomo?x=1"},
        {"redirect_uri": "https://rival.example/callback"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
def test_an_unknown_client_or_redirect_uri_is_a_page_and_no_redirect(
    network, browser, changes
) -> None:
    answer = browser.get(
        network.url + "/oauth/authorize",
        params=network.authorization(**changes),
        allow_redirects=False,
    )
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "Nothing was shared" in answer.text


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_doubled_client_or_redirect_uri_is_a_page(network, browser, name) -> None:
    pairs = list(network.authorization().items())
    pairs += [pair for pair in pairs if pair[0] == name]
    answer = browser.get(network.url + "/oauth/authorize", params=pairs, allow_redirects=False)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "unheard-of \x00 é"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "é" * 43}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"nonce": "n" * 2000}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"request": "abc"}, "request_not_supported"),
        ({"request_uri": "https://evil.example/"}, "request_uri_not_supported"),
    ],
)
def test_any_other_fault_goes_back_to_the_client(network, browser, changes, error) -> None:
    answer = browser.get(
        network.url + "/oauth/authorize",
        params=network.authorization(**changes),
        allow_redirects=False,
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(network.redirect_uri + "?")
    back = query_of(answer.headers["Location"])
    assert back["error"] == error
    assert back["error_description"]
    assert back["state"] == "st-1"
    assert back["iss"] == network.url


def test_a_doubled_parameter_or_an_endless_state_goes_back_as_invalid_request(
    network, browser
) -> None:
    pairs = list(network.authorization().items())
    for bad in ([*pairs, ("scope", "openid")], list({**dict(pairs), "state": "s" * 5000}.items())):
        answer = browser.get(network.url + "/oauth/authorize", params=bad, allow_redirects=False)
        assert query_of(answer.headers["Location"])["error"] == "invalid_request"


def test_a_query_that_is_no_utf_8_is_a_page(program) -> None:
    answer = requests.get(program.url + "/oauth/authorize?client_id=%FF", timeout=10)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/oauth/authorize"), ("GET", "/oauth/token"), ("PUT", "/oauth/revoke")],
)
def test_a_wrong_method_is_405(program, method, path) -> None:
    answer = requests.request(method, program.url + path, timeout=10)
    assert answer.status_code == 405
    assert answer.headers["Allow"]
