"""What a bank's officer hides from an app does not leave, whatever the app asks."""

import itertools
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from easement.providers.entitlements import field_path
from tests.support.app import V3_HEADERS, RecipientApp
from tests.support.policy import decide
from tests.support.process import eventually

LISTS = ("accounts-info", "balances", "accounts")
WITH_MODE = {*LISTS, "transactions"}
CHECKING, BROKERAGE = "g833202fb0866d0ad83472c429", "5426873"
# Between them they have something under every product.
USERS = ("mikomo_10", "mikomo_11", "GenericUser_Wealth", "GenericUser_Tax")
EVER = "startTime=2015-01-01T00:00:00Z&endTime=2030-01-01T00:00:00Z"
Path = tuple[str, ...]


LIFETIMES = itertools.count(80_000, 100)


def rule(app: RecipientApp, *rules: dict[str, Any]) -> None:
    """Set the provider's rules, and wait until they are in force: the lifetime of new tokens is
    the policy's too, and tells which policy it is."""
    lifetime = next(LIFETIMES)
    decide(app.network, rules=list(rules), id_token_lifetime_s=lifetime)
    eventually("the rules to be in force", lambda: 0 <= lifetime - app.mint()["expires_in"] < 100)


@pytest.fixture(autouse=True)
def _without_rules_afterwards(app: RecipientApp) -> Iterator[None]:
    yield
    rule(app)


def get(app: RecipientApp, token: str, path: str, version: str = "v3") -> requests.Response:
    endpoint = endpoint_of(path)
    return requests.get(
        f"{app.network.url}/{endpoint}/{version}/mikomo{path.removeprefix(endpoint)}",
        headers={"authorization": f"Bearer {token}", **V3_HEADERS},
        timeout=60,
    )


def endpoint_of(question: str) -> str:
    return re.split("[/?]", question)[0]


def refusal(answer: requests.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


def plain(name: str) -> str:
    bare = re.sub(r"[-_\s]", "", name).lower()
    return "holdings" if bare == "holding" else bare


def fields_of(body: Any, path: Path = ()) -> Iterator[Path]:
    """Every field of an answer, and every attribute that stands for one."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield (*path, plain(name))
            yield from fields_of(value, (*path, plain(name)))
    elif isinstance(body, list):
        for entry in body:
            if path[-1:] in {("fiattributes",), ("attributes",)} and "name" in entry:
                names = [plain(each) for each in entry["name"].split(".") if not each.isdigit()]
                yield (*path[:-1], *names)
            yield from fields_of(entry, path)


def is_maskable(end: Path) -> bool:
    try:
        return field_path(".".join(end)) == end
    except ValueError:
        return False


def questions(app: RecipientApp, token: str) -> list[str]:
    """Everything that can be asked about a person's first accounts and holdings."""
    accounts = [
        next(iter(each.values())) for each in get(app, token, "accounts").json()["accounts"]
    ]
    asked = [*LISTS, "customers/current", "tax-forms?taxYear=2020"]
    for account in accounts[:2]:
        account_id = account["accountId"]
        asked += [
            f"contacts/{account_id}",
            f"payments/{account_id}/payment-networks",
            f"statements/{account_id}",
            f"transactions/{account_id}?{EVER}&limit=20",
        ]
        holdings = [
            each["holdingId"] for each in account.get("holdings") or () if each.get("taxLots")
        ]
        asked += [f"taxlots/{account_id}/{each}" for each in holdings[:1]]
    return asked


def variants(question: str) -> Iterator[tuple[str, str]]:
    mark = "&" if "?" in question else "?"
    for version in ("v2", "v3"):
        yield question, version
        if endpoint_of(question) in WITH_MODE:
            yield f"{question}{mark}mode=standard", version


def answers(app: RecipientApp, token: str, asked: list[str]) -> Iterator[tuple[str, Any]]:
    """Every answer with data, without its links to the pages around it."""
    for question in asked:
        for variant, version in variants(question):
            answer = get(app, token, variant, version)
            assert answer.status_code in {200, 206, 400, 404}, answer.text
            if answer.status_code < 300:
                body = answer.json()
                body.pop("links", None)
                yield endpoint_of(question), body


@pytest.mark.parametrize("seed", range(3))
def test_no_masked_field_passes_on_any_product_mode_or_version(
    app: RecipientApp, seed: int
) -> None:
    chance = random.Random(seed)
    tokens = {user: app.mint(user)["id_token"] for user in USERS}
    asked = {user: questions(app, token) for user, token in tokens.items()}
    found: dict[str, set[Path]] = {}
    for user, token in tokens.items():
        for endpoint, body in answers(app, token, asked[user]):
            ends = {path[-length:] for path in fields_of(body) for length in (1, 2, 3)}
            found.setdefault(endpoint, set()).update(filter(is_maskable, ends))
    assert len(found) == 10, f"a product has no data here: {sorted(found)}"
    masked = [end for each in found.values() for end in chance.sample(sorted(each), 4)]

    rule(app, {"mask": [".".join(end).upper() for end in masked]})

    assert [
        path
        for user, token in tokens.items()
        for _, body in answers(app, token, asked[user])
        for path in fields_of(body)
        if any(path[-len(end) :] == end for end in masked)
    ] == []


def test_a_mask_is_in_force_for_one_app_and_not_for_another(
    app: RecipientApp, other_app: RecipientApp
) -> None:
    mine, others = app.mint()["id_token"], other_app.mint()["id_token"]
    for recipient in ("sandbox-app", "sandbox"):  # the app's id, and its company's
        rule(app, {"recipients": [recipient], "mask": ["currentBalance"]})
        assert b"currentBalance" not in app.get("balances", mine).content
        assert b"currentBalance" in other_app.get("balances", others).content
        rule(app)
        assert b"currentBalance" in app.get("balances", mine).content


def test_a_product_that_is_hidden_is_403_for_that_app(
    app: RecipientApp, other_app: RecipientApp
) -> None:
    mine, others = app.mint()["id_token"], other_app.mint()["id_token"]
    rule(app, {"recipients": ["sandbox-app"], "products": ["balances"], "visible": False})

    assert refusal(app.get("balances", mine)) == (403, 403)
    assert app.get("balances", mine).json()["message"] == "Subscription not found"
    assert app.get("accounts", mine).status_code == 200
    assert other_app.get("balances", others).status_code == 200


def test_accounts_of_a_hidden_category_are_as_if_they_were_not_shared(app: RecipientApp) -> None:
    token = app.mint()["id_token"]
    rule(app, {"categories": ["depositAccount"], "visible": False})

    body = app.get("accounts-info", token).json()
    assert {category for entry in body["accounts"] for category in entry} == {"investmentAccount"}
    for path in (
        f"accounts?accountIds={CHECKING}",
        f"balances?accountIds={CHECKING},{BROKERAGE}",
        f"transactions/{CHECKING}",
        f"contacts/{CHECKING}",
        f"payments/{CHECKING}/payment-networks",
        f"statements/{CHECKING}",
    ):
        assert refusal(get(app, token, path)) == (404, 701), path
    assert get(app, token, f"transactions/{BROKERAGE}").status_code == 200

    rule(app, {"visible": False})
    assert refusal(app.get("accounts-info", token)) == (403, 403)


def test_documents_stay_at_the_bank_where_a_field_is_masked(app: RecipientApp) -> None:
    token = app.mint("mikomo_11")["id_token"]
    path = "statements/513815781465"
    statements = get(app, token, path).json()["statements"]
    available = next(each for each in statements if each["status"] == "AVAILABLE")
    file = f"{path}/{available['statementId']}"
    assert get(app, token, file).content.startswith(b"%PDF")

    rule(app, {"products": ["statements"], "mask": ["description"]})

    assert b"description" not in get(app, token, path).content
    assert refusal(get(app, token, file)) == (403, 403)
