"""The FDX answers, as a network gets them."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import requests

from tests.support.error_users import ERROR_USERS

ACCOUNTS_OF = {
    "mikomo_1": 8,
    "mikomo_2": 8,
    "mikomo_3": 38,
    "mikomo_5": 3,
    "mikomo_6": 10,
    "mikomo_7": 6,
    "mikomo_9": 1,
    "mikomo_10": 6,
    "mikomo_11": 1,
    "mikomo_2023": 6,
}
SCHEMAS = json.loads((Path(__file__).parent / "answer_schemas.json").read_text())


def check(answer: object, schema: str) -> None:
    reference = {"$ref": f"#/$defs/{schema}", **SCHEMAS}
    jsonschema.Draft202012Validator(reference).validate(answer)


@pytest.mark.parametrize(("username", "count"), ACCOUNTS_OF.items())
def test_all_accounts_fit_the_contract(network, access_token_of, username, count) -> None:
    token = access_token_of(username)
    details = network.get("/accounts?resultType=details", token)
    assert details.status_code == 200
    assert len(details.json()["accounts"]) == count
    for schema in ("strict.get-accounts-info", "strict.get-balances", "strict.get-accounts"):
        check(details.json(), schema)
    check(network.get("/accounts?resultType=lightweight", token).json(), "strict.get-accounts-info")


@pytest.mark.parametrize("username", ACCOUNTS_OF)
def test_the_customer_fits_the_contract(network, access_token_of, username) -> None:
    customer = network.get("/customers/current", access_token_of(username)).json()
    assert customer["customer"]["customerId"]
    check(customer, "v2.customer")
    check(customer, "v24.currentCustomer")


@pytest.mark.parametrize("username", ACCOUNTS_OF)
def test_every_account_can_be_read_alone_and_has_holders(
    network, access_token_of, username
) -> None:
    token = access_token_of(username)
    for envelope in network.get("/accounts?resultType=details", token).json()["accounts"]:
        (account,) = envelope.values()
        assert network.get(f"/accounts/{account['accountId']}", token).json() == envelope
        contact = network.get(f"/accounts/{account['accountId']}/contact", token).json()
        assert contact["holders"][0]["name"]["last"]
        assert contact["holders"][0]["relationship"] == "PRIMARY"
        assert contact["addresses"]
        assert contact["emails"]
        assert "telephones" in contact


def test_the_account_list_is_lightweight_unless_details_are_asked_for(
    network, access_token_of
) -> None:
    token = access_token_of("mikomo_9")
    answer = network.get("/accounts", token)
    assert answer.json() == network.get("/accounts?resultType=lightweight", token).json()
    account = answer.json()["accounts"][0]["depositAccount"]
    assert account["accountNumberDisplay"] == "xxxxxxxx0071"
    assert "currentBalance" not in account
    assert "accountNumber" not in account


def test_account_ids_choose_accounts_in_the_bank_s_order(network, access_token_of) -> None:
    token = access_token_of("mikomo_1")
    path = "/accounts?resultType=details&accountIds=1704739164,1755209824,1704739164"
    accounts = network.get(path, token).json()["accounts"]
    assert [entry["investmentAccount"]["accountId"] for entry in accounts] == [
        "1755209824",
        "1704739164",
    ]


def test_an_account_id_that_is_a_number_to_some_keeps_its_leading_zero(
    network, access_token_of
) -> None:
    token = access_token_of("mikomo_2")
    assert network.get("/accounts/0083580481", token).status_code == 200
    assert network.get("/accounts/83580481", token).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/accounts?accountIds=1704739164,999",
        "/accounts?accountIds=839502593",
        "/accounts?accountIds=",
        "/accounts/839502593",
        "/accounts/839502593/contact",
        "/accounts/%00",
        "/accounts/%C3%A9",
    ],
)
def test_another_person_s_or_no_account_is_701(network, access_token_of, path) -> None:
    answer = network.get(path, access_token_of("mikomo_1"))
    assert answer.status_code == 404
    assert answer.json()["code"] == 701


def test_pages_lead_through_all_accounts(network, access_token_of) -> None:
    token = access_token_of("mikomo_3")
    seen: list[str] = []
    path: str | None = "/accounts?resultType=details&limit=15"
    while path:
        answer = network.get(path, token).json()
        seen += [next(iter(entry.values()))["accountId"] for entry in answer["accounts"]]
        assert answer["page"]["totalElements"] == 38
        path = answer["links"].get("next", {}).get("href")
    assert len(seen) == len(set(seen)) == 38
    last = network.get("/accounts?limit=15&offset=30", token).json()
    assert last["page"] == {"totalElements": 38, "prevOffset": "15"}
    assert last["links"] == {"prev": {"href": "/accounts?limit=15&offset=15"}}
    assert network.get("/accounts?limit=15&offset=100", token).json()["accounts"] == []


@pytest.mark.parametrize(
    "query",
    [
        "resultType=all",
        "resultType=details&resultType=details",
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=+5",
        "limit=1e3",
        "limit=%D9%A3",
        "limit=",
        "offset=x",
        "offset=99999999999999999999",
        "resultType=%FF",
        "&".join(f"a{n}=1" for n in range(60)),
    ],
)
def test_a_parameter_out_of_range_is_401_invalid_input(network, access_token_of, query) -> None:
    answer = network.get(f"/accounts?{query}", access_token_of("mikomo_1"))
    assert answer.status_code == 400
    assert answer.json()["code"] == 401
    assert answer.json()["debugMessage"].startswith("expected")


@pytest.mark.parametrize(("username", "failure"), ERROR_USERS.items())
def test_people_whose_calls_fail_show_their_list_and_fail_ever_after(
    network, access_token_of: Callable[[str], str], username, failure
) -> None:
    token = access_token_of(username)
    listed = network.get("/accounts?resultType=lightweight", token)
    assert listed.status_code == 200
    account_id = listed.json()["accounts"][0]["depositAccount"]["accountId"]
    calls = [
        "/accounts?resultType=details",
        f"/accounts?resultType=details&accountIds={account_id}",
        "/accounts?resultType=details&accountIds=unknown&limit=x",
        f"/accounts/{account_id}",
        f"/accounts/{account_id}/contact",
        "/customers/current",
    ]
    for path in calls * 2:
        answer = network.get(path, token)
        assert (answer.status_code, answer.json()["code"]) == failure, path
        assert answer.json()["message"]
        assert "WWW-Authenticate" not in answer.headers
    assert network.get("/accounts?resultType=lightweight", token).status_code == 200


@pytest.mark.parametrize("value", ["Bearer nonsense", "Bearer", "Bearer " + "a" * 5000, "bearer é"])
def test_a_token_that_opens_nothing_is_603_with_a_challenge(program, value) -> None:
    answer = requests.get(
        program.url + "/fdx/v5/accounts", headers={"Authorization": value.encode()}, timeout=10
    )
    assert answer.status_code == 401
    assert answer.json()["code"] == 603
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}])
def test_without_a_token_the_challenge_names_no_error(program, headers) -> None:
    answer = requests.get(program.url + "/fdx/v5/customers/current", headers=headers, timeout=10)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_opens_only_what_its_scope_covers(network) -> None:
    token = network.link("mikomo_9", scope="openid accounts")["access_token"]
    assert network.get("/accounts", token).status_code == 200
    refused = network.get("/customers/current", token)
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]


def test_the_interaction_id_comes_back_on_every_answer(network, access_token_of) -> None:
    token = access_token_of("mikomo_9")
    wanted = "3f0e0b7e-2f43-4c60-8a3e-1f1b2a1d9c55"
    for path in ("/accounts", "/accounts/none", "/nowhere"):
        answer = network.get(path, token, **{"x-fapi-interaction-id": wanted})
        assert answer.headers["x-fapi-interaction-id"] == wanted
    assert network.get("/accounts", "bad").headers["x-fapi-interaction-id"]
    odd = network.get("/accounts", token, **{"x-fapi-interaction-id": "<script>" + "x" * 200})
    assert "<" not in odd.headers["x-fapi-interaction-id"]


def test_unknown_paths_and_methods_answer_in_fdx_form(program) -> None:
    url = program.url + "/fdx/v5/accounts"
    posted = requests.post(url, data={"a": "1"}, timeout=10)
    assert (posted.status_code, posted.json()["code"]) == (405, 1206)
    assert "GET" in posted.headers["Allow"]
    missing = requests.get(url + "/", timeout=10, allow_redirects=False)
    assert (missing.status_code, missing.json()["code"]) == (404, 404)


def test_data_is_never_cached(network, access_token_of) -> None:
    token = access_token_of("mikomo_9")
    for path in ("/accounts", "/customers/current"):
        assert network.get(path, token).headers["Cache-Control"] == "no-store"
