"""Errors, as an app's tests go through them: each on every product, in both versions."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.support.app import V3_HEADERS, RecipientApp, Tokens
from tests.support.endpoints import ENDPOINTS, PRODUCT, WEALTHY, paths
from tests.support.error_users import ERROR_USERS
from tests.support.network import Calendar, RunningNetwork
from tests.support.sandbox import SandboxControl

VERSIONS = ("v2", "v3")
Refused = tuple[int, int]


def get(
    app: RecipientApp, path: str, token: str | None, method: str = "GET", **headers: str
) -> requests.Response:
    """A call with all headers of v3, which v2 takes as well."""
    own = {} if token is None else {"authorization": f"Bearer {token}"}
    return requests.request(
        method, app.network.url + path, headers={**V3_HEADERS, **own, **headers}, timeout=60
    )


def refusal(answer: requests.Response) -> Refused:
    """Status and code, of an error in its documented form."""
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["x-akoya-interaction-id"].startswith("Root=1-")
    body: dict[str, Any] = answer.json()
    assert {"code", "message"} <= body.keys() <= {"code", "message", "debugMessage"}
    assert type(body["code"]) is int
    return answer.status_code, body["code"]


def refusals(
    app: RecipientApp, token: str | None, method: str = "GET", **about: str
) -> dict[str, Refused]:
    """What is refused on every endpoint, in both versions."""
    return {
        f"{name} {version}": refusal(get(app, path, token, method))
        for version in VERSIONS
        for name, path in paths(version, **about).items()
    }


def everywhere(expected: Refused, *, but: dict[str, Refused] | None = None) -> dict[str, Refused]:
    """The same on every endpoint in both versions, but for some."""
    own = but or {}
    return {
        f"{name} {version}": own.get(name, expected) for version in VERSIONS for name in ENDPOINTS
    }


@pytest.fixture(scope="module")
def tokens(network: RunningNetwork) -> Tokens:
    """Tokens for everything that the wealthy person has."""
    return RecipientApp(network, network.secrets.sandbox).mint(WEALTHY)


@pytest.fixture
def token(tokens: Tokens) -> str:
    return str(tokens["id_token"])


def test_every_product_is_there_for_who_does_it_right(app: RecipientApp, token: str) -> None:
    for version in VERSIONS:
        for name, path in paths(version).items():
            assert get(app, path, token).status_code == 200, name


@pytest.mark.parametrize("user", ERROR_USERS)
def test_an_error_user_gives_its_code_on_every_product(app: RecipientApp, user: str) -> None:
    token = app.mint(user)["id_token"]
    claims = token.split(".")[1]
    account = json.loads(base64.urlsafe_b64decode(claims + "=="))["accounts"][0]

    heard = refusals(app, token, account=account, checking=account)

    assert heard == everywhere(ERROR_USERS[user])


def test_a_provider_that_does_not_exist_is_subscription_not_found(
    app: RecipientApp, token: str
) -> None:
    assert refusals(app, token, provider="nobank") == everywhere((403, 403))


def test_a_version_that_does_not_exist_is_a_forbidden_route(app: RecipientApp, token: str) -> None:
    for version in ("v1", "v4", "v2.2", "latest"):
        for path in paths(version).values():
            answer = get(app, path, token)
            assert refusal(answer) == (403, 403)
            assert "forbidden route" in answer.json()["message"].lower()


@pytest.mark.parametrize("written", [None, "", "eyJhbGciOiJub25lIn0.e30.", "nonsense"])
def test_a_call_without_a_token_that_counts_is_602(app: RecipientApp, written: str | None) -> None:
    assert refusals(app, written) == everywhere((401, 602))


def test_an_id_token_whose_day_is_over_is_602_on_every_product(
    app: RecipientApp, calendar: Calendar
) -> None:
    token = app.mint(WEALTHY)["id_token"]
    calendar.pass_time(seconds=timedelta(days=1, minutes=5).total_seconds())

    assert refusals(app, token) == everywhere((401, 602))


def test_after_a_revocation_every_product_is_602(app: RecipientApp) -> None:
    tokens = app.mint(WEALTHY)
    assert app.revoke(tokens["refresh_token"]).status_code == 200

    assert refusals(app, tokens["id_token"]) == everywhere((401, 602))


def test_an_account_that_is_not_shared_is_701_on_every_product_that_names_one(
    app: RecipientApp, token: str
) -> None:
    for other in ("nobody", "1755209824", "g833202fb0866d0ad83472c429"):
        for version in VERSIONS:
            named = paths(version, account=other, checking=other)
            for name in ("transactions", "contacts", "payments", "taxlots", "statements"):
                assert refusal(get(app, named[name], token)) == (404, 701), name
            for name in ("accounts-info", "balances", "accounts"):
                assert refusal(get(app, f"{named[name]}?accountIds={other}", token)) == (404, 701)
            searched = f"{named['tax search']}?accountId={other}"
            assert refusal(get(app, searched, token)) == (404, 701)
        form = paths(form=other)["tax form"]
        assert refusal(get(app, form, token)) == (404, 1200)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_another_method_is_405_on_every_product(app: RecipientApp, token: str, method: str) -> None:
    assert refusals(app, token, method) == everywhere((405, 1206))


@pytest.mark.parametrize(
    "accept", ["application/xml", "text/html", "image/webp", "application/json;q=0"]
)
def test_a_media_type_that_does_not_exist_is_406_on_every_product(
    app: RecipientApp, token: str, accept: str
) -> None:
    for path in paths().values():
        assert refusal(get(app, path, token, accept=accept)) == (406, 406), path


@pytest.mark.parametrize(
    "header", ["x-akoya-interaction-type", "x-akoya-last-access", "x-akoya-intent-type"]
)
def test_v3_without_a_required_header_is_400_on_every_product_and_v2_does_without(
    app: RecipientApp, token: str, header: str
) -> None:
    sent = {name: value for name, value in V3_HEADERS.items() if name != header}
    for version, expected in (("v2", 200), ("v3", 400)):
        for path in paths(version).values():
            answer = requests.get(
                app.network.url + path,
                headers={**sent, "authorization": f"Bearer {token}"},
                timeout=60,
            )
            assert answer.status_code == expected, path
            if expected == 400:
                assert refusal(answer) == (400, 401)
                assert header in answer.json()["debugMessage"]


def test_an_intent_or_interaction_that_does_not_exist_is_400_on_every_product(
    app: RecipientApp, token: str
) -> None:
    for header, word in (
        ("x-akoya-intent-type", "payment"),
        ("x-akoya-interaction-type", "robot"),
        ("x-akoya-last-access", "yesterday"),
    ):
        for path in paths("v3").values():
            assert refusal(get(app, path, token, **{header: word})) == (400, 401), path


def test_the_intent_to_pay_is_for_apps_with_payments_only(
    app: RecipientApp, other_app: RecipientApp, token: str
) -> None:
    intent = {"x-akoya-intent-type": "payments"}
    without = other_app.mint(WEALTHY)["id_token"]

    for name in ("balances", "accounts", "accounts-info"):
        path = paths("v3")[name]
        assert get(app, path, token, **intent).status_code == 200
        assert refusal(get(other_app, path, without, **intent)) == (400, 401)
        assert get(other_app, path, without).status_code == 200


def test_an_app_hears_subscription_not_found_of_every_product_that_it_was_not_given(
    other_app: RecipientApp,
) -> None:
    token = other_app.mint(WEALTHY)["id_token"]
    given = {"account_info", "balances", "investments"}

    for version in VERSIONS:
        for name, path in paths(version).items():
            answer = get(other_app, path, token)
            if PRODUCT[name] in given:
                assert answer.status_code == 200, name
            else:
                assert refusal(answer) == (403, 403), name
                assert answer.json()["message"] == "Subscription not found"


@pytest.mark.parametrize("status", ["SUSPENDED", "PENDING"])
def test_without_an_active_subscription_no_product_is_there(
    network: RunningNetwork, app: RecipientApp, token: str, status: str
) -> None:
    control = SandboxControl(network)
    own = f"/apps/{app.credentials.client_id}"
    control.ask("PATCH", own, {"subscription": status})
    try:
        assert refusals(app, token) == everywhere((403, 403))
    finally:
        control.ask("PATCH", own, {"subscription": "ACTIVE"})
    assert get(app, paths()["balances"], token).status_code == 200


def test_a_product_that_is_taken_away_ends_for_tokens_that_had_it(
    network: RunningNetwork, app: RecipientApp, token: str
) -> None:
    control = SandboxControl(network)
    own = f"/apps/{app.credentials.client_id}"
    before = {each["clientId"]: each for each in control.ask("GET", "/apps")["apps"]}
    control.ask("PATCH", own, {"products": ["account_info", "tax"]})
    try:
        heard = {name: get(app, path, token).status_code for name, path in paths().items()}
    finally:
        products = before[app.credentials.client_id]["products"]
        control.ask("PATCH", own, {"products": products})
    assert heard == {
        name: 200 if PRODUCT[name] in {"account_info", "tax"} else 403 for name in ENDPOINTS
    }


def test_a_path_that_ends_too_early_says_what_is_missing(app: RecipientApp, token: str) -> None:
    for version in VERSIONS:
        for product in ("transactions", "contacts", "payments", "taxlots", "statements"):
            assert refusal(get(app, f"/{product}/{version}/mikomo", token)) == (404, 701), product
            assert refusal(get(app, f"/{product}/{version}/mikomo/", token)) == (404, 701), product
        lots = paths(version)["taxlots"].rpartition("/")[0]
        answer = get(app, lots, token)
        assert refusal(answer) == (404, 701)
        assert answer.json()["message"] == "Tax Lots not found"
        for path in paths(version).values():
            product = path.split("/")[1]
            assert refusal(get(app, f"/{product}/{version}", token)) == (400, 401), product
            assert refusal(get(app, f"/{product}", token)) == (403, 403), product


def test_a_parameter_that_does_not_exist_is_400_on_every_product(
    app: RecipientApp, token: str
) -> None:
    for path in paths().values():
        for query in ("unknown=1", "mode=", "mode=raw&mode=raw", "mode=fancy"):
            assert refusal(get(app, f"{path}?{query}", token)) == (400, 401), path
