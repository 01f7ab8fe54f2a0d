"""What every answer has, whatever the surface and the status: its id, its headers, true links."""

import re
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.consumer import Consumer, query_of
from tests.support.network import (
    HTTPS_CALLBACK,
    LOOPBACK_CALLBACK,
    PRIVATE_USE_CALLBACK,
    RunningNetwork,
)
from tests.support.pages import Page

INTERACTION_ID = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}")

REQUESTS = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("POST", "/", 405),
    ("GET", "/nowhere", 404),
    ("GET", "/static/easement.css", 200),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/static/../easement.css", 404),
    ("POST", "/static/easement.css", 405),
    ("GET", "/.well-known/openid-configuration", 200),
    ("GET", "/.well-known/jwks.json", 200),
    ("POST", "/keys", 405),
    ("GET", "/auth", 403),
    ("POST", "/auth", 303),
    ("GET", "/auth/", 404),
    ("GET", "/callback/mikomo", 400),
    ("GET", "/callback/nobody", 400),
    ("GET", "/consent/unknown", 404),
    ("POST", "/consent/unknown", 404),
    ("PUT", "/consent/unknown", 405),
    ("GET", "/token", 405),
    ("POST", "/token", 401),
    ("DELETE", "/revoke", 405),
    ("POST", "/token/revoke", 400),
    ("GET", "/userinfo", 401),
    ("GET", "/sandbox/v1/tokens", 405),
    ("POST", "/sandbox/v1/tokens", 401),
    ("GET", "/demo/", 200),
    ("GET", "/demo/nowhere", 404),
    ("POST", "/demo/revoke", 403),
    ("GET", "/balances/v2/mikomo", 401),
    ("GET", "/balances/v9/mikomo", 403),
    ("POST", "/balances/v2/mikomo", 405),
    ("GET", "/transactions/v2/mikomo/1", 401),
    ("GET", "/" + "x" * 5000, 404),
]


@pytest.mark.parametrize(("method", "path", "status"), REQUESTS, ids=lambda each: str(each)[:40])
def test_every_answer_of_every_surface_carries_one_interaction_id(
    network: RunningNetwork, method: str, path: str, status: int
) -> None:
    answer = requests.request(method, network.url + path, allow_redirects=False, timeout=30)

    assert answer.status_code == status
    assert INTERACTION_ID.fullmatch(answer.headers["x-akoya-interaction-id"])
    assert "server" not in answer.headers


@pytest.mark.parametrize("path", ["/token", "/revoke", "/token/revoke", "/userinfo"])
def test_wrong_method_of_an_oauth_endpoint_is_405_in_json(
    network: RunningNetwork, path: str
) -> None:
    answer = requests.put(network.url + path, timeout=30)

    assert answer.status_code == 405
    assert answer.json()["error"]
    assert answer.headers["allow"]


def test_people_get_pages_and_programs_get_json_of_what_is_not_there(
    network: RunningNetwork,
) -> None:
    url = f"{network.url}/nowhere"
    page = requests.get(url, headers={"accept": "text/html"}, timeout=30)
    program = requests.get(url, headers={"accept": "application/json"}, timeout=30)

    assert (page.status_code, program.status_code) == (404, 404)
    assert "Page not found" in page.text
    assert page.headers["x-akoya-interaction-id"] in page.text
    assert program.json()["code"] == 404


def pages(app: RecipientApp, consumer: Consumer) -> dict[str, Page]:
    """Every page of the flow and around it, by name."""
    signin = consumer.open(app.auth_url())
    terms = consumer.sign_in(app.auth_url(), "mikomo_5")
    consent = consumer.press_on(terms, "Next")
    url, bank = app.network.url, app.network.bank.url
    return {
        "home": consumer.get(f"{url}/"),
        "refusal": consumer.get(f"{url}/auth"),
        "lost": consumer.get(f"{url}/consent/unknown"),
        "consent": consent,
        "consent with an error": Page(consumer.press(consent, "Approve")),
        "demo": consumer.get(f"{url}/demo/"),
        "demo's linked page": consumer.get(f"{url}/demo/linked"),
        "bank's home": consumer.get(f"{bank}/"),
        "sign-in": signin,
        "terms": terms,
    }


def directives(page: Page) -> dict[str, set[str]]:
    policy = page.response.headers["content-security-policy"]
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {part[0]: set(part[1:]) for part in parts}


def test_pages_forbid_framing_and_inline_code_and_have_none(
    app: RecipientApp, consumer: Consumer
) -> None:
    for name, page in pages(app, consumer).items():
        policy = directives(page)
        assert policy["default-src"] == {"'none'"}, name
        assert policy["frame-ancestors"] == {"'none'"}, name
        assert policy["base-uri"] == {"'none'"}, name
        assert policy["script-src"] <= {"'self'", "'none'"}, name
        assert policy["style-src"] == {"'self'"}, name
        assert page.response.headers["x-content-type-options"] == "nosniff", name
        assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", page.response.text)
        assert "referrer-policy" in page.response.headers, name


def test_no_page_of_the_flow_cuts_an_apps_popup_off_from_its_opener(
    app: RecipientApp, consumer: Consumer
) -> None:
    shown = pages(app, consumer)
    around_it = {"home", "bank's home"}
    for name, page in shown.items():
        policy = page.response.headers.get("cross-origin-opener-policy")
        assert policy == ("same-origin" if name in around_it else None), name


def test_pages_load_nothing_from_elsewhere(app: RecipientApp, consumer: Consumer) -> None:
    own = (app.network.url, app.network.bank.url)
    for name, page in pages(app, consumer).items():
        loaded = re.findall(
            r"<(?:link|script|img)[^>]* (?:href|src)=\"([^\"]+)\"", page.response.text
        )
        for each in loaded:
            assert each.startswith(("/", "data:", *own)), (name, each)
            assert not each.startswith("//"), (name, each)


FORM_ACTIONS = [
    (HTTPS_CALLBACK, {"https:"}),
    (LOOPBACK_CALLBACK, {"http://localhost:*"}),
    (PRIVATE_USE_CALLBACK, {"com.example.app:"}),
]


@pytest.mark.parametrize(("redirect_uri", "sources"), FORM_ACTIONS)
def test_policy_of_the_consent_page_lets_its_form_lead_to_the_app(
    app: RecipientApp, consumer: Consumer, redirect_uri: str, sources: set[str]
) -> None:
    page = consumer.consent(app.auth_url(redirect_uri=redirect_uri), "mikomo_5")

    assert {"'self'"} | sources <= directives(page)["form-action"]


INJECTED = {
    "host": "evil.test",
    "x-forwarded-host": "evil.test",
    "x-forwarded-proto": "gopher",
    "x-forwarded-prefix": "/evil.test",
    "x-forwarded-port": "666",
    "x-original-url": "/evil.test",
    "forwarded": "host=evil.test;proto=gopher",
}


def test_host_and_forwarding_headers_never_change_a_link(
    app: RecipientApp, consumer: Consumer
) -> None:
    network = app.network
    page = consumer.consent(app.auth_url(), "mikomo_5")
    paths = [
        *("/", "/demo", "/demo/", "/demo/link", "/nowhere", "/auth", "/static", "/keys"),
        *("/.well-known/openid-configuration", "/token/", "/balances/v2/mikomo/"),
        *(
            urlsplit(app.auth_url())._replace(scheme="", netloc="").geturl(),
            urlsplit(page.url).path,
        ),
    ]
    for path in paths:
        answer = requests.get(
            network.url + path,
            headers={**INJECTED, "accept": "text/html"},
            cookies=consumer.browser.cookies.get_dict(),
            allow_redirects=False,
            timeout=30,
        )
        said = answer.text + str(answer.headers)
        assert answer.status_code < 500, path
        assert "evil" not in said, path
        assert "gopher" not in said, path
        assert ":666" not in said, path


def test_bank_is_told_to_come_back_to_the_public_url(app: RecipientApp) -> None:
    url = app.network.reach(app.auth_url())
    answer = requests.get(url, headers=INJECTED, allow_redirects=False, timeout=30)

    query = query_of(answer.headers["location"])
    assert query["redirect_uri"] == f"{app.network.issuer}/callback/mikomo"


def test_browser_cookie_is_for_our_eyes_only(app: RecipientApp) -> None:
    answer = requests.get(app.network.reach(app.auth_url()), allow_redirects=False, timeout=30)

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("easement_browser=")
    words = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= words
    assert not any(word.startswith("domain") for word in words)


@pytest.mark.parametrize("path", ["/token", "/balances/v2/mikomo", "/auth", "/keys", "/userinfo"])
def test_no_answer_lets_other_origins_read_it(network: RunningNetwork, path: str) -> None:
    headers = {"origin": "https://evil.test", "access-control-request-method": "GET"}
    for method in ("GET", "OPTIONS"):
        answer = requests.request(method, network.url + path, headers=headers, timeout=30)
        assert not [name for name in answer.headers if name.startswith("access-control")]
