"""Anything in any parameter: a documented or clear error, never a 5xx, and never a stack trace."""

import http.client
from collections.abc import Iterable
from urllib.parse import quote, urlencode

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.app import RecipientApp
from tests.support.consumer import Consumer
from tests.support.network import RunningNetwork

HOSTILE = {
    "empty": "",
    "blank": " ",
    "very long": "x" * 15_000,
    "NUL": "a\x00b",
    "line break": "a\r\nSet-Cookie: evil=1",
    "other control characters": "\x01\x1b\x7f\x85",
    "not ASCII": "é✓\U0001f600\u202e",
    "markup": '"><script>alert(1)</script>',
    "SQL": "' OR 1=1 --",
    "template": "{{ 7 * 7 }}${7*7}",
    "path": "../../etc/passwd",
    "JSON": '{"a": [1]}',
}
AUTH = ["connector", "client_id", "redirect_uri", "response_type", "scope", "state", "nonce",
        "prompt", "code_challenge", "code_challenge_method", "login_hint", "request"]  # fmt: skip
TOKEN = ["grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier",
         "refresh_token"]  # fmt: skip
REVOKE = ["token", "token_type_hint", "client_id", "client_secret"]
MINT = ["user", "password", "accounts", "scope", "client_id", "client_secret"]
QUERY = ["accountIds", "mode", "offset", "limit", "other"]

same_examples_each_time = settings(deadline=None, max_examples=60, derandomize=True, database=None)


def check(answer: requests.Response, what: object) -> None:
    assert answer.status_code < 500, (what, answer.status_code, answer.text[:300])
    assert "Traceback" not in answer.text, what
    assert "<script>alert" not in answer.text, what
    assert "evil" not in answer.headers.get("set-cookie", ""), what
    assert answer.headers["x-akoya-interaction-id"], what


def auth(network: RunningNetwork, pairs: Iterable[tuple[str, str]]) -> requests.Response:
    url = f"{network.url}/auth?{urlencode(list(pairs))}"
    return requests.get(url, allow_redirects=False, timeout=30)


def post(network: RunningNetwork, path: str, pairs: Iterable[tuple[str, str]]) -> requests.Response:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode(list(pairs))
    return requests.post(network.url + path, data=body, headers=headers, timeout=30)


def forms(app: RecipientApp) -> dict[str, tuple[dict[str, str], list[str]]]:
    """A good form of each endpoint, and its parameters."""
    client = {
        "client_id": app.credentials.client_id,
        "client_secret": app.credentials.client_secret,
    }
    code = {**client, "grant_type": "authorization_code", "redirect_uri": app.redirect_uri,
            "code": "c"}  # fmt: skip
    revoke = {**client, "token": "t", "token_type_hint": "refresh_token"}
    return {
        "/token": (code, TOKEN),
        "/revoke": (revoke, REVOKE),
        "/token/revoke": (revoke, REVOKE),
        "/sandbox/v1/tokens": ({**client, "user": "nobody"}, MINT),
    }


@pytest.mark.parametrize("name", AUTH)
def test_auth_survives_any_value_of_any_parameter(app: RecipientApp, name: str) -> None:
    good = app.authorization()
    for what, value in HOSTILE.items():
        check(auth(app.network, {**good, name: value}.items()), (name, what))
        check(auth(app.network, [*good.items(), (name, value)]), (name, what, "doubled"))
    good.pop(name, None)
    check(auth(app.network, good.items()), (name, "missing"))


@pytest.mark.parametrize("path", ["/token", "/revoke", "/token/revoke", "/sandbox/v1/tokens"])
def test_posted_forms_survive_any_value_of_any_parameter(app: RecipientApp, path: str) -> None:
    good, names = forms(app)[path]
    for name in names:
        for what, value in HOSTILE.items():
            answer = post(app.network, path, {**good, name: value}.items())
            check(answer, (name, what))
            assert answer.status_code == 200 or answer.json()["error"]
        answer = post(app.network, path, [*good.items(), (name, "1"), (name, "2")])
        check(answer, (name, "doubled"))
        assert answer.status_code == 400 or name in {"client_id", "client_secret"}
        check(
            post(app.network, path, [each for each in good.items() if each[0] != name]),
            (name, "missing"),
        )


def test_product_calls_survive_any_value_of_any_parameter(app: RecipientApp) -> None:
    token = app.mint("mikomo_5")["id_token"]
    for name in QUERY:
        for what, value in HOSTILE.items():
            check(app.get("balances", token, **{name: value}), (name, what))
    for what, value in HOSTILE.items():
        headers = {"authorization": f"Bearer {token}"}
        for path in (f"/balances/{quote(value)}/mikomo", f"/balances/v2/{quote(value)}"):
            answer = requests.get(app.network.url + path, headers=headers, timeout=30)
            check(answer, (path[:40], what))


def test_hostile_cookies_and_headers_are_survived(app: RecipientApp) -> None:
    for what, value in HOSTILE.items():
        # Control characters in a header are refused by the HTTP parser itself.
        sent = bytes(each for each in value.encode() if each >= 0x20 and each != 0x7F)
        headers = {
            name: sent.strip()
            for name in ("cookie", "accept", "user-agent", "x-akoya-interaction-type", "referer")
        }
        headers["cookie"] = b"easement_browser=" + headers["cookie"]
        for path in ("/", "/demo", "/consent/x", "/balances/v2/mikomo", "/callback/mikomo"):
            url = app.network.url + path
            check(requests.get(url, headers=headers, timeout=30), (path, what))


words = st.text(max_size=60)


@same_examples_each_time
@given(st.lists(st.tuples(st.sampled_from(AUTH) | words, words), max_size=12))
def test_auth_survives_any_query(network: RunningNetwork, pairs: list[tuple[str, str]]) -> None:
    check(auth(network, pairs), pairs)


@same_examples_each_time
@given(st.dictionaries(st.sampled_from(AUTH[3:]), words))
def test_auth_of_a_known_app_survives_any_query(
    network: RunningNetwork, changes: dict[str, str]
) -> None:
    app = RecipientApp(network, network.secrets.sandbox)
    answer = auth(network, {**app.authorization(), **changes}.items())

    check(answer, changes)
    assert answer.status_code == 302


@same_examples_each_time
@given(st.binary(max_size=200))
def test_auth_survives_any_bytes(network: RunningNetwork, query: bytes) -> None:
    url = f"{network.url}/auth?{quote(query, safe='=&%+;')}"
    check(requests.get(url, allow_redirects=False, timeout=30), query)


@same_examples_each_time
@given(st.lists(st.tuples(st.sampled_from(TOKEN), words), max_size=10), st.binary(max_size=40))
def test_token_survives_any_form_and_any_bytes(
    network: RunningNetwork, pairs: list[tuple[str, str]], raw: bytes
) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode(pairs).encode() + b"&" + raw
    answer = requests.post(f"{network.url}/token", data=body, headers=headers, timeout=30)

    check(answer, (pairs, raw))
    assert answer.status_code in {400, 401}
    assert answer.json()["error"]


FORM_PATHS = ["/token", "/revoke", "/token/revoke", "/sandbox/v1/tokens", "/demo/revoke"]
TEN_MEGABYTES = 10 * 1024 * 1024


@pytest.mark.parametrize("path", FORM_PATHS)
@pytest.mark.parametrize("declared", [True, False])
def test_body_of_ten_megabytes_is_413(network: RunningNetwork, path: str, declared: bool) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", network.settings.port, timeout=30)
    try:
        connection.putrequest("POST", path)
        connection.putheader("content-type", "application/x-www-form-urlencoded")
        part = b"a=" + b"x" * 100_000
        if declared:
            connection.putheader("content-length", str(TEN_MEGABYTES))
        else:
            connection.putheader("transfer-encoding", "chunked")
            part = b"%x\r\n%s\r\n" % (len(part), part)
        connection.endheaders()
        connection.send(part)  # the answer comes before the rest is sent

        answer = connection.getresponse()

        assert answer.status == 413
        assert answer.getheader("x-akoya-interaction-id")
    finally:
        connection.close()


def test_consent_form_that_is_too_large_is_413(app: RecipientApp, consumer: Consumer) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")

    answer = consumer.press(page, "Approve", ["x" * 100_000])

    assert answer.status_code == 413
    assert consumer.approve(page)
