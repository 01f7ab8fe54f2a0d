"""The steps of a consumer in a real browser, as clients' automation does them."""

from playwright.sync_api import Page


def sign_in(page: Page, url: str, user: str) -> None:
    """From an authorization URL to the terms page."""
    page.goto(url)
    page.locator("input[type=text]").fill(user)
    page.locator("input[type=password]").fill(user)
    page.get_by_role("button", name="Sign in →").click()
    page.get_by_role("button", name="Next").wait_for()


def reach_consent(page: Page, url: str, user: str) -> None:
    """From an authorization URL to the network's page with the accounts."""
    sign_in(page, url, user)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Approve").wait_for()


def choose_all(page: Page) -> int:
    """Tick every account; how many there are."""
    boxes = page.locator("input[type=checkbox][name=account]")
    for number in range(boxes.count()):
        boxes.nth(number).check()
    return boxes.count()
