"""The accounts page, and refreshing and revoking a link."""

import asyncio
import json

import pytest

from tests.demo.conftest import Browser, Demo


async def test_accounts_show_with_exact_amounts_and_holdings(browser: Browser) -> None:
    await browser.link()

    status, body, _ = await browser.get("/accounts")

    assert status == 200
    for text in (
        "Everyday",
        "*****9276",
        "$1,234.50",
        "\N{MINUS SIGN}$20.00",
        "$98,765,432.10",
        "Investments",
    ):
        assert text in body
    assert "<dt>Holdings</dt><dd>3</dd>" in body


async def test_page_shows_requests_and_answers_with_the_token_shortened(
    demo: Demo, browser: Browser
) -> None:
    await browser.link()

    _, body, _ = await browser.get("/accounts")

    headers, _ = demo.network.to("/balances/v2/mikomo")[0]
    bearer = headers["authorization"].removeprefix("Bearer ")
    assert bearer not in body
    assert bearer[:10] in body
    assert "Root=1-balances" in body
    assert "/accounts-info/v2/mikomo" in body
    assert "1234.50" in body
    assert "sample-secret" not in body
    assert "refresh-token-of-this-link" not in body
    assert "grant-77" in body
    assert '<time datetime="2027-01-15T08:00:00Z">' in body


async def test_accounts_without_a_link_lead_to_the_first_page(browser: Browser) -> None:
    status, _, location = await browser.get("/accounts")

    assert (status, location) == (303, f"{browser.demo_url}/")


async def test_markup_in_bank_data_is_text(demo: Demo, browser: Browser) -> None:
    attack = "<script>alert(1)</script>\"'><img src=x>"
    account = {"accountId": "d1", "nickname": attack, "productName": attack}
    document = {"accounts": [{"depositAccount": account}]}
    demo.network.products["accounts-info"] = (200, json.dumps(document).encode())
    demo.network.products["balances"] = (400, json.dumps({"code": 1, "message": attack}).encode())
    await browser.link()

    _, body, _ = await browser.get("/accounts")

    assert "<script>alert" not in body
    assert "<img src=x>" not in body
    assert "&lt;script&gt;alert(1)" in body


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (401, 602, "Customer not authorized"),
        (500, 501, "Subsystem unavailable"),
        (422, 704, "Account type not supported"),
    ],
)
async def test_data_errors_show_their_code_and_message(
    demo: Demo, browser: Browser, status: int, code: int, message: str
) -> None:
    demo.network.refuse_data(status, code, message)
    await browser.link()

    page_status, body, _ = await browser.get("/accounts")

    assert page_status == 200
    assert f"error {code}" in body
    assert message in body
    assert "Link again" in body
    assert "<dt>Shared accounts</dt><dd>2</dd>" in body


async def test_refused_customer_is_said_to_be_refused_on_purpose_in_the_sandbox(
    demo: Demo, browser: Browser
) -> None:
    demo.network.refuse_data(401, 602, "Customer not authorized")
    await browser.link()

    _, body, _ = await browser.get("/accounts")

    assert "refused on purpose" in body


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"accountType": "IRRL"}, "*****9276 · Investment account"),
        ({"accountType": "I"}, "*****9276 · Investment account"),
        ({"accountType": "401K"}, "*****9276 · Investment account"),
        ({"productName": "*****9276"}, "*****9276 · Investment account"),
        ({"productName": "*****9276", "accountType": "BROKERAGE"}, "*****9276 · BROKERAGE"),
        ({"productName": "Nest Egg", "accountType": "IRA"}, "*****9276 · Nest Egg"),
    ],
)
async def test_codes_of_a_bank_are_not_shown_as_the_kind_of_an_account(
    demo: Demo, browser: Browser, fields: dict[str, str], shown: str
) -> None:
    account = {"accountId": "i1", "accountNumberDisplay": "*****9276", **fields}
    document = {"accounts": [{"investmentAccount": account}]}
    demo.network.products["accounts-info"] = (200, json.dumps(document).encode())
    await browser.link()

    _, body, _ = await browser.get("/accounts")

    assert f">{shown}</span>" in body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b'"text"',
        b'{"accounts": 5}',
        b'{"accounts": [5, {"depositAccount": []}, {"depositAccount": {"nickname": 7}}]}',
        b'{"accounts": [{"depositAccount": {"currentBalance": 1e999999, "currency": "string"}}]}',
        b"[" * 5000 + b"]" * 5000,
        b'{"accounts": "\xff\xfe"}',
    ],
    ids=["empty", "text", "string", "number", "misshapen", "enormous", "deep", "not-utf8"],
)
async def test_misshapen_answers_do_not_break_the_page(
    demo: Demo, browser: Browser, body: bytes
) -> None:
    demo.network.products = dict.fromkeys(demo.network.products, (200, body))
    await browser.link()

    status, page, _ = await browser.get("/accounts")

    assert status == 200
    assert "Calls made for this page" in page


async def test_failing_account_of_a_partial_answer_says_why(demo: Demo, browser: Browser) -> None:
    account = {"accountId": "d1", "error": {"code": 501, "message": "Subsystem unavailable"}}
    document = {"accounts": [{"depositAccount": account}]}
    demo.network.products["accounts-info"] = (206, json.dumps(document).encode())
    await browser.link()

    _, body, _ = await browser.get("/accounts")

    assert "501 Subsystem unavailable" in body


async def test_half_a_megabyte_of_accounts_makes_a_small_page(demo: Demo, browser: Browser) -> None:
    accounts = [
        {"investmentAccount": {"accountId": str(n), "holdings": [{"name": "x" * 1000}] * 14}}
        for n in range(38)
    ]
    document = json.dumps({"accounts": accounts}).encode()
    demo.network.products = dict.fromkeys(demo.network.products, (200, document))
    await browser.link()

    _, body, _ = await browser.get("/accounts")

    assert len(document) > 500_000
    assert len(body) < 150_000
    assert body.count('class="account-card"') == 38
    assert f"{len(document):,} bytes" in body


async def test_refresh_replaces_the_tokens(demo: Demo, browser: Browser) -> None:
    await browser.link()

    status, _, location = await browser.post("/refresh", {"csrf": await browser.csrf()})
    _, body, _ = await browser.get("/accounts")

    assert (status, location) == (303, f"{demo.url}/accounts")
    assert demo.network.to("/token")[1][1] == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-token-of-this-link-number-0",
        "client_id": "sample-app",
        "client_secret": "sample-secret",
    }
    assert "You have new tokens. The old refresh token is used up." in body
    assert "sample-secret" not in body
    first, last = demo.network.to("/balances/v2/mikomo")[0], demo.network.requests[-1]
    assert first[0]["authorization"] != last[1]["authorization"]


async def test_new_link_shows_no_token_calls_of_the_one_before(browser: Browser) -> None:
    await browser.link()
    await browser.post("/refresh", {"csrf": await browser.csrf()})
    _, before, _ = await browser.get("/accounts")
    await browser.link()

    _, after, _ = await browser.get("/accounts")

    assert 'id="token-call-2-title"' in before
    assert 'id="token-call-1-title"' in after
    assert 'id="token-call-2-title"' not in after


async def test_refreshes_at_the_same_moment_never_use_a_refresh_token_twice(
    demo: Demo, browser: Browser
) -> None:
    await browser.link()
    form = {"csrf": await browser.csrf()}

    await asyncio.gather(*(browser.post("/refresh", form) for _ in range(5)))

    used = [form.get("refresh_token") for _, form in demo.network.to("/token")[1:]]
    assert len(used) == len(set(used)) >= 1


async def test_refused_refresh_keeps_the_link_and_shows_the_answer(
    demo: Demo, browser: Browser
) -> None:
    await browser.link()
    csrf = await browser.csrf()
    demo.network.token_refusal = (
        400,
        {
            "error": "invalid_request",
            "error_description": "Refresh token is invalid or has already been claimed.",
        },
    )

    await browser.post("/refresh", {"csrf": csrf})
    _, body, _ = await browser.get("/accounts")

    assert "did not refresh the tokens" in body
    assert "already been claimed" in body
    assert "$1,234.50" in body


async def test_revoke_asks_first_and_then_shows_the_refused_call(
    demo: Demo, browser: Browser
) -> None:
    await browser.link()
    csrf = await browser.csrf()

    _, question, _ = await browser.get("/revoke")
    assert "Revoke access?" in question
    assert demo.network.to("/revoke") == []
    await browser.post("/revoke", {"csrf": csrf})
    _, body, _ = await browser.get("/accounts")

    ((_, form),) = demo.network.to("/revoke")
    assert form == {
        "client_id": "sample-app",
        "client_secret": "sample-secret",
        "token": "refresh-token-of-this-link-number-0",
        "token_type_hint": "refresh_token",
    }
    assert "Access has ended" in body
    assert "error 602" in body
    assert "401 Unauthorized" in body
    assert "Link again" in body
    assert "Refresh tokens" not in body


async def test_revoking_what_the_network_forgot_counts_as_ended(
    demo: Demo, browser: Browser
) -> None:
    await browser.link()
    csrf = await browser.csrf()
    demo.network.revocation = (400, b'{"error":"invalid_request"}')

    await browser.post("/revoke", {"csrf": csrf})
    _, body, _ = await browser.get("/accounts")

    assert "Access has ended" in body


async def test_failed_revocation_does_not_claim_that_access_ended(
    demo: Demo, browser: Browser
) -> None:
    await browser.link()
    csrf = await browser.csrf()
    demo.network.revocation = (401, b'{"error":"unauthorized_client"}')

    await browser.post("/revoke", {"csrf": csrf})
    _, body, _ = await browser.get("/accounts")

    assert "Access has ended" not in body
    assert "unauthorized_client" in body


@pytest.mark.parametrize("path", ["/refresh", "/revoke"])
@pytest.mark.parametrize("form", [{}, {"csrf": ""}, {"csrf": "forged"}, {"csrf": "é"}])
async def test_forms_without_the_session_token_change_nothing(
    demo: Demo, browser: Browser, path: str, form: dict[str, str]
) -> None:
    await browser.link()
    asked = len(demo.network.requests)

    status, body, _ = await browser.post(path, form)

    assert status == 403
    assert "This form is out of date" in body
    assert len(demo.network.requests) == asked


async def test_oversized_form_is_refused(browser: Browser) -> None:
    await browser.link()

    status, _, _ = await browser.post("/refresh", {"csrf": "x" * 100_000})

    assert status == 413


async def test_get_does_not_refresh(demo: Demo, browser: Browser) -> None:
    await browser.link()

    status, _, _ = await browser.get("/refresh")

    assert status == 405
    assert demo.network.refreshed == 0
