"""Product calls: what an app may ask, and the exact refusals."""

from typing import Any

import pytest
import requests

from tests.support.app import V3_HEADERS, RecipientApp, accounts_in

ENDPOINTS = ("accounts-info", "balances", "accounts")
CHECKING = "g833202fb0866d0ad83472c429"
ANOTHER = "839502593"


def call(app: RecipientApp, path: str, token: str, method: str = "GET") -> requests.Response:
    headers = {"authorization": f"Bearer {token}"}
    return requests.request(method, app.network.url + path, headers=headers, timeout=60)


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-akoya-interaction-id"].startswith("Root=1-")
    body: dict[str, Any] = answer.json()
    assert set(body) <= {"code", "message", "debugMessage"}
    assert type(body["code"]) is int
    return answer.status_code, body["code"], body["message"]


@pytest.fixture(scope="module")
def token(network: Any) -> str:
    """An id_token for two of the six accounts of mikomo_10."""
    app = RecipientApp(network, network.secrets.sandbox)
    return str(app.mint("mikomo_10", [CHECKING, ANOTHER])["id_token"])


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_only_consented_accounts_come(
    app: RecipientApp, token: str, endpoint: str, version: str
) -> None:
    answer = app.get(endpoint, token, version)

    assert set(accounts_in(answer)) == {CHECKING, ANOTHER}
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_account_ids_choose_among_the_consented(
    app: RecipientApp, token: str, endpoint: str
) -> None:
    one = app.get(endpoint, token, accountIds=ANOTHER)
    two = app.get(endpoint, token, accountIds=f"{ANOTHER},{CHECKING}")

    assert set(accounts_in(one)) == {ANOTHER}
    assert set(accounts_in(two)) == {ANOTHER, CHECKING}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("ids", ["nobody", f"{ANOTHER},nobody", "1755209824", f"{ANOTHER} "])
def test_account_that_is_not_consented_is_404_with_701(
    app: RecipientApp, token: str, endpoint: str, ids: str
) -> None:
    assert refusal(app.get(endpoint, token, accountIds=ids)) == (404, 701, "Account not found")


def test_other_account_of_the_same_person_is_not_consented_either(
    app: RecipientApp, token: str
) -> None:
    everything = accounts_in(app.get("accounts-info", app.mint("mikomo_10")["id_token"]))
    others = set(everything) - {CHECKING, ANOTHER}
    assert len(others) == 4

    for each in others:
        assert refusal(app.get("balances", token, accountIds=each))[:2] == (404, 701)


BAD_QUERIES = [
    "unknown=1",
    "accountids=1",
    "accountIds=",
    "accountIds=,",
    f"accountIds={ANOTHER},",
    f"accountIds={ANOTHER}&accountIds={CHECKING}",
    "accountIds=" + ",".join(map(str, range(101))),
    "mode=",
    "mode=RAW",
    "mode=raw&mode=raw",
    "offset=-1",
    "offset=x",
    "offset=%D9%A1",
    "limit=0",
    "limit=501",
    "limit=1.5",
    "limit=99999999999999999999",
    "accountIds=%ff",
    "%ff=1",
    "startTime=2020-01-01T00:00:00Z",
    "=",
    "accountIds=" + "9" * 17_000,
]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda query: query[:40])
def test_bad_query_is_400_with_401(
    app: RecipientApp, token: str, endpoint: str, query: str
) -> None:
    answer = call(app, f"/{endpoint}/v2/mikomo?{query}", token)

    assert refusal(answer) == (400, 401, "Invalid input")
    assert answer.json()["debugMessage"]


@pytest.mark.parametrize("query", ["mode=raw", "offset=0&limit=500", "limit=1"])
def test_parameters_that_clients_send_are_taken(app: RecipientApp, token: str, query: str) -> None:
    assert call(app, f"/balances/v2/mikomo?{query}", token).status_code == 200


def test_trailing_slash_is_tolerated(app: RecipientApp, token: str) -> None:
    assert call(app, "/balances/v2/mikomo/", token).status_code == 200


@pytest.mark.parametrize("version", ["v1", "v4", "v2.2", "V2", "2", "", "latest", "%00"])
def test_unknown_version_is_a_forbidden_route(app: RecipientApp, token: str, version: str) -> None:
    answer = call(app, f"/balances/{version}/mikomo", token)

    assert refusal(answer)[:2] == (403, 403)
    assert "forbidden route" in answer.json()["message"].lower()


@pytest.mark.parametrize("provider", ["nobank", "Mikomo", "mikomo2", "%00", "%c3%a9"])
def test_unknown_provider_is_subscription_not_found(
    app: RecipientApp, token: str, provider: str
) -> None:
    answer = call(app, f"/balances/v2/{provider}", token)

    assert refusal(answer) == (403, 403, "Subscription not found")


@pytest.mark.parametrize("path", ["/balances/v2", "/balances/v2/", "/balances/v2//"])
def test_missing_provider_is_invalid_input(app: RecipientApp, token: str, path: str) -> None:
    assert refusal(call(app, path, token))[:2] == (400, 401)


def test_segments_behind_the_provider_are_a_forbidden_route(app: RecipientApp, token: str) -> None:
    assert refusal(call(app, f"/balances/v2/mikomo/{ANOTHER}", token))[:2] == (403, 403)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_method_is_405_in_json(app: RecipientApp, token: str, method: str) -> None:
    answer = call(app, "/balances/v2/mikomo", token, method)

    assert refusal(answer)[:2] == (405, 1206)
    assert answer.headers["allow"] == "GET"
    assert "access-control-allow-origin" not in answer.headers


V3_REFUSED: list[dict[str, str | None]] = [
    {"x-akoya-interaction-type": None},
    {"x-akoya-interaction-type": ""},
    {"x-akoya-interaction-type": "robot"},
    {"x-akoya-last-access": None},
    {"x-akoya-last-access": ""},
    {"x-akoya-last-access": "yesterday"},
    {"x-akoya-last-access": "2026-01-15"},
    {"x-akoya-last-access": "2026-02-30T00:00:00Z"},
    {"x-akoya-last-access": "2026-01-15T08:30:00+02:00"},
    {"x-akoya-intent-type": None},
    {"x-akoya-intent-type": "both"},
]


@pytest.mark.parametrize("changes", V3_REFUSED, ids=str)
def test_v3_call_without_its_headers_is_400_and_names_the_header(
    app: RecipientApp, token: str, changes: dict[str, str | None]
) -> None:
    headers = {
        name: value for name, value in {**V3_HEADERS, **changes}.items() if value is not None
    }

    answer = app.get("balances", token, "v3", headers)

    assert refusal(answer) == (400, 401, "Invalid input")
    assert next(iter(changes)) in answer.json()["debugMessage"]


@pytest.mark.parametrize(
    "changes",
    [
        {"x-akoya-interaction-type": "user"},
        {"x-akoya-interaction-type": "Batch"},
        {"x-akoya-intent-type": "payments"},
        {"x-akoya-last-access": "2026-01-15T08:30:00.123Z"},
    ],
    ids=str,
)
def test_v3_call_with_any_documented_header_value_is_answered(
    app: RecipientApp, token: str, changes: dict[str, str]
) -> None:
    assert app.get("balances", token, "v3", {**V3_HEADERS, **changes}).status_code == 200


def test_v2_call_needs_no_header_but_refuses_nonsense(app: RecipientApp, token: str) -> None:
    robot = {"x-akoya-interaction-type": "robot"}

    assert app.get("balances", token).status_code == 200
    assert refusal(app.get("balances", token, headers=robot))[:2] == (400, 401)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "bearer x", "x"])
def test_call_without_bearer_is_401_with_602(app: RecipientApp, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    answer = requests.get(f"{app.network.url}/balances/v2/mikomo", headers=headers, timeout=30)

    assert refusal(answer) == (401, 602, "Customer not authorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_interaction_ids_differ_and_stand_in_the_call_record(app: RecipientApp, token: str) -> None:
    first, second = app.get("balances", token), app.get("balances", token)

    ids = [each.headers["x-akoya-interaction-id"] for each in (first, second)]
    assert ids[0] != ids[1]
    assert "," not in ids[0]
