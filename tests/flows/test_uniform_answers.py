"""Refusals tell nothing of which apps, service clients or tokens there are, by text or by work."""

from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
import requests

from easement.platform import crypto
from tests.support.app import RecipientApp
from tests.support.network import RunningNetwork

ENDPOINTS = {
    "/token": {"grant_type": "authorization_code", "code": "c", "redirect_uri": "https://a/"},
    "/introspect": {"token": "t"},
    "/par": {},
    "/revoke": {"token": "t", "token_type_hint": "refresh_token"},
    "/oauth2/token": {"grant_type": "client_credentials", "scope": "app_management_v2"},
}
KNOWN = dict.fromkeys(ENDPOINTS, "sandbox-app") | {"/oauth2/token": "service-client"}
VARYING = {"x-akoya-interaction-id", "date"}


def ask(network: RunningNetwork, path: str, client_id: str, how: str) -> requests.Response:
    form = dict(ENDPOINTS[path])
    auth = (client_id, "wrong") if how == "basic" else None
    if how == "body":
        form |= {"client_id": client_id, "client_secret": "wrong"}
    return requests.post(network.url + path, data=form, auth=auth, timeout=30)


def said(answer: requests.Response) -> tuple[int, str, dict[str, str]]:
    headers = {name: value for name, value in answer.headers.items() if name not in VARYING}
    return answer.status_code, answer.text, headers


@pytest.fixture
def hashes() -> Iterator[Callable[[], int]]:
    """How many hashes and comparisons of secrets the network has made since it was last asked."""
    with (
        patch.object(crypto.hmac, "compare_digest", wraps=crypto.hmac.compare_digest) as compared,
        patch.object(crypto.hmac, "new", wraps=crypto.hmac.new) as hashed,
    ):

        def made() -> int:
            number = compared.call_count + hashed.call_count
            compared.reset_mock()
            hashed.reset_mock()
            return number

        yield made


@pytest.mark.parametrize("how", ["basic", "body"])
@pytest.mark.parametrize("path", ENDPOINTS)
def test_an_unknown_client_is_refused_like_a_known_one_with_as_much_work(
    network: RunningNetwork, path: str, how: str, hashes: Callable[[], int]
) -> None:
    ask(network, path, KNOWN[path], how)  # what is cached is cached now
    hashes()
    known = ask(network, path, KNOWN[path], how)
    work_for_known = hashes()
    unknown = ask(network, path, "nobody", how)
    work_for_unknown = hashes()

    assert known.status_code == 401
    assert said(known) == said(unknown)
    assert work_for_known == work_for_unknown > 0


@pytest.mark.parametrize("grant_type", ["authorization_code", "refresh_token"])
def test_another_apps_token_is_refused_like_one_that_never_was(
    app: RecipientApp, other_app: RecipientApp, grant_type: str
) -> None:
    foreign = app.mint("mikomo_5")["refresh_token"]
    form = {"grant_type": grant_type, "redirect_uri": other_app.redirect_uri}
    name = "code" if grant_type == "authorization_code" else "refresh_token"
    answers = [other_app.post("/token", {**form, name: each}) for each in (foreign, "never-was")]

    assert said(answers[0]) == said(answers[1])


@pytest.mark.parametrize("path", ["/introspect", "/revoke"])
def test_asking_about_another_apps_token_is_like_asking_about_none(
    app: RecipientApp, other_app: RecipientApp, path: str
) -> None:
    foreign = app.mint("mikomo_5")
    answers = [
        other_app.post(path, {"token": token, "token_type_hint": "refresh_token"})
        for token in (foreign["refresh_token"], foreign["id_token"], "never-was")
    ]

    assert said(answers[0]) == said(answers[1]) == said(answers[2])
    assert answers[0].status_code == 200
    assert app.get("balances", foreign["id_token"]).status_code == 200


def test_the_authorization_endpoint_says_the_same_of_every_redirect_uri_that_is_not_the_apps(
    app: RecipientApp,
) -> None:
    pages = []
    for uri in ("https://another-apps.example/callback", "https://nobodys.example/callback"):
        url = app.network.reach(app.auth_url(redirect_uri=uri))
        answer = requests.get(url, allow_redirects=False, timeout=30)
        assert answer.status_code == 400
        interaction_id = answer.headers["x-akoya-interaction-id"]
        pages.append(answer.text.replace(uri, "").replace(interaction_id, ""))

    assert pages[0] == pages[1]
