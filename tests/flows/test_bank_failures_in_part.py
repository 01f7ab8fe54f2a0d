"""A bank fails on some of what was asked for: the app gets the rest, and is told."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.app import RecipientApp, Tokens
from tests.support.bank import Bank
from tests.support.bank_failures import PASSES
from tests.support.evil_answers import SECRET, answer
from tests.support.evil_bank import alter, say
from tests.support.evil_world import DATA, EvilWorld, evil_world

ACCOUNT_LISTS = ("accounts-info", "balances", "accounts")
FORTY = [f"account-{number}" for number in range(40)]
DEEP = b"[" * 100_000 + b"]" * 100_000
SPOILT_ROWS: dict[str, Any] = {
    "null": None,
    "a number": 7,
    "a text": SECRET,
    "a list": [SECRET],
    "nothing in it": {},
    "an unknown wrapper": {"cryptoAccount": {"accountId": "account-7", "nickname": SECRET}},
    "two wrappers": {"depositAccount": {"accountId": "account-7"}, "loanAccount": {}},
    "no object": {"depositAccount": SECRET},
    "no id": {"depositAccount": {"nickname": SECRET}},
    "an id that is no text": {"depositAccount": {"accountId": 7, "nickname": SECRET}},
    "an empty id": {"depositAccount": {"accountId": "", "nickname": SECRET}},
    "a list of ids": {"depositAccount": {"accountId": ["account-7"]}},
}


@pytest.fixture(scope="module")
def world(bank: Bank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EvilWorld]:
    with evil_world(bank, tmp_path_factory.mktemp("evil"), None) as made:
        yield made


@pytest.fixture(autouse=True)
def healed(world: EvilWorld, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does to the bank is over with it, and stands in no log."""
    caplog.set_level(logging.INFO)
    yield
    world.evil.heal()
    assert SECRET not in caplog.text
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


@pytest.fixture(scope="module")
def forty(world: EvilWorld) -> EvilWorld:
    """The same, for a consumer who shared forty accounts."""
    world.evil.spoil(say(answer(200, {"accounts": accounts()})))
    tokens: Tokens = RecipientApp(world.network, world.network.secrets.sandbox).mint("mikomo_9")
    world.evil.heal()
    return EvilWorld(world.network, world.evil, world.app, tokens, world.files)


def accounts() -> list[dict[str, Any]]:
    return [
        {"depositAccount": {"accountId": each, "accountType": "CHECKING", "currentBalance": 1}}
        for each in FORTY
    ]


def ids(body: dict[str, Any]) -> list[str]:
    return [fields["accountId"] for each in body["accounts"] for fields in each.values()]


@pytest.mark.parametrize("mode", ["raw", "standard"])
@pytest.mark.parametrize("row", SPOILT_ROWS.values(), ids=SPOILT_ROWS)
def test_one_malformed_account_among_forty_leaves_the_others(
    forty: EvilWorld, row: Any, mode: str
) -> None:
    listed = accounts()
    listed[7] = row
    forty.evil.spoil(say(answer(200, {"accounts": listed})))

    for name in ACCOUNT_LISTS:
        heard = forty.get(f"{DATA[name]}?mode={mode}")
        assert heard.status_code == 206, heard.text
        assert ids(heard.json()) == [each for each in FORTY if each != "account-7"]
        assert SECRET not in heard.text


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"code": 705, "message": "Account is closed"}, (705, "Account is closed")),
        ({"code": "701", "message": "No such account"}, (701, "No such account")),
        ({"code": 501, "message": "x" * 5000}, (501, "x" * 500)),
        ({"code": 10**30, "message": SECRET}, (501, "Subsystem unavailable")),
        ({"code": 4711, "message": SECRET}, (501, "Subsystem unavailable")),
        ({"code": 401, "debugMessage": SECRET, "at": SECRET}, None),
        ({"code": "x", "message": SECRET}, (501, "Subsystem unavailable")),
        ({"message": SECRET}, (501, "Subsystem unavailable")),
        ({"code": 701, "message": {"text": SECRET}}, (501, "Subsystem unavailable")),
        (SECRET, (501, "Subsystem unavailable")),
        ([SECRET], (501, "Subsystem unavailable")),
        (False, (501, "Subsystem unavailable")),
    ],
)
def test_an_account_with_an_error_of_its_own_keeps_its_id_and_says_why(
    forty: EvilWorld, error: Any, told: tuple[int, str] | None
) -> None:
    listed = accounts()
    listed[7] = {"depositAccount": {"accountId": "account-7", "error": error}}
    forty.evil.spoil(say(answer(200, {"accounts": listed})))

    for name in ACCOUNT_LISTS:
        heard = forty.get(DATA[name])
        assert heard.status_code == 206
        assert ids(heard.json()) == FORTY
        [failed] = heard.json()["accounts"][7].values()
        assert failed.keys() == {"accountId", "error"}
        if told is not None:
            assert (failed["error"]["code"], failed["error"]["message"]) == told
            assert SECRET not in heard.text


def test_an_account_that_the_bank_no_longer_lists_is_no_failure_unless_it_was_named(
    forty: EvilWorld,
) -> None:
    listed = [each for each in accounts() if each["depositAccount"]["accountId"] != "account-7"]
    forty.evil.spoil(say(answer(200, {"accounts": listed})))

    for name in ACCOUNT_LISTS:
        everything = forty.get(DATA[name])
        assert (everything.status_code, len(ids(everything.json()))) == (200, 39)
        named = forty.get(f"{DATA[name]}?accountIds=account-6,account-7")
        assert (named.status_code, ids(named.json())) == (206, ["account-6"])
        alone = forty.get(f"{DATA[name]}?accountIds=account-7")
        assert (alone.status_code, alone.json()["code"]) == (404, 701)


def test_what_nobody_shared_never_comes_though_the_bank_sends_it(forty: EvilWorld) -> None:
    more = [*accounts(), {"depositAccount": {"accountId": "not-shared", "nickname": SECRET}}]
    forty.evil.spoil(say(answer(200, {"accounts": more + accounts()})))

    for name in ACCOUNT_LISTS:
        heard = forty.get(DATA[name])
        assert (heard.status_code, ids(heard.json())) == (200, FORTY)


ROWS = {
    "transactions": "transactions",
    "statements": "statements",
    "payments": "paymentNetworks",
    "contacts": "holders",
    "tax search": "statements",
}


@pytest.mark.parametrize("row", [None, 7, SECRET, [SECRET]], ids=str)
@pytest.mark.parametrize("product", ROWS)
def test_one_malformed_row_leaves_the_others(world: EvilWorld, product: str, row: Any) -> None:
    path = DATA[product]
    if product == "transactions":
        path += "?startTime=2000-01-01T00:00:00Z&endTime=2100-01-01T00:00:00Z"
    before = world.get(path).json()[ROWS[product]]
    assert before

    def spoil(body: bytes) -> bytes:
        document = json.loads(body)
        document[ROWS[product]].insert(0, row)
        if "page" in document:
            document.pop("page")
        return json.dumps(document).encode()

    world.evil.spoil(alter(spoil))
    heard = world.get(path)

    assert heard.status_code == 200, heard.text
    after = heard.json()[ROWS[product]]
    assert len(after) in {len(before), len(before) - 1}
    assert SECRET not in heard.text


@pytest.mark.parametrize(
    "extra",
    {
        "NaN": b'"x":NaN',
        "infinity": b'"x":-Infinity',
        "not UTF-8": b'"x":"\xff"',
        "half a pair": b'"x":"\\ud800"',
        "a line break": b'"x":"\n"',
        "deep": b'"x":' + DEEP,
        "a number with a zero before": b'"x":01',
        "no member": b"x",
    }.items(),
    ids=lambda each: each[0],
)
def test_an_answer_with_one_place_that_is_not_json_is_no_answer(
    world: EvilWorld, extra: tuple[str, bytes]
) -> None:
    world.evil.spoil(alter(lambda body: b"{" + extra[1] + b"," + body.lstrip()[1:]))

    heard, words = world.hear_all(DATA, "application/json")

    assert heard == dict.fromkeys(DATA, (500, 501))
    assert SECRET not in words


@pytest.mark.parametrize(
    "members",
    [
        {"page": {"nextOffset": []}},
        {"page": {"nextOffset": [[]]}},
        {"page": {"nextOffset": {}}},
        {"page": {"nextOffset": True}},
        {"page": {"nextOffset": -1}},
        {"page": {"nextOffset": ""}},
        {"page": {"totalElements": "9" * 5_000}},
        {"page": {"totalElements": -7, "nextOffset": None}},
        {"page": [], "links": []},
        {"page": "x", "links": "y"},
        {"links": {"next": [], "prev": 7}},
        {"links": {"next": {"href": 7}}},
        {"links": {"next": {"href": "?offset="}}},
        {"links": {"next": {"href": "http://169.254.169.254/"}}},
    ],
    ids=repr,
)
def test_what_a_bank_says_of_further_pages_and_is_not_understood_is_passed_over(
    world: EvilWorld, members: dict[str, Any]
) -> None:
    before = {name: world.get(path).json() for name, path in DATA.items()}

    def spoil(body: bytes) -> bytes:
        document = json.loads(body)
        for name in ("page", "links"):
            document.pop(name, None)
        return json.dumps(document | members).encode()

    world.evil.spoil(alter(spoil))
    for name, path in DATA.items():
        heard = world.get(path)
        assert heard.status_code == 200, (name, heard.text)
        assert _values(heard.json()) == _values(before[name]), name


WEIRD: list[Any] = [None, "", 0, -1, True, [], {}, [None], "x" * 300, {"a": 1}, "2026-13-45", 1e300]


@pytest.mark.parametrize("value", WEIRD, ids=repr)
def test_fields_of_any_other_form_are_passed_on_or_dropped_and_never_a_fault_of_the_network(
    world: EvilWorld, value: Any
) -> None:
    def spoil(body: bytes) -> bytes:
        return json.dumps(_with(value, json.loads(body))).encode()

    world.evil.spoil(alter(spoil))
    heard = {name: world.hear(path)[0] for name, path in DATA.items()}
    standard = {name: world.hear(f"{DATA[name]}?mode=standard")[0] for name in ACCOUNT_LISTS}
    standard["transactions"] = world.hear(f"{DATA['transactions']}?mode=standard")[0]

    assert heard == dict.fromkeys(DATA, PASSES)
    assert standard == dict.fromkeys(standard, PASSES)


def _with(value: Any, document: Any, name: str = "") -> Any:
    """The document with `value` in place of everything but ids and what holds something."""
    if isinstance(document, dict):
        return {key: _with(value, each, key) for key, each in document.items()}
    if isinstance(document, list):
        return [_with(value, each, name) for each in document]
    return document if name.endswith("Id") else value


def _values(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "links"}
