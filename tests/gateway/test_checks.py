"""Who is let through, and what everybody else hears."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from easement.connectors.errors import (
    AccessTokenRejectedError,
    BankAnswerError,
    BankMalformedError,
    BankTimeoutError,
    BankUnavailableError,
    GrantRefusedError,
)
from easement.consent.model import Initiator
from easement.gateway.app import FAMILIES, PREFIXES, GatewayApp
from easement.platform.db import UnavailableError
from easement.products.model import Product
from easement.providers.errors import ConnectionGoneError

PATH = "/balances/v2/mikomo"


@pytest.mark.parametrize("endpoint", ["accounts-info", "balances", "accounts"])
@pytest.mark.parametrize("slash", ["", "/"])
async def test_each_endpoint_answers_the_consented_accounts(
    world: Any, endpoint: str, slash: str
) -> None:
    answer = await world.get(f"/{endpoint}/v2/mikomo{slash}")
    assert answer.status == 200
    assert answer.json == {"accounts": [{"depositAccount": {"accountId": i}} for i in ("a1", "a2")]}
    assert answer.headers == {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
        "content-length": str(len(answer.body)),
    }


async def test_all_accounts_come_by_one_question_to_the_bank(world: Any) -> None:
    await world.get(PATH, state={"interaction_id": "Root=1-x"})
    [(context, ids)] = world.connector.asked
    assert ids == ("a1", "a2")
    assert context.access_token == "bank token of conn1"
    assert context.interaction_id == "Root=1-x"
    assert context.interaction_type == "batch"
    assert context.headers == {}


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("authorization", "")],
        [("authorization", "Bearer")],
        [("authorization", "Bearer ")],
        [("authorization", "Basic good")],
        [("authorization", "good")],
        [("authorization", "Bearer altered")],
        [("authorization", "Bearer good good")],
        [("authorization", "Bearer \xff\xfe")],
        [("authorization", "Bearer good"), ("authorization", "Bearer good")],
    ],
)
async def test_a_token_that_does_not_count_is_401_602(
    world: Any, headers: list[tuple[str, str]]
) -> None:
    answer = await world.get(PATH, headers=headers, token=None)
    assert answer.error == (401, 602)
    assert answer.json["message"] == "Customer not authorized"
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_the_scheme_of_the_token_is_read_without_case(world: Any) -> None:
    answer = await world.get(PATH, headers={"authorization": "bEARER good"}, token=None)
    assert answer.status == 200


@pytest.mark.parametrize(
    ("by", "error"),
    [
        (Initiator.INDIVIDUAL, (401, 602)),
        (Initiator.DATA_RECIPIENT, (401, 602)),
        (Initiator.DATA_ACCESS_PLATFORM, (401, 602)),
        (Initiator.DATA_PROVIDER, (404, 601)),
    ],
)
async def test_an_ended_grant_is_answered_by_who_ended_it(
    world: Any, by: Initiator, error: tuple[int, int]
) -> None:
    world.ports.end("g1", by)
    assert (await world.get(PATH)).error == error
    assert world.connector.asked == []


async def test_a_token_of_an_ended_family_is_401_602(world: Any) -> None:
    world.ports.ended_families.add("fam1")
    assert (await world.get("/balances/v2/mikomo")).error == (401, 602)


async def test_the_end_of_a_grant_speaks_before_that_of_its_family(world: Any) -> None:
    world.ports.ended_families.add("fam1")
    world.ports.end("g1", Initiator.DATA_PROVIDER)
    assert (await world.get("/balances/v2/mikomo")).error == (404, 601)


async def test_an_expired_grant_is_401_602(world: Any) -> None:
    world.ports.grants["g1"] = replace(
        world.ports.grants["g1"], expires_at=world.clock.now() + timedelta(hours=1)
    )
    assert (await world.get(PATH)).status == 200
    world.clock.advance(timedelta(hours=1))
    assert (await world.get(PATH)).error == (401, 602)


async def test_an_unknown_grant_or_app_is_401_602(world: Any) -> None:
    app = world.ports.apps.pop("app1")
    assert (await world.get(PATH)).error == (401, 602)
    world.ports.apps["app1"] = app
    world.ports.grants.clear()
    assert (await world.get(PATH)).error == (401, 602)


async def test_a_token_of_another_subscribed_provider_is_401_602(world: Any) -> None:
    assert (await world.get("/balances/v2/other")).error == (401, 602)


@pytest.mark.parametrize(
    "provider", ["nowhere", "later", "strange", "mikomo%00", "ümlaut", "." * 999]
)
async def test_no_active_subscription_is_403(world: Any, provider: str) -> None:
    answer = await world.get(f"/balances/v2/{provider}")
    assert answer.error == (403, 403)
    assert answer.json["message"] == "Subscription not found"


async def test_a_provider_that_left_the_directory_is_403(world: Any) -> None:
    del world.ports.banks["mikomo"]
    assert (await world.get(PATH)).error == (403, 403)


@pytest.mark.parametrize("where", ["app", "token"])
async def test_a_product_must_be_both_the_apps_and_the_tokens(world: Any, where: str) -> None:
    some = frozenset({Product.INVESTMENTS})
    if where == "app":
        world.ports.apps["app1"] = replace(world.ports.apps["app1"], products=some)
    else:
        world.ports.bearers["good"] = replace(world.ports.bearers["good"], products=some)
    assert (await world.get("/accounts/v2/mikomo")).status == 200
    assert (await world.get("/accounts-info/v2/mikomo")).status == 200  # comes with every product
    assert (await world.get("/balances/v2/mikomo")).error == (403, 403)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/balances/v1/mikomo", (403, 403)),
        ("/balances/V2/mikomo", (403, 403)),
        ("/balances/v2.2/mikomo", (403, 403)),
        ("/balances/v4/mikomo", (403, 403)),
        ("/balances", (403, 403)),
        ("/balances/", (403, 403)),
        ("/balances/v2", (400, 401)),
        ("/balances/v2/", (400, 401)),
        ("/balances/v2//", (400, 401)),
        ("/balances/v2/mikomo/a1", (403, 403)),
        ("/balances/v2/mikomo//", (403, 403)),
        ("//balances/v2/mikomo", (403, 403)),
        ("/nothing/v2/mikomo", (403, 403)),
        ("/balances/v2/" + "x" * 3000, (400, 401)),
        ("/balances/v2/mikomo?accountIds=" + "x" * 20_000, (400, 401)),
    ],
)
async def test_a_bad_path_is_refused_before_the_token_is_read(
    world: Any, path: str, error: tuple[int, int]
) -> None:
    assert (await world.get(path, token=None)).error == error


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW"])
@pytest.mark.parametrize("path", [PATH, "/transactions/v2/mikomo/a1"])
async def test_any_method_but_get_is_405(world: Any, path: str, method: str) -> None:
    answer = await world.get(path, method=method)
    assert answer.error == (405, 1206)
    assert answer.headers["allow"] == "GET"


def test_every_product_is_served() -> None:
    assert {*FAMILIES, "payments"} == PREFIXES


def test_every_documented_product_path_belongs_to_the_gateway() -> None:
    assert set(PREFIXES) == {
        "accounts-info",
        "balances",
        "accounts",
        "taxlots",
        "transactions",
        "customers",
        "contacts",
        "payments",
        "statements",
        "tax-forms",
    }


async def test_the_first_failing_check_answers(world: Any) -> None:
    bad = "?accountIds=&x=1"
    wrong = {"x-akoya-interaction-type": "robot"}
    orders: list[tuple[Callable[[], Any], tuple[int, int]]] = [
        (lambda: world.get("/balances/v9/later" + bad, token=None, headers=wrong), (403, 403)),
        (lambda: world.get("/balances/v2/nowhere" + bad, token=None, headers=wrong), (401, 602)),
        (lambda: world.get("/balances/v2/nowhere" + bad, headers=wrong), (403, 403)),
        (lambda: world.get(PATH + bad, headers=wrong), (400, 401)),
    ]
    for call, error in orders:
        assert (await call()).error == error
    world.ports.apps["app1"] = replace(
        world.ports.apps["app1"], products=frozenset({Product.ACCOUNT_INFO})
    )
    assert (await world.get(PATH + bad, headers=wrong)).error == (403, 403)
    answer = await world.get("/accounts-info/v2/mikomo" + bad, headers=wrong)
    assert "x-akoya-interaction-type" in answer.json["debugMessage"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (BankTimeoutError(), (408, 408)),
        (BankUnavailableError(), (500, 501)),
        (BankMalformedError(), (500, 501)),
        (AccessTokenRejectedError(), (500, 501)),
        (BankAnswerError(500, 500, "Internal server error", None), (500, 500)),
        (BankAnswerError(500, 501, "Subsystem unavailable", None), (500, 501)),
        (BankAnswerError(404, 601, "Customer not found", None), (404, 601)),
        (BankAnswerError(401, 602, "Customer not authorized", None), (401, 602)),
        (BankAnswerError(403, 602, "Customer not authorized", None), (401, 602)),
        (BankAnswerError(401, 603, "Authentication failed", None), (500, 501)),
        (BankAnswerError(404, 701, "Account not found", None), (404, 701)),
        (BankAnswerError(400, 702, "Invalid start or end date", None), (400, 702)),
        (BankAnswerError(400, 703, "Invalid date range", None), (400, 703)),
        (BankAnswerError(422, 704, "Account type not supported", None), (422, 704)),
        (BankAnswerError(503, 503, "Maintenance", None), (503, 503)),
        (BankAnswerError(429, 1207, "Too many requests", None), (429, 1207)),
        (BankAnswerError(418, 999, "Teapot", None), (500, 501)),
        (ConnectionGoneError(), (401, 602)),
    ],
)
async def test_a_failing_bank_is_answered_by_the_documented_code(
    world: Any, error: Exception, expected: tuple[int, int]
) -> None:
    world.connector.error = error
    for _ in range(2):
        assert (await world.get(PATH)).error == expected
    assert world.ports.grants["g1"].ended_by is None


async def test_a_banks_own_words_about_the_data_are_passed_on(world: Any) -> None:
    world.connector.error = BankAnswerError(422, 704, "No annuities here", "see your branch")
    assert (await world.get(PATH)).json == {
        "code": 704,
        "message": "No annuities here",
        "debugMessage": "see your branch",
    }


@pytest.mark.parametrize("status_and_code", [(429, 1207), (503, 503)])
async def test_when_a_bank_says_how_long_to_wait_the_app_hears_it(
    world: Any, status_and_code: tuple[int, int]
) -> None:
    for wait in (30, None):
        world.connector.error = BankAnswerError(*status_and_code, "Later", None, wait)
        answer = await world.get(PATH)
        assert answer.error == status_and_code
        assert answer.headers.get("retry-after") == (None if wait is None else "30")


async def test_a_bank_that_refuses_to_refresh_ends_the_grant_for_good(world: Any) -> None:
    world.ports.access_error = GrantRefusedError()
    assert (await world.get(PATH)).error == (404, 601)
    assert world.ports.grants["g1"].ended_by is Initiator.DATA_PROVIDER
    world.ports.access_error = None
    assert (await world.get(PATH)).error == (404, 601)


async def test_a_consent_stopped_during_the_call_lets_nothing_through(world: Any) -> None:
    async def stop() -> None:
        world.ports.end("g1", Initiator.INDIVIDUAL)

    world.connector.before = stop
    assert (await world.get(PATH)).error == (401, 602)
    world.connector.error = BankUnavailableError()
    world.ports.grants["g1"] = replace(world.ports.grants["g1"], ended_by=None)
    assert (await world.get(PATH)).error == (401, 602)


async def test_a_bank_slower_than_the_limit_is_408(world: Any) -> None:
    world.connector.before = asyncio.Event().wait
    world.app = GatewayApp(world.handed, world.clock, bank_timeout_s=0.01)
    assert (await world.get(PATH)).error == (408, 408)


async def test_a_database_out_of_reach_is_503_with_retry_after(world: Any) -> None:
    world.ports.failure = UnavailableError("gone")
    answer = await world.get(PATH)
    assert answer.error == (503, 503)
    assert answer.headers["retry-after"] == "1"


async def test_a_fault_of_our_own_is_500_and_logged_without_its_message(
    world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    world.connector.error = RuntimeError("balance 100.00 of a1")
    answer = await world.get(PATH)
    assert answer.error == (500, 500)
    assert answer.json == {"code": 500, "message": "Internal server error"}
    assert "RuntimeError" in caplog.text
    assert "100.00" not in caplog.text


async def test_every_call_is_recorded_with_what_was_verified(world: Any) -> None:
    await world.get(PATH, state={"interaction_id": "Root=1-x"})
    await world.get("/balances/v2/nowhere")
    await world.get("/balances/v2/mikomo", token="stolen 4111111111111111")
    good, foreign, unknown = world.ports.records
    assert (good.app_id, good.grant_id, good.provider_id) == ("app1", "g1", "mikomo")
    assert (good.interaction_id, good.product, good.version) == ("Root=1-x", "balances", "v2")
    assert (good.status, good.code, good.interaction_type) == (200, None, "batch")
    assert good.total_ms >= good.bank_ms > 0
    assert (foreign.app_id, foreign.provider_id, foreign.code) == ("app1", None, 403)
    assert (unknown.app_id, unknown.grant_id, unknown.status) == (None, None, 401)
    assert unknown.interaction_id.startswith("Root=1-")


async def test_a_bearer_that_is_no_jwt_is_told_what_is_expected(world: Any) -> None:
    opaque = await world.get("/balances/v2/mikomo", token="an-access-token")
    altered = await world.get("/balances/v2/mikomo", token="a.b.c")
    assert opaque.error == altered.error == (401, 602)
    assert opaque.json["debugMessage"] == "The bearer of product calls is the id_token."
    assert "debugMessage" not in altered.json
