"""What `/auth` refuses: by a page where the app cannot be trusted, else by a redirect to it."""

import html

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.consumer import query_of

Changes = dict[str, str | None]


def ask(app: RecipientApp, **changes: str | None) -> requests.Response:
    url = app.network.reach(app.auth_url(**changes))
    return requests.get(url, allow_redirects=False, timeout=30)


def shown(answer: requests.Response) -> str:
    """The page's words, checked to be a page and no redirect."""
    assert "location" not in answer.headers
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.unescape(answer.text)


def refused(app: RecipientApp, answer: requests.Response) -> dict[str, str]:
    """The parameters that the app is called back with."""
    assert answer.status_code == 302
    location = answer.headers["location"]
    assert location.startswith(f"{app.redirect_uri}?")
    return query_of(location)


PAGES: list[tuple[Changes, int, str]] = [
    ({"connector": None}, 403, "connector"),
    ({"connector": ""}, 403, "connector"),
    ({"connector": "nobody"}, 400, "Invalid ConnectorID"),
    ({"client_id": None}, 400, 'Invalid client_id ("client_id").'),
    ({"client_id": ""}, 400, 'Invalid client_id ("client_id").'),
    ({"client_id": "nobody"}, 400, 'Invalid client_id ("client_id").'),
    ({"redirect_uri": None}, 400, 'Unregistered redirect_uri ("")'),
    ({"redirect_uri": ""}, 400, 'Unregistered redirect_uri ("")'),
    (
        {"redirect_uri": "https://wrong/v1/callback"},
        400,
        'Unregistered redirect_uri ("https://wrong/v1/callback")',
    ),
]


@pytest.mark.parametrize(("changes", "status", "words"), PAGES, ids=str)
def test_request_that_cannot_be_trusted_is_a_page(
    app: RecipientApp, changes: Changes, status: int, words: str
) -> None:
    answer = ask(app, **changes)

    text = shown(answer)
    assert answer.status_code == status
    assert words in text
    assert "<title>Bad Request</title>" in text


REDIRECTS: list[tuple[Changes, str, str | None]] = [
    ({"response_type": None}, "invalid_request", "Invalid response type"),
    ({"response_type": ""}, "invalid_request", "Invalid response type"),
    ({"response_type": "cod"}, "invalid_request", "Invalid response type"),
    ({"response_type": "CODE"}, "invalid_request", "Invalid response type"),
    ({"response_type": "token"}, "unsupported_response_type", None),
    ({"response_type": "id_token token"}, "unsupported_response_type", None),
    ({"response_type": "token code"}, "unsupported_response_type", None),
    ({"scope": None}, "invalid_scope", 'Missing required scope(s) ["openid"].'),
    ({"scope": ""}, "invalid_scope", 'Missing required scope(s) ["openid"].'),
    ({"scope": "offline_access"}, "invalid_scope", 'Missing required scope(s) ["openid"].'),
    ({"scope": "openidx"}, "invalid_scope", 'Missing required scope(s) ["openid"].'),
    ({"prompt": "none"}, "login_required", None),
    ({"prompt": "login none"}, "login_required", None),
    ({"code_challenge": "a" * 43}, "invalid_request", None),
    ({"code_challenge": "a" * 43, "code_challenge_method": "plain"}, "invalid_request", None),
    ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request", None),
    ({"code_challenge_method": "S256"}, "invalid_request", None),
    ({"request": "eyJ"}, "request_not_supported", None),
    ({"request_uri": "https://app.example/r"}, "request_uri_not_supported", None),
    ({"nonce": "n" * 5000}, "invalid_request", None),
]


@pytest.mark.parametrize(("changes", "error", "description"), REDIRECTS, ids=str)
def test_request_of_a_known_app_is_refused_by_redirect_with_state(
    app: RecipientApp, changes: Changes, error: str, description: str | None
) -> None:
    query = refused(app, ask(app, **changes))

    assert query["error"] == error
    assert query["state"] == app.authorization()["state"]
    assert query["iss"] == app.network.issuer
    assert "code" not in query
    if description is not None:
        assert query["error_description"] == description


def test_refusal_without_state_invents_none(app: RecipientApp) -> None:
    assert "state" not in refused(app, ask(app, state=None, scope="profile"))


@pytest.mark.parametrize("state", ["line\r\nSet-Cookie: a=b", "nul\x00", "x" * 5000])
def test_state_that_cannot_be_echoed_is_refused(app: RecipientApp, state: str) -> None:
    answer = ask(app, state=state)

    assert refused(app, answer)["error"] == "invalid_request"
    assert "set-cookie" not in answer.headers


DOUBLED = ["connector", "response_type", "scope", "state", "nonce", "code_challenge"]


@pytest.mark.parametrize("name", DOUBLED)
def test_parameter_given_twice_is_refused(app: RecipientApp, name: str) -> None:
    answer = requests.get(
        f"{app.network.url}/auth",
        params=[*app.authorization().items(), (name, "one"), (name, "two")],
        allow_redirects=False,
        timeout=30,
    )

    if name == "connector":
        assert "location" not in answer.headers
        assert answer.status_code in {400, 403}
    else:
        assert answer.headers["location"].startswith(f"{app.redirect_uri}?error=invalid_request")


def foreign_uris(registered: str) -> list[str]:
    host = "app.example.test"
    return [
        registered + "/",
        registered + "x",
        registered + "?a=b",
        registered + "#fragment",
        registered.upper(),
        registered.replace("https:", "http:"),
        registered.replace(host, f"{host}.evil.test"),
        registered.replace(host, f"{host}@evil.test"),
        registered.replace(host, f"evil.test\\@{host}"),
        registered.replace(host, f"{host}:444"),
        registered.replace("/callback", "/../callback"),
        registered.replace("/callback", "//callback"),
        registered.replace("callback", "%63allback"),
        f" {registered}",
        f"{registered}\t",
        f"{registered}\r\nLocation: https://evil.test",
        "//evil.test/callback",
        "/callback",
        "javascript:alert(1)",
        "data:text/html,hi",
        "http://localhost:3001/callback",
        "com.example.app://evil.test/callback",
    ]


@pytest.mark.parametrize("number", range(len(foreign_uris("https://app.example.test/callback"))))
def test_no_redirect_ever_goes_to_an_unregistered_uri(app: RecipientApp, number: int) -> None:
    uri = foreign_uris(app.redirect_uri)[number]

    for changes in ({}, {"scope": "x"}, {"response_type": "x"}, {"prompt": "none"}):
        answer = ask(app, redirect_uri=uri, **changes)
        text = shown(answer)
        assert answer.status_code == 400
        assert "Unregistered redirect_uri (" in text


def test_unregistered_redirect_uri_is_shown_as_text_only(app: RecipientApp) -> None:
    answer = ask(app, redirect_uri='https://x/"><script>alert(1)</script>')

    assert answer.status_code == 400
    assert "<script>alert" not in answer.text


def test_two_redirect_uris_are_a_page_even_if_the_first_is_registered(app: RecipientApp) -> None:
    pairs = [*app.authorization().items(), ("redirect_uri", "https://evil.test/")]
    answer = requests.get(
        f"{app.network.url}/auth", params=pairs, allow_redirects=False, timeout=30
    )

    assert "Unregistered redirect_uri" in shown(answer)
    assert answer.status_code == 400


def test_another_apps_redirect_uri_is_unregistered(
    app: RecipientApp, other_app: RecipientApp
) -> None:
    answer = ask(app, redirect_uri=other_app.redirect_uri)

    assert "Unregistered redirect_uri" in shown(answer)


def test_unknown_parameters_and_scopes_are_ignored(app: RecipientApp) -> None:
    answer = ask(app, scope="openid groups", login_hint="a", max_age="0", anything="else")

    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{app.network.bank.url}/oauth/authorize?")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_auth_takes_no_other_method(app: RecipientApp, method: str) -> None:
    answer = requests.request(
        method, app.network.reach(app.auth_url()), allow_redirects=False, timeout=30
    )

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
