"""The FDX answers, as a network gets them."""

from collections.abc import Callable

import pytest
import requests

from tests.mikomo.answers import ALL_SCOPES, check, refusal
from tests.mikomo.network import Network
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
    "GenericUser_Pfm": 6,
    "GenericUser_LendingAndCredit": 8,
    "GenericUser_Payments": 8,
    "GenericUser_Wealth": 9,
    "GenericUser_Tax": 3,
}
CHECKING = "/accounts/47320722f1e9340a8f8ead1e38bdbc215b0866d0ad83472c6777923499a74429"
ENDPOINTS = [
    "/accounts",
    "/accounts/x",
    "/accounts/x/contact",
    "/accounts/x/payment-networks",
    "/accounts/x/transactions",
    "/accounts/x/statements",
    "/accounts/x/statements/y",
    "/customers/current",
    "/tax-forms",
    "/tax-forms/x",
]


@pytest.fixture(scope="session")
def full_token_of(program) -> Callable[[str], str]:
    """An access token with every scope there is."""
    return lambda username: Network(program.url).link(username, scope=ALL_SCOPES)["access_token"]


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
def test_every_account_s_payment_networks_fit_the_contract(
    network, access_token_of, username
) -> None:
    token = access_token_of(username)
    for envelope in network.get("/accounts", token).json()["accounts"]:
        (account,) = envelope.values()
        answer = network.get(f"/accounts/{account['accountId']}/payment-networks", token)
        assert answer.status_code == 200
        assert isinstance(answer.json()["paymentNetworks"], list)
        check(answer.json(), "open.accountPaymentNetworkList")


def test_payment_networks_carry_the_whole_number(network, access_token_of) -> None:
    networks = network.get(f"{CHECKING}/payment-networks", access_token_of("mikomo_9")).json()
    for entry in networks["paymentNetworks"]:
        assert set(entry) == {
            "bankId",
            "identifier",
            "identifierType",
            "type",
            "transferIn",
            "transferOut",
        }
        assert entry["identifier"].endswith("0071")
    assert networks["paymentNetworks"]


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
        assert contact["holders"][0]["relationship"]
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
        "/accounts?accountIds=839502593",
        "/accounts?accountIds=839502593,999",
        "/accounts?accountIds=",
        "/accounts/839502593",
        "/accounts/839502593/contact",
        "/accounts/839502593/payment-networks",
        "/accounts/839502593/transactions",
        "/accounts/839502593/statements",
        "/accounts/839502593/statements/any",
        "/accounts/%00",
        "/accounts/%C3%A9",
    ],
)
def test_another_person_s_or_no_account_is_701(network, access_token_of, path) -> None:
    answer = network.get(path, access_token_of("mikomo_1"))
    assert answer.status_code == 404
    assert answer.json()["code"] == 701


def test_unknown_account_ids_are_left_out_while_one_is_known(network, access_token_of) -> None:
    token = access_token_of("mikomo_1")
    answer = network.get("/accounts?accountIds=839502593,1704739164,,999&limit=5", token)
    assert answer.status_code == 200
    (entry,) = answer.json()["accounts"]
    assert entry["investmentAccount"]["accountId"] == "1704739164"
    assert answer.json()["page"] == {"totalElements": 1}


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
    beyond = network.get("/accounts?limit=15&offset=100&accountIds=88600589", token).json()
    assert beyond["accounts"] == []
    assert beyond["links"] == {"prev": {"href": "/accounts?accountIds=88600589&limit=15&offset=0"}}
    assert len(network.get("/accounts?offset=36", token).json()["accounts"]) == 2


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
        "&".join(f"a{n}=1" for n in range(600)),
    ],
)
def test_a_parameter_out_of_range_is_401_invalid_input(network, access_token_of, query) -> None:
    answer = network.get(f"/accounts?{query}", access_token_of("mikomo_1"))
    assert refusal(answer) == (400, 401)


@pytest.mark.parametrize(("username", "failure"), ERROR_USERS.items())
def test_people_whose_calls_fail_show_their_list_and_fail_ever_after(
    network, full_token_of: Callable[[str], str], username, failure
) -> None:
    token = full_token_of(username)
    listed = network.get("/accounts?resultType=lightweight", token)
    assert listed.status_code == 200
    account_id = listed.json()["accounts"][0]["depositAccount"]["accountId"]
    calls = [
        "/accounts?resultType=details",
        f"/accounts?resultType=details&accountIds={account_id}",
        "/accounts?resultType=details&accountIds=unknown&limit=x",
        f"/accounts/{account_id}",
        f"/accounts/{account_id}/contact",
        f"/accounts/{account_id}/payment-networks",
        f"/accounts/{account_id}/transactions",
        f"/accounts/{account_id}/transactions?startTime=nonsense",
        f"/accounts/{account_id}/statements",
        f"/accounts/{account_id}/statements/any",
        "/customers/current",
        "/tax-forms",
        "/tax-forms?resultType=lightweight",
        "/tax-forms/any",
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
    paths = {
        "accounts": [
            "/accounts",
            CHECKING,
            f"{CHECKING}/payment-networks",
            f"{CHECKING}/transactions",
            f"{CHECKING}/statements",
            f"{CHECKING}/statements/any",
        ],
        "customer": ["/customers/current", f"{CHECKING}/contact"],
        "tax": ["/tax-forms", "/tax-forms/any"],
    }
    for granted in paths:
        token = network.link("mikomo_9", scope=f"openid {granted}")["access_token"]
        for scope, opened in paths.items():
            for path in opened:
                answer = network.get(path, token)
                assert (answer.status_code == 403) == (scope != granted), (granted, path)
                if scope != granted:
                    challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
                    assert answer.headers["WWW-Authenticate"] == challenge


def test_the_interaction_id_comes_back_on_every_answer(network, access_token_of) -> None:
    token = access_token_of("mikomo_9")
    wanted = "3f0e0b7e-2f43-4c60-8a3e-1f1b2a1d9c55"
    for path in ("/accounts", "/accounts/none", "/nowhere"):
        answer = network.get(path, token, **{"x-fapi-interaction-id": wanted})
        assert answer.headers["x-fapi-interaction-id"] == wanted
    assert network.get("/accounts", "bad").headers["x-fapi-interaction-id"]
    odd = network.get("/accounts", token, **{"x-fapi-interaction-id": "<script>" + "x" * 200})
    assert "<" not in odd.headers["x-fapi-interaction-id"]


@pytest.mark.parametrize("path", ENDPOINTS)
def test_every_endpoint_is_read_only(program, path) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = requests.request(method, program.url + "/fdx/v5" + path, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (405, 1206)
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", [*ENDPOINTS, "", "/accounts/a/b", "/payment-networks"])
def test_no_path_answers_twice_and_unknown_ones_answer_in_fdx_form(program, path) -> None:
    url = f"{program.url}/fdx/v5{path}/"
    answer = requests.get(url, timeout=10, allow_redirects=False)
    assert (answer.status_code, answer.json()["code"]) == (404, 404)


def test_head_answers_as_get_does_without_a_body(program, full_token_of) -> None:
    headers = {"Authorization": f"Bearer {full_token_of('mikomo_9')}"}
    for path in ("/accounts", f"{CHECKING}/transactions", "/customers/current", "/tax-forms/any"):
        got = requests.get(program.url + "/fdx/v5" + path, headers=headers, timeout=10)
        head = requests.head(program.url + "/fdx/v5" + path, headers=headers, timeout=10)
        assert head.status_code == got.status_code
        assert head.headers["Content-Length"] == got.headers["Content-Length"]
        assert head.content == b""


def test_data_is_never_cached(network, full_token_of) -> None:
    token = full_token_of("mikomo_9")
    for path in ENDPOINTS:
        assert network.get(path, token).headers["Cache-Control"] == "no-store"
