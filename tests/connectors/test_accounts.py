"""The bank's account API, well-behaved and not."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from easement.connectors import registry
from easement.connectors.errors import (
    AccessTokenRejectedError,
    BankAnswerError,
    BankMalformedError,
    BankTimeoutError,
    BankUnavailableError,
)
from easement.connectors.fdx_v5 import accounts
from easement.connectors.model import CallContext
from easement.platform.clock import SystemClock
from easement.platform.http import open_http_client

PATH = "/fdx/v5/accounts"
CALL = CallContext("at1", "Root=1-x", "user", {"x-akoya-intent-type": "nonpayments"})


def deposit(account_id: str, **fields: Any) -> dict[str, Any]:
    return {"depositAccount": {"accountId": account_id, **fields}}


async def test_named_accounts_come_by_one_call_with_the_headers_of_the_contract(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(200, {"accounts": [deposit("a1"), deposit("a2")]}))
    answer = await connector.accounts(CALL, ["a1", "a2"])
    assert [(a.account_id, a.category) for a in answer.accounts] == [
        ("a1", "depositAccount"),
        ("a2", "depositAccount"),
    ]
    assert not answer.partial
    [request] = bank.received
    assert request.target == PATH + "?resultType=details&accountIds=a1,a2"
    sent = {
        name: request.headers[name]
        for name in (
            "authorization",
            "x-fapi-interaction-id",
            "fdx-api-actor-type",
            "x-akoya-intent-type",
        )
    }
    assert sent == {
        "authorization": "Bearer at1",
        "x-fapi-interaction-id": "Root=1-x",
        "fdx-api-actor-type": "USER",
        "x-akoya-intent-type": "nonpayments",
    }


async def test_ids_of_any_characters_reach_the_bank_unchanged(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    ids = ["a b", "a+b", "a&b=c", "a#b", "a/b?c", "a%41", "ü", "TX--1"]
    bank.on(PATH, make_answer(200, {"accounts": [deposit(i) for i in ids]}))
    answer = await connector.accounts(CALL, ids)
    assert [a.account_id for a in answer.accounts] == ids
    [request] = bank.received
    listed = request.target.partition("accountIds=")[2]
    assert "&" not in listed
    assert "+" not in listed
    assert [unquote(part) for part in listed.split(",")] == ids


async def test_more_than_a_hundred_accounts_take_several_calls(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(
        PATH,
        make_answer(200, {"accounts": [deposit("a1")]}),
        make_answer(206, {"accounts": [deposit("a2")]}),
    )
    answer = await connector.accounts(CALL, [f"a{n}" for n in range(150)])
    assert [a.account_id for a in answer.accounts] == ["a1", "a2"]
    assert answer.partial
    assert [r.target.count(",") for r in bank.received] == [99, 49]


async def test_values_keep_every_byte_that_the_bank_wrote(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    body = (
        b'{"accounts":[{"loanAccount":{"accountId":"a1","principalBalance":100.00,'
        b'"escrowBalance":1e-7,"nickname":"caf\\u00e9 \xc3\xa9","x":{"y":[1.10, null]},'
        b'"big":12345678901234567890.123456789}}]}'
    )
    bank.on(PATH, make_answer(200, body))
    [account] = (await connector.accounts(CALL, ["a1"])).accounts
    assert {name: bytes(raw) for name, raw in account.fields.items()} == {
        "accountId": b'"a1"',
        "principalBalance": b"100.00",
        "escrowBalance": b"1e-7",
        "nickname": b'"caf\\u00e9 \xc3\xa9"',
        "x": b'{"y":[1.10, null]}',
        "big": b"12345678901234567890.123456789",
    }


@pytest.mark.parametrize("by", ["page", "number", "link", "both"])
async def test_pages_are_followed_at_the_banks_own_address(
    bank: Any, connector: Any, make_answer: Any, by: str
) -> None:
    link = {"next": {"href": "https://evil.example/x?limit=1&offset=k%2F2"}}
    more: dict[str, Any] = {
        "page": {"page": {"nextOffset": "k/2"}},
        "number": {"page": {"nextOffset": 2}},
        "link": {"links": link},
        "both": {"page": {"nextOffset": "k/2"}, "links": link},
    }[by]
    bank.on(
        PATH,
        make_answer(200, {"accounts": [deposit("a1")], **more}),
        make_answer(200, {"accounts": [deposit("a2")], "page": {"prevOffset": "0"}, "links": {}}),
    )
    answer = await connector.accounts(CALL, ["a1", "a2"])
    assert [a.account_id for a in answer.accounts] == ["a1", "a2"]
    second = bank.received[1].target
    assert second.startswith(PATH + "?resultType=details&accountIds=a1,a2&offset=")
    assert unquote(second.partition("&offset=")[2]) == ("2" if by == "number" else "k/2")


async def test_a_list_without_end_is_given_up(
    bank: Any, connector: Any, make_answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.on(PATH, make_answer(200, {"accounts": [deposit("a1")], "page": {"nextOffset": "1"}}))
    with pytest.raises(BankMalformedError):
        await connector.accounts(CALL, ["a1"])
    assert len(bank.received) == 2
    monkeypatch.setattr(accounts, "_MAX_PAGES", 3)
    bank.received.clear()
    pages = [{"accounts": [], "page": {"nextOffset": str(n)}} for n in range(1, 9)]
    bank.on(PATH, *(make_answer(200, page) for page in pages))
    with pytest.raises(BankMalformedError):
        await connector.accounts(CALL, ["a1"])
    assert len(bank.received) == 3


@pytest.mark.parametrize(
    "bad",
    [
        7,
        None,
        "text",
        [],
        {},
        {"depositAccount": None},
        {"depositAccount": {}},
        {"depositAccount": {"accountId": None}},
        {"depositAccount": {"accountId": 7}},
        {"depositAccount": {"accountId": ""}},
        {"depositAccount": {"accountId": "a,b"}},
        {"depositAccount": {"accountId": "a\nb"}},
        {"depositAccount": {"accountId": "x" * 257}},
        {"pensionAccount": {"accountId": "a9"}},
        {"depositAccount": {"accountId": "a9"}, "loanAccount": {"accountId": "a9"}},
    ],
)
async def test_one_malformed_account_makes_the_answer_partial_but_not_fatal(
    bank: Any, connector: Any, make_answer: Any, bad: Any
) -> None:
    bank.on(PATH, make_answer(200, {"accounts": [bad, deposit("a1")]}))
    answer = await connector.accounts(CALL, ["a1"])
    assert [a.account_id for a in answer.accounts] == ["a1"]
    assert answer.partial
    bank.on(PATH, make_answer(200, {"accounts": [bad]}))
    with pytest.raises(BankMalformedError):
        await connector.accounts(CALL, ["a1"])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"code": 701, "message": "Gone"}, {"code": 701, "message": "Gone"}),
        ({"code": "701", "message": "Gone"}, {"code": 701, "message": "Gone"}),
        (
            {"code": "500", "message": "M", "debugMessage": "D", "other": 1},
            {"code": 500, "message": "M", "debugMessage": "D"},
        ),
        ({"code": "x"}, {"code": 501, "message": "Subsystem unavailable"}),
        ("oops", {"code": 501, "message": "Subsystem unavailable"}),
    ],
)
async def test_an_accounts_own_error_gets_an_integer_code(
    bank: Any, connector: Any, make_answer: Any, written: Any, read: dict[str, Any]
) -> None:
    bank.on(PATH, make_answer(206, {"accounts": [deposit("a1", error=written)]}))
    [account] = (await connector.accounts(CALL, ["a1"])).accounts
    assert json.loads(bytes(account.fields["error"])) == read


async def test_an_accounts_own_error_that_quotes_the_access_token_loses_those_words(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    written = {"code": 602, "message": "Not for at1", "debugMessage": "at1"}
    bank.on(PATH, make_answer(206, {"accounts": [deposit("a1", error=written)]}))
    [account] = (await connector.accounts(CALL, ["a1"])).accounts
    assert b"at1" not in bytes(account.fields["error"])


async def test_an_error_of_null_is_none(bank: Any, connector: Any, make_answer: Any) -> None:
    bank.on(PATH, make_answer(200, {"accounts": [deposit("a1", error=None)]}))
    [account] = (await connector.accounts(CALL, ["a1"])).accounts
    assert set(account.fields) == {"accountId"}


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"nickname": "Individual", "accountNumberDisplay": "*****9276"}, "Individual (*****9276)"),
        ({"nickname": "N", "description": "D", "productName": "P", "accountType": "T"}, "N"),
        ({"description": "D", "productName": "P", "accountType": "T"}, "D"),
        ({"productName": "P", "accountType": "T"}, "P"),
        ({"nickname": None, "description": "  ", "accountType": "CHECKING"}, "CHECKING"),
        ({"nickname": 7, "accountNumberDisplay": ""}, "Account"),
        ({"nickname": " two\n lines ", "accountNumberDisplay": "..7"}, "two lines (..7)"),
    ],
)
async def test_a_choice_is_labelled_by_what_a_person_knows(
    bank: Any, connector: Any, make_answer: Any, fields: dict[str, Any], label: str
) -> None:
    bank.on(PATH, make_answer(200, {"accounts": [deposit("a1", **fields)]}))
    [choice] = await connector.account_choices(CALL)
    assert (choice.account_id, choice.label, choice.category) == ("a1", label, "depositAccount")
    assert bank.received[0].target == PATH + "?resultType=lightweight"


@pytest.mark.parametrize(
    ("challenge", "body"),
    [
        ('Bearer error="invalid_token"', {"code": 603, "message": "Authentication failed"}),
        ('Bearer error="invalid_token"', b""),
        ("", b"Unauthorized"),
        ("Bearer", {"error": "x"}),
    ],
)
async def test_a_rejected_access_token_is_recognised(
    bank: Any, connector: Any, make_answer: Any, challenge: str, body: Any
) -> None:
    bank.on(PATH, make_answer(401, body, headers={"WWW-Authenticate": challenge}))
    with pytest.raises(AccessTokenRejectedError):
        await connector.accounts(CALL, ["a1"])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"code": 602, "message": "Customer not authorized"}),
        (404, {"code": "701", "message": "Account not found", "debugMessage": "why"}),
        (500, {"code": 501, "message": "Subsystem unavailable"}),
        (429, {"code": "1207"}),
    ],
)
async def test_the_banks_own_error_is_passed_on(
    bank: Any, connector: Any, make_answer: Any, status: int, body: dict[str, Any]
) -> None:
    bank.on(PATH, make_answer(status, body, "application/json; charset=utf-8"))
    with pytest.raises(BankAnswerError) as caught:
        await connector.accounts(CALL, ["a1"])
    assert (caught.value.status, caught.value.code) == (status, int(body["code"]))
    assert caught.value.message == body.get("message", "")
    assert caught.value.debug_message == body.get("debugMessage")


NASTY: dict[str, tuple[Any, type[Exception]]] = {
    "reset": (b"reset", BankUnavailableError),
    "no HTTP": (b"SSH-2.0-OpenSSH\r\n", BankUnavailableError),
    "empty": (b"", BankUnavailableError),
    "truncated": ((200, b'{"accounts": [', {"length": 4096}), BankUnavailableError),
    "redirect": ((302, b"", {"headers": {"Location": "/elsewhere"}}), BankUnavailableError),
    "502 page": ((502, b"<html>", {"content_type": "text/html"}), BankUnavailableError),
    "503 bare": ((503, b"", {}), BankUnavailableError),
    "504": ((504, {"code": 504, "message": "x"}, {}), BankTimeoutError),
    "408": ((408, b"", {}), BankTimeoutError),
    "404 bare": ((404, b"", {}), BankMalformedError),
    "403 page": ((403, b"<html>", {"content_type": "text/html"}), BankMalformedError),
    "204": ((204, b"", {}), BankMalformedError),
    "html": ((200, b"<html>", {"content_type": "text/html"}), BankMalformedError),
    "no type": ((200, b'{"accounts":[]}', {"content_type": ""}), BankMalformedError),
    "cut JSON": ((200, b'{"accounts": [{"depositAcc', {}), BankMalformedError),
    "trailing": ((200, b'{"accounts": []} x', {}), BankMalformedError),
    "a list": ((200, b"[]", {}), BankMalformedError),
    "no list": ((200, b"{}", {}), BankMalformedError),
    "null list": ((200, b'{"accounts": null}', {}), BankMalformedError),
    "bad UTF-8": (
        (200, b'{"accounts":[{"depositAccount":{"accountId":"a1","n":"\xff"}}]}', {}),
        BankMalformedError,
    ),
    "a tower": ((200, b'{"accounts":' + b"[" * 100_000, {}), BankMalformedError),
    "deep": (
        (200, b'{"accounts":[{"depositAccount":{"accountId":"a1","n":'
         + b"[" * 99_999 + b"]" * 99_999 + b"}}]}", {}),
        BankMalformedError,
    ),
    "30 MB": ((200, b" " * (30 * 1024 * 1024), {}), BankMalformedError),
    "30 MB unannounced": (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b" " * (30 * 1024 * 1024),
        BankMalformedError,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(NASTY))
async def test_a_misbehaving_bank_is_told_apart(
    bank: Any, connector: Any, make_answer: Any, kind: str
) -> None:
    script, expected = NASTY[kind]
    if isinstance(script, tuple):
        status, body, options = script
        script = make_answer(status, body, **options)
    bank.on(PATH, script)
    with pytest.raises(expected):
        await connector.accounts(CALL, ["a1"])
    assert bank.to("/elsewhere") == []


async def test_the_category_of_one_account_is_asked_for_without_its_data(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(200, {"accounts": [deposit("a1"), deposit("a&2")]}))
    assert await connector.account_category(CALL, "a&2") == "depositAccount"
    assert await connector.account_category(CALL, "a3") is None
    assert [request.target for request in bank.received] == [
        PATH + "?resultType=lightweight&accountIds=a%262",
        PATH + "?resultType=lightweight&accountIds=a3",
    ]


async def test_a_silent_bank_is_a_time_out(bank: Any, settings: dict[str, str]) -> None:
    bank.on(PATH, b"hang")
    async with open_http_client() as http:
        connector = registry.build(
            "fdx_v5", settings, "secret", http, SystemClock(), data_timeout_s=0.05
        )
        with pytest.raises(BankTimeoutError):
            await connector.accounts(CALL, ["a1"])


async def test_a_bank_that_is_down_is_unavailable_and_the_error_names_no_account(
    bank: Any, connector: Any
) -> None:
    bank.on(PATH, b"reset")
    with pytest.raises(BankUnavailableError) as caught:
        await connector.accounts(CALL, ["secret-account"])
    assert "secret-account" not in str(caught.value)
    assert caught.value.__suppress_context__
