"""The sample app against the real network and bank, as a newcomer sees it."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.network import RunningNetwork
from tests.support.walk import choose_all

pytestmark = pytest.mark.browser


def go_through_the_pages(page: Page, user: str) -> None:
    page.locator("input[type=text]").fill(user)
    page.locator("input[type=password]").fill(user)
    page.get_by_role("button", name="Sign in →").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Approve").wait_for()
    choose_all(page)
    page.get_by_role("button", name="Approve").click()


def test_newcomer_links_in_the_same_window_refreshes_and_revokes(
    network: RunningNetwork, page: Page
) -> None:
    page.goto(f"{network.url}/")
    page.get_by_role("link", name="Demo app").click()
    page.get_by_role("link", name="Link your bank").click()
    go_through_the_pages(page, "mikomo_10")
    page.wait_for_url(f"{network.url}/demo/accounts")
    expect(page.get_by_role("heading", name="Your accounts")).to_be_visible()
    expect(page.locator(".account-card")).to_have_count(6)
    expect(page.get_by_text("/balances/v2/mikomo").first).to_be_visible()

    page.get_by_role("button", name="Refresh tokens").click()
    expect(page.get_by_text("Refresh the tokens").first).to_be_visible()
    expect(page.locator(".account-card")).to_have_count(6)

    page.get_by_role("link", name="Revoke access").click()
    page.get_by_role("button", name="Yes, revoke access").click()
    expect(page.get_by_role("heading", name="Access has ended")).to_be_visible()
    expect(page.get_by_text("602").first).to_be_visible()


def test_popup_closes_itself_and_its_opener_shows_the_accounts(
    network: RunningNetwork, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{network.url}/demo/")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="in a pop-up window").click()
    popup = opened.value
    with popup.expect_event("close"):
        go_through_the_pages(popup, "mikomo_7")

    page.wait_for_url(f"{network.url}/demo/accounts")
    expect(page.locator(".account-card")).to_have_count(6)


def test_cancel_in_the_popup_is_told_in_words(
    network: RunningNetwork, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{network.url}/demo/")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="in a pop-up window").click()
    popup = opened.value
    popup.get_by_text("Cancel", exact=True).click()

    expect(popup.get_by_role("heading", name="Nothing was shared")).to_be_visible()
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Close this window").click()
