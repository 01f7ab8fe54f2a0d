"""The tax lots of a holding, from consent to answer."""

from typing import Any

import pytest
import requests

from tests.support.app import V3_HEADERS, RecipientApp
from tests.support.contract import faults

ACCOUNT, MANY, FEW = "720500325515", "WEA-H1", "WEA-H2"


def get(app: RecipientApp, path: str, token: str) -> requests.Response:
    headers = {"authorization": f"Bearer {token}", **V3_HEADERS}
    return requests.get(f"{app.network.url}{path}", headers=headers, timeout=60)


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    return answer.status_code, answer.json()["code"], answer.json()["message"]


@pytest.fixture(scope="module")
def token(network: Any) -> str:
    """An id_token for one investment account."""
    app = RecipientApp(network, network.secrets.sandbox)
    return str(app.mint("GenericUser_Wealth", [ACCOUNT])["id_token"])


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_the_lots_are_those_of_the_holding_in_the_account(
    app: RecipientApp, token: str, version: str
) -> None:
    answer = get(app, f"/taxlots/{version}/mikomo/{ACCOUNT}/{FEW}", token)

    assert answer.status_code == 200, answer.text
    assert faults("v24.taxlots", answer.json()) == []
    assert set(answer.json()) == {"accountId", "holding"}
    [account] = app.get("accounts", token).json()["accounts"]
    held = {each["holdingId"]: each for each in account["investmentAccount"]["holdings"]}
    within = held[FEW]["taxLots"]
    lots = answer.json()["holding"]["taxLots"]
    assert [lot["costBasis"] for lot in lots] == [lot["costBasis"] for lot in within]
    # Inside holdings the position has both of its documented spellings.
    assert all(lot["positionType"] == lot["postionType"] for lot in within)
    assert not any("postionType" in lot for lot in lots)


def test_following_next_gives_every_lot_once_and_in_order(app: RecipientApp, token: str) -> None:
    [account] = app.get("accounts", token).json()["accounts"]
    held = {each["holdingId"]: each for each in account["investmentAccount"]["holdings"]}
    every = [lot["originalPurchaseDate"] for lot in held[MANY]["taxLots"]]

    seen: list[str] = []
    pages = 0
    path: str | None = f"/taxlots/v2/mikomo/{ACCOUNT}/{MANY}"
    while path is not None:
        page = get(app, path, token).json()
        seen += [lot["originalPurchaseDate"] for lot in page["holding"]["taxLots"]]
        path = page["links"].get("next", {}).get("href")
        pages += 1

    assert len(every) > 50
    assert (seen, pages) == (every, 2)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{ACCOUNT}/nothing", (404, 701, "Tax Lots not found")),
        (f"{ACCOUNT}/WEA-H4", (404, 701, "Tax Lots not found")),
        (ACCOUNT, (404, 701, "Tax Lots not found")),
        (f"720500336626/{FEW}", (404, 701, "Account not found")),
        (f"nobody/{FEW}", (404, 701, "Account not found")),
        (f"{ACCOUNT}/{FEW}?accountIds={ACCOUNT}", (400, 401, "Invalid input")),
        (f"{ACCOUNT}/{FEW}?limit=501", (400, 401, "Invalid input")),
    ],
)
def test_what_is_not_there_or_not_shared_is_refused(
    app: RecipientApp, token: str, path: str, expected: tuple[int, int, str]
) -> None:
    assert refusal(get(app, f"/taxlots/v2/mikomo/{path}", token)) == expected


def test_another_provider_is_subscription_not_found(app: RecipientApp, token: str) -> None:
    answer = get(app, f"/taxlots/v2/nobank/{ACCOUNT}/{FEW}", token)

    assert refusal(answer) == (403, 403, "Subscription not found")


def test_the_oldest_sample_has_its_lots_too(app: RecipientApp) -> None:
    token = app.mint("mikomo_7")["id_token"]
    answer = get(app, "/taxlots/v2/mikomo/1222577818/string", token)

    [lot] = answer.json()["holding"]["taxLots"]
    assert (lot["positionType"], lot["quantity"]) == ("string", 969)
