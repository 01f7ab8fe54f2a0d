"""The OAuth and OpenID endpoints, as a network uses them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.mikomo.network import query_of


def refusal(answer: requests.Response) -> tuple[int, str]:
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["error_description"].startswith("expected")
    return answer.status_code, answer.json()["error"]


def test_discovery_names_the_endpoints_under_the_public_url(program) -> None:
    for name in ("openid-configuration", "oauth-authorization-server"):
        metadata = requests.get(
            f"{program.url}/.well-known/{name}", headers={"Host": "evil.example"}, timeout=10
        ).json()
        assert metadata["issuer"] == program.url
        assert metadata["authorization_endpoint"] == program.url + "/oauth/authorize"
        assert metadata["token_endpoint"] == program.url + "/oauth/token"
        assert metadata["revocation_endpoint"] == program.url + "/oauth/revoke"
        assert metadata["jwks_uri"] == program.url + "/oauth/jwks"
        assert metadata["code_challenge_methods_supported"] == ["S256"]


def test_the_public_keys_hold_nothing_private(program) -> None:
    (key,) = requests.get(program.url + "/oauth/jwks", timeout=10).json()["keys"]
    assert {"kty", "n", "e", "kid", "alg", "use"} == set(key)


def test_the_redirect_carries_code_state_and_issuer(network, browser) -> None:
    location = network.approve(browser, "mikomo_1", state="s t/ä&x=1")
    assert location.startswith(network.redirect_uri + "?")
    assert query_of(location) == {
        "code": query_of(location)["code"],
        "state": "s t/ä&x=1",
        "iss": network.url,
    }


def test_a_redirect_uri_keeps_the_query_it_was_registered_with(network, browser) -> None:
    other = "http://127.0.0.1:9/other?kept=1"
    location = network.approve(browser, "mikomo_1", redirect_uri=other)
    assert query_of(location)["kept"] == "1"
    assert network.exchange(query_of(location)["code"], redirect_uri=other).status_code == 200


def test_the_tokens_and_the_id_token_are_as_agreed(network) -> None:
    tokens = network.link("mikomo_10")
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 900
    assert tokens["scope"] == "openid offline_access accounts customer"
    assert tokens["access_token"] != tokens["refresh_token"]
    keys = KeySet.import_key_set(requests.get(network.url + "/oauth/jwks", timeout=10).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    claims = token.claims
    assert claims["iss"] == network.url
    assert claims["sub"] == "mikomo_10"
    assert claims["aud"] == network.client_id
    assert claims["nonce"] == "no-1"
    assert claims["exp"] > claims["iat"] >= claims["auth_time"]
    assert claims["name"] == "First Last"
    assert claims["email"] == "mikomo_10@example.com"


def test_scopes_decide_which_tokens_come(network) -> None:
    tokens = network.link("mikomo_1", scope="accounts unheard-of", nonce=None)
    assert tokens["scope"] == "accounts"
    assert "refresh_token" not in tokens
    assert "id_token" not in tokens


def test_a_code_works_once(network) -> None:
    code = network.code("mikomo_1")
    assert network.exchange(code).status_code == 200
    assert refusal(network.exchange(code)) == (400, "invalid_grant")


def test_of_many_simultaneous_claims_of_a_code_one_wins(network) -> None:
    code = network.code("mikomo_1")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: network.exchange(code).status_code, range(20)))
    assert sorted(answers) == [200] + [400] * 19


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://127.0.0.1:9/other?kept=1"},
        {"redirect_uri": ""},
        {"code_verifier": "x" * 43},
        {"code_verifier": ""},
        {"code_verifier": "é" * 50},
        {"code": "unknown"},
        {"code": "a\x00b"},
    ],
)
def test_a_code_is_bound_to_its_request(network, changes) -> None:
    code = network.code("mikomo_1")
    assert refusal(network.exchange(**{"code": code, **changes})) == (400, "invalid_grant")
    assert network.exchange(code).status_code == 200


def test_a_code_is_of_no_use_to_another_client(network, rival) -> None:
    code = network.code("mikomo_1")
    rival.verifier = network.verifier
    stolen = rival.exchange(code, redirect_uri=network.redirect_uri)
    assert refusal(stolen) == (400, "invalid_grant")


def test_refresh_tokens_rotate(network) -> None:
    first = network.link("mikomo_1")
    second = network.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert network.get("/accounts", second["access_token"]).status_code == 200
    assert refusal(network.refresh(first["refresh_token"])) == (400, "invalid_grant")
    assert network.refresh(second["refresh_token"]).status_code == 200


def test_of_many_simultaneous_refreshes_one_wins(network) -> None:
    token = network.link("mikomo_1")["refresh_token"]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: network.refresh(token).status_code, range(20)))
    assert sorted(answers) == [200] + [400] * 19


def test_a_refresh_token_is_of_no_use_to_another_client(network, rival) -> None:
    token = network.link("mikomo_1")["refresh_token"]
    assert refusal(rival.refresh(token)) == (400, "invalid_grant")
    rival.revoke(token=token)
    assert network.refresh(token).status_code == 200


def test_revoking_a_refresh_token_ends_the_connection(network) -> None:
    tokens = network.link("mikomo_1")
    assert network.revoke(token=tokens["refresh_token"]).status_code == 200
    assert network.get("/accounts", tokens["access_token"]).status_code == 401
    assert refusal(network.refresh(tokens["refresh_token"])) == (400, "invalid_grant")


def test_revoking_an_access_token_ends_that_token_only(network) -> None:
    tokens = network.link("mikomo_1")
    form = {"token": tokens["access_token"], "token_type_hint": "access_token"}
    assert network.revoke(**form).status_code == 200
    assert network.get("/accounts", tokens["access_token"]).status_code == 401
    assert network.refresh(tokens["refresh_token"]).status_code == 200


def test_revoking_the_unknown_is_no_error_but_revoking_nothing_is(network) -> None:
    assert network.revoke(token="unknown").status_code == 200
    assert refusal(network.revoke(token="")) == (400, "invalid_request")


@pytest.mark.parametrize("endpoint", ["token", "revoke"])
@pytest.mark.parametrize(
    "header",
    [
        None,
        "Basic",
        "Basic !!!",
        "Basic /w==",
        "Basic ZWFzZW1lbnQ6d3Jvbmc=",
        "Basic bm9ib2R5OnMzY3JldA==",
        "Basic ZWFzZW1lbnQ=",
        "Basic JUZGOiVGRg==",
        "Bearer abc",
    ],
)
def test_a_client_that_does_not_prove_itself_is_401(program, endpoint, header) -> None:
    answer = requests.post(
        f"{program.url}/oauth/{endpoint}",
        data={"grant_type": "refresh_token", "refresh_token": "x", "token": "x"},
        headers={"Authorization": header} if header else {},
        timeout=10,
    )
    assert refusal(answer) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "é\x01"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x" * 5000}, "invalid_grant"),
    ],
)
def test_a_bad_token_request_gets_its_oauth_error(network, form, error) -> None:
    assert refusal(network.token(**form)) == (400, error)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ("grant_type=refresh_token&grant_type=refresh_token", "application/x-www-form-urlencoded"),
        ("grant_type=%FF%FE", "application/x-www-form-urlencoded"),
        ("&".join(f"a{n}=1" for n in range(60)), "application/x-www-form-urlencoded"),
        (b"grant_type=\xe9", "application/x-www-form-urlencoded"),
        ('{"grant_type": "refresh_token"}', "application/json"),
    ],
)
def test_a_body_that_is_no_plain_form_is_invalid_request(rival, body, media_type) -> None:
    answer = requests.post(
        rival.url + "/oauth/token",
        data=body,
        auth=(rival.client_id, rival.client_secret),
        headers={"Content-Type": media_type},
        timeout=10,
    )
    assert refusal(answer) == (400, "invalid_request")


def test_a_body_over_64_kb_is_413(rival) -> None:
    for size in (70_000, 10_000_000):
        answer = requests.post(
            rival.url + "/oauth/token",
            data={"grant_type": "x" * size},
            auth=(rival.client_id, rival.client_secret),
            timeout=30,
        )
        assert answer.status_code == 413
