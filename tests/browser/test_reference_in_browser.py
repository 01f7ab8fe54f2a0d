"""The API reference in a real browser: it renders by itself, and a call can be tried."""

import re

import pytest
from playwright.sync_api import Page, expect

from easement.reference.products import EXAMPLE_USER
from tests.support.app import RecipientApp
from tests.support.network import RunningNetwork

pytestmark = pytest.mark.browser

DARK = re.compile(r"\bdark-mode\b")
BALANCES = "#operations-Products_v3-balancesV3"


@pytest.fixture(params=[360, 1280])
def width(request: pytest.FixtureRequest) -> int:
    """In CSS pixels: a small phone, a desktop."""
    return int(request.param)


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_reference_renders_without_the_internet_and_a_call_can_be_tried(
    page: Page, network: RunningNetwork, app: RecipientApp, width: int
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"{network.issuer}/docs")
    expect(page.locator(BALANCES)).to_be_visible()
    expect(page.locator("#reference")).to_have_attribute("aria-busy", "false")
    assert not is_too_wide(page)

    page.locator("button.authorize").first.click()
    page.locator(".auth-container input").first.fill(app.mint(EXAMPLE_USER)["id_token"])
    page.locator(".auth-container button.authorize").first.click()
    page.locator(".auth-container .btn-done").first.click()
    page.locator(f"{BALANCES} .opblock-summary-control").click()
    page.locator(BALANCES).get_by_role("button", name="Try it out").click()
    page.locator(BALANCES).get_by_role("button", name="Execute").click()

    answer = page.locator(f"{BALANCES} .live-responses-table")
    expect(answer.locator(".response .response-col_status")).to_contain_text("200")
    expect(answer).to_contain_text("depositAccount")
    assert not is_too_wide(page)
    own = (network.issuer, "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []


def test_reference_follows_a_dark_room(page: Page, network: RunningNetwork) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{network.issuer}/docs")
    expect(page.locator("html")).to_have_class(DARK)
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).not_to_have_class(DARK)


def test_migration_guide_fits_a_small_phone(
    page: Page, network: RunningNetwork, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{network.issuer}/docs/migrating-to-v3")
    expect(page.get_by_role("heading", name="Migrating to v3")).to_be_visible()
    assert not is_too_wide(page)
