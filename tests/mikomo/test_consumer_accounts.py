"""The person's own area: choosing which accounts a connection may read."""

import re

import pytest
import requests

FIRST, SECOND, THIRD = "1437285993", "1221963501", "171161155"


@pytest.fixture
def tokens(control, network) -> dict[str, str]:
    linked: dict[str, str] = network.link("mikomo_5")
    return linked


@pytest.fixture
def choice(tokens, control, browser) -> str:
    """The address of the page, for the signed-in person."""
    form = browser.form(browser.get(browser.url + "/login"))
    browser.submit(form, username="mikomo_5", password="mikomo_5")
    connection = control.connection(tokens["access_token"])["id"]
    listed = browser.get(browser.url + "/connections").text
    assert f'href="/connections/{connection}/accounts"' in listed
    return f"{browser.url}/connections/{connection}/accounts"


def boxes(page: requests.Response) -> dict[str, bool]:
    found = re.findall(
        r'<input type="checkbox" name="account" value="([^"]+)"( checked)?>', page.text
    )
    return {account: bool(checked) for account, checked in found}


def save(browser, choice: str, *accounts: str, **changes: str) -> requests.Response:
    csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get(choice).text)[-1]
    form = {"csrf": csrf, **changes, "account": list(accounts)}
    return browser.post(choice, data=form, allow_redirects=False)


def served(network, token: str) -> set[str]:
    listed = network.get("/accounts", token).json()["accounts"]
    return {account["accountId"] for entry in listed for account in entry.values()}


def test_the_page_names_every_account_with_a_tick(choice, browser) -> None:
    page = browser.get(choice)
    assert boxes(page) == {FIRST: True, SECOND: True, THIRD: True}
    assert "Which accounts may Easement read?" in page.text
    assert "HSA from work" in page.text
    assert "Next" not in page.text


def test_an_account_without_a_tick_can_no_longer_be_read(
    choice, browser, network, tokens, control
) -> None:
    done = save(browser, choice, FIRST, THIRD)
    assert done.status_code == 303
    listed = browser.get(done.headers["Location"])
    assert "Saved." in listed.text
    assert "<dd>2 of 3</dd>" in listed.text
    assert served(network, tokens["access_token"]) == {FIRST, THIRD}
    assert network.get(f"/accounts/{SECOND}", tokens["access_token"]).json()["code"] == 701
    assert boxes(browser.get(choice)) == {FIRST: True, SECOND: False, THIRD: True}
    assert control.connection(tokens["access_token"])["accountIds"] == [FIRST, THIRD]


def test_all_ticks_mean_all_accounts_also_later_ones(choice, browser, tokens, control) -> None:
    save(browser, choice, FIRST)
    save(browser, choice, FIRST, SECOND, THIRD)
    assert control.connection(tokens["access_token"])["accountIds"] is None
    assert "<dd>All</dd>" in browser.get(browser.url + "/connections").text


def test_leaving_nothing_is_refused_and_revoking_offered(choice, browser, network, tokens) -> None:
    page = save(browser, choice)
    assert page.status_code == 400
    assert "Tick at least one account" in page.text
    assert choice.removeprefix(browser.url).replace("/accounts", "/revoke") in page.text
    assert served(network, tokens["access_token"]) == {FIRST, SECOND, THIRD}


def test_an_account_of_somebody_else_is_not_added(choice, browser, tokens, control) -> None:
    save(browser, choice, FIRST, "1704739164")
    assert control.connection(tokens["access_token"])["accountIds"] == [FIRST]


def test_a_choice_without_its_token_changes_nothing(choice, browser, network, tokens) -> None:
    assert save(browser, choice, FIRST, csrf="0" * 64).status_code == 400
    assert served(network, tokens["access_token"]) == {FIRST, SECOND, THIRD}


def test_another_person_s_connection_cannot_be_seen_or_narrowed(choice, browser) -> None:
    other = type(browser)(browser.url)
    other.submit(
        other.form(other.get(other.url + "/login")), username="mikomo_1", password="mikomo_1"
    )
    assert other.get(choice).status_code == 404
    assert other.post(choice, data={"account": FIRST}).status_code == 404


def test_without_signing_in_there_is_only_the_sign_in_page(control) -> None:
    for send in (requests.get, requests.post):
        answer = send(control.url + "/connections/x/accounts", timeout=10, allow_redirects=False)
        assert answer.headers["Location"] == control.url + "/login"
