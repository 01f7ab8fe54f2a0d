"""Whatever arrives, the bank answers with a refusal of its own and not with a failure."""

import requests
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = st.sampled_from(
    [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "resultType",
        "accountIds",
        "limit",
        "offset",
        "grant_type",
        "code",
        "refresh_token",
        "code_verifier",
        "token",
    ]
)
VALUES = st.one_of(
    st.sampled_from(["code", "openid", "S256", "easement", "refresh_token", "details", "1"]),
    st.text(max_size=30),
    st.binary(max_size=30),
)
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=12)


@settings(max_examples=60, deadline=None)
@given(pairs=PAIRS)
def test_no_query_makes_the_authorization_endpoint_fail(program, pairs) -> None:
    answer = requests.get(
        program.url + "/oauth/authorize", params=pairs, allow_redirects=False, timeout=10
    )
    assert answer.status_code in {303, 400}


@settings(max_examples=60, deadline=None)
@given(pairs=PAIRS)
def test_no_query_makes_the_account_list_fail(program, access_token_of, pairs) -> None:
    answer = requests.get(
        program.url + "/fdx/v5/accounts",
        params=pairs,
        headers={"Authorization": f"Bearer {access_token_of('mikomo_9')}"},
        timeout=10,
    )
    assert answer.status_code in {200, 400, 404}


@settings(max_examples=60, deadline=None)
@given(pairs=PAIRS)
def test_no_form_makes_the_token_endpoint_fail(program, pairs) -> None:
    answer = requests.post(
        program.url + "/oauth/token",
        data=pairs,
        auth=("rival", "rival-secret"),
        timeout=10,
    )
    assert answer.status_code == 400
    assert answer.json()["error"]
