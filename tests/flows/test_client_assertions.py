"""private_key_jwt at the token endpoint: what proves an app, and all that does not.

The refusals follow the FAPI 2.0 Security Profile and its conformance plan's client assertions.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests

from easement.recipients.model import Profile
from tests.support.app import RecipientApp
from tests.support.clients import ASSERTION_TYPE, KeyedApp, new_key
from tests.support.network import RunningNetwork
from tests.support.together import together

REFUSED = {"error": "invalid_client", "error_description": "Invalid client credentials."}
ASKED = {"grant_type": "refresh_token", "refresh_token": "unknown"}


@pytest.fixture(scope="module")
def keyed(network: RunningNetwork) -> KeyedApp:
    return KeyedApp.registered(network)


def ask(app: KeyedApp, assertion: str | None = None, **form: str | None) -> requests.Response:
    """Refresh with a token that is none: only who is let in hears about the token."""
    return app.post(**ASKED, client_assertion=assertion or app.assertion(), **form)


def check_let_in(answer: requests.Response) -> None:
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant"), answer.text


def check_refused(answer: requests.Response) -> None:
    assert (answer.status_code, answer.json()) == (401, REFUSED)


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "EdDSA"])
def test_an_assertion_by_the_apps_key_proves_the_app(
    network: RunningNetwork, algorithm: str
) -> None:
    check_let_in(ask(KeyedApp.registered(network, algorithm)))


def test_an_app_with_keys_gets_refreshes_and_revokes_tokens(network: RunningNetwork) -> None:
    app = KeyedApp.registered(network, profile=Profile.AKOYA)

    minted = app.post("/sandbox/v1/tokens", user="mikomo_5").json()
    refreshed = app.post(grant_type="refresh_token", refresh_token=minted["refresh_token"])
    assert refreshed.status_code == 200, refreshed.text
    hint = {"token_type_hint": "refresh_token"}
    revoked = app.post("/revoke", token=refreshed.json()["refresh_token"], **hint)

    assert revoked.status_code == 200
    again = app.post(grant_type="refresh_token", refresh_token=refreshed.json()["refresh_token"])
    assert again.status_code == 400


def test_the_clients_own_id_may_stand_beside_the_assertion(keyed: KeyedApp) -> None:
    check_let_in(ask(keyed, client_id=keyed.id))


def test_another_client_id_beside_the_assertion_is_refused(keyed: KeyedApp) -> None:
    check_refused(ask(keyed, client_id="sandbox-app"))


@pytest.mark.parametrize("name", ["client_assertion", "client_assertion_type"])
def test_half_an_assertion_is_refused(keyed: KeyedApp, name: str) -> None:
    fields = {"client_assertion": keyed.assertion(), "client_assertion_type": ASSERTION_TYPE}

    check_refused(keyed.post(**ASKED, **{**fields, name: None}))


def test_another_assertion_type_is_refused(keyed: KeyedApp) -> None:
    saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"

    check_refused(ask(keyed, client_assertion_type=saml))


def test_an_app_with_keys_is_not_let_in_without_an_assertion(keyed: KeyedApp) -> None:
    form = {**ASKED, "client_id": keyed.id}
    url = f"{keyed.network.url}/token"

    for secret in (None, "", "secret"):
        check_refused(requests.post(url, data={**form, "client_secret": secret}, timeout=30))
        check_refused(requests.post(url, data=ASKED, auth=(keyed.id, secret or ""), timeout=30))


def test_a_secret_beside_the_assertion_is_refused(keyed: KeyedApp) -> None:
    check_refused(ask(keyed, client_secret="secret"))


def test_basic_beside_the_assertion_is_refused(keyed: KeyedApp, app: RecipientApp) -> None:
    form = {**ASKED, "client_assertion": keyed.assertion(), "client_assertion_type": ASSERTION_TYPE}

    check_refused(app.post("/token", form, "basic"))


def test_an_app_with_a_secret_is_not_let_in_by_an_assertion(
    keyed: KeyedApp, app: RecipientApp
) -> None:
    own = app.credentials.client_id

    check_refused(ask(keyed, keyed.assertion(iss=own, sub=own)))


AT_TOKEN_URL = "the token endpoint"
ISSUER_IN_A_LIST = "a list with the issuer"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": -300},
        {"exp": -1},
        {"exp": None},
        {"exp": 3600},
        {"exp": "soon"},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**400},
        {"iat": 70},
        {"iat": "now"},
        {"nbf": 70},
        {"nbf": []},
        {"aud": "https://elsewhere.example"},
        {"aud": AT_TOKEN_URL},
        {"aud": ISSUER_IN_A_LIST},
        {"aud": None},
        {"iss": "somebody"},
        {"iss": None},
        {"sub": "somebody"},
        {"sub": None},
        {"sub": {"a": 1}},
        {"sub": "\ud800"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
    ],
    ids=str,
)
def test_an_assertion_that_claims_anything_else_is_refused(
    keyed: KeyedApp, claims: dict[str, Any]
) -> None:
    dates = {"exp", "iat", "nbf"}
    said = {
        name: int(time.time()) + value if name in dates and isinstance(value, int) else value
        for name, value in claims.items()
    }
    if said.get("aud") == AT_TOKEN_URL:
        said["aud"] = f"{keyed.network.issuer}/token"
    if said.get("aud") == ISSUER_IN_A_LIST:
        said["aud"] = [keyed.network.issuer]

    check_refused(ask(keyed, keyed.assertion(**said)))


@pytest.mark.parametrize("name", ["iat", "nbf"])
def test_a_clock_that_runs_a_little_ahead_is_forgiven(keyed: KeyedApp, name: str) -> None:
    check_let_in(ask(keyed, keyed.assertion(**{name: int(time.time()) + 10})))


def test_an_assertion_need_not_say_when_it_was_made(keyed: KeyedApp) -> None:
    check_let_in(ask(keyed, keyed.assertion(iat=None)))


def test_a_jti_of_half_a_character_is_as_good_as_any(keyed: KeyedApp) -> None:
    check_let_in(ask(keyed, keyed.assertion(jti="\ud800" + str(time.time()))))


def test_an_assertion_is_good_once(keyed: KeyedApp) -> None:
    assertion = keyed.assertion()

    check_let_in(ask(keyed, assertion))
    check_refused(ask(keyed, assertion))


def test_of_many_who_present_one_assertion_one_is_let_in(keyed: KeyedApp) -> None:
    assertion = keyed.assertion()
    statuses = Counter(each.status_code for each in together(8, lambda: ask(keyed, assertion)))

    assert statuses == {400: 1, 401: 7}


def test_two_apps_may_use_the_same_jti(keyed: KeyedApp, network: RunningNetwork) -> None:
    other = KeyedApp.registered(network)

    check_let_in(ask(keyed, keyed.assertion(jti="one")))
    check_let_in(ask(other, other.assertion(jti="one")))


def test_rs256_is_refused_even_by_the_apps_own_key(network: RunningNetwork) -> None:
    app = KeyedApp.registered(network, "PS256")

    check_refused(ask(app, app.assertion(header={"alg": "RS256"})))


def test_no_signature_is_refused(keyed: KeyedApp) -> None:
    check_refused(ask(keyed, keyed.assertion(header={"alg": "none"})))


def test_the_public_key_is_no_shared_secret(network: RunningNetwork) -> None:
    app = KeyedApp.registered(network, "PS256")

    check_refused(ask(app, app.assertion(header={"alg": "HS256"})))


def test_the_key_of_another_app_is_refused(keyed: KeyedApp, network: RunningNetwork) -> None:
    other = KeyedApp.registered(network)

    check_refused(ask(keyed, keyed.assertion(other.key)))
    check_refused(ask(keyed, keyed.assertion(other.key, {"kid": keyed.key.kid})))


def test_a_key_that_comes_with_the_assertion_is_refused(keyed: KeyedApp) -> None:
    stranger = new_key("ES256")
    jwk = stranger.as_dict(private=False)
    url = "https://attacker.example/keys"

    for member in ({"jwk": jwk}, {"jku": url}, {"x5u": url}, {"x5c": ["AA=="]}):
        check_refused(ask(keyed, keyed.assertion(stranger, {**member, "kid": keyed.key.kid})))
        check_refused(ask(keyed, keyed.assertion(header=member)))


def test_a_header_that_must_be_understood_is_refused(keyed: KeyedApp) -> None:
    check_refused(ask(keyed, keyed.assertion(header={"crit": ["b64"], "b64": True})))


@pytest.mark.parametrize("kind", ["dpop+jwt", "at+jwt", 7])
def test_a_jwt_made_for_something_else_is_refused(keyed: KeyedApp, kind: object) -> None:
    check_refused(ask(keyed, keyed.assertion(header={"typ": kind})))


def test_an_altered_assertion_is_refused(keyed: KeyedApp) -> None:
    head, body, signature = keyed.assertion().split(".")

    check_refused(ask(keyed, f"{head}.{body}.{signature[::-1]}"))
    check_refused(ask(keyed, f"{head}.{keyed.assertion().split('.')[1]}.{signature}"))


@pytest.mark.parametrize(
    "make",
    [
        lambda _: "no.jwt",
        lambda _: "..",
        lambda _: "e30.e30.",
        lambda _: "é.é.é",
        lambda _: "W10.W10.AA",
        lambda _: f"{'W' * 3000}.e30.AA",
        lambda app: app.assertion(padding="x" * 4096),
        lambda app: app.assertion(header={"kid": {"a": 1}}),
    ],
)
def test_what_is_no_assertion_is_refused_like_any_other(
    keyed: KeyedApp, make: Callable[[KeyedApp], str]
) -> None:
    check_refused(ask(keyed, make(keyed)))


def test_unknown_clients_and_wrong_proofs_read_alike(keyed: KeyedApp, app: RecipientApp) -> None:
    wrong = [
        ask(keyed, keyed.assertion(iss="nobody", sub="nobody")),
        ask(keyed, keyed.assertion(aud="nobody")),
        app.refresh("r", client_secret="wrong"),
        app.refresh("r", client_id="nobody"),
        app.refresh("r", client_id=keyed.id),
    ]

    seen = {(each.status_code, each.content, each.headers["www-authenticate"]) for each in wrong}
    assert len(seen) == 1


def test_discovery_says_which_proofs_are_taken(network: RunningNetwork) -> None:
    url = f"{network.url}/.well-known/openid-configuration"
    metadata = requests.get(url, timeout=30).json()

    methods = {"client_secret_basic", "client_secret_post", "private_key_jwt"}
    assert set(metadata["token_endpoint_auth_methods_supported"]) == methods
    assert set(metadata["token_endpoint_auth_signing_alg_values_supported"]) == {
        "PS256",
        "ES256",
        "EdDSA",
    }
    assert "client_credentials" not in metadata["grant_types_supported"]
