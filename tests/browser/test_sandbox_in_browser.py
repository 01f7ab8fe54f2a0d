"""The sandbox's pages in a real browser."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.support.app import RecipientApp
from tests.support.network import RunningNetwork
from tests.support.sandbox import SandboxControl

pytestmark = pytest.mark.browser


@pytest.fixture
def home(network: RunningNetwork) -> str:
    return f"{network.url}/sandbox/"


@pytest.fixture
def way_in(network: RunningNetwork, home: str) -> Iterator[str]:
    """The URL that is printed at start; the sandbox is back at its seed afterwards."""
    yield f"{home}?token={network.secrets.control_token}"
    SandboxControl(network).ask("POST", "/reset")


@pytest.fixture(params=[(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")], ids=str)
def dressed(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab of a width in CSS pixels and a colour scheme."""
    width: int = request.param[0]
    scheme: Literal["light", "dark"] = request.param[1]
    context = chromium.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)
    yield context.new_page()
    context.close()


def faults(page: Page) -> list[str]:
    """Accessibility rules that the page breaks, and whether it scrolls sideways."""
    violations = Axe().run(page).response["violations"]
    found = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in violations]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("scrolls sideways")
    return found


def test_the_pages_break_no_accessibility_rule(
    app: RecipientApp, home: str, way_in: str, dressed: Page
) -> None:
    page = dressed
    page.goto(home)
    assert faults(page) == [], "sign-in"
    page.goto(way_in)
    for path in ("", "bank", "grants", "apps", "calls"):
        page.goto(home + path)
        assert faults(page) == [], f"{path}, unused"
    page.goto(home)
    with page.expect_navigation():
        page.get_by_role("button", name="Get tokens for mikomo_10", exact=True).click()
    assert faults(page) == [], "tokens"
    page.goto(f"{home}bank")
    token = app.mint("mikomo_5")["id_token"]
    with page.expect_navigation():
        page.get_by_role("button", name="Break it").click()
    app.get("balances", token)
    for path in ("bank?said=broken", "grants", "calls"):
        page.goto(home + path)
        assert faults(page) == [], path
    page.goto(f"{home}bank")
    page.get_by_label("Status").fill("many")
    page.get_by_role("button", name="Break it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == [], "error"


def test_users_are_filtered_while_typing_and_sorted_by_a_heading(way_in: str, page: Page) -> None:
    page.goto(way_in)
    rows = page.locator("#users tbody tr:visible")
    everyone = rows.count()
    page.get_by_role("searchbox", name="Filter").fill("code 404 601")
    expect(rows).to_have_count(1)
    expect(page.locator("[data-filter-count]")).to_have_text(f"1 of {everyone}")
    page.get_by_role("searchbox", name="Filter").fill("")

    page.get_by_role("button", name="Accounts", exact=True).click()
    page.get_by_role("button", name="Accounts", exact=True).click()

    expect(page.locator("#users tbody tr").first.locator("code").first).to_have_text("mikomo_3")
    heading = page.locator("#users thead th", has_text="Accounts")
    expect(heading).to_have_attribute("aria-sort", "descending")


def test_tokens_are_one_click_away_and_can_be_copied(
    app: RecipientApp, way_in: str, page: Page, network: RunningNetwork
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=network.url)
    page.goto(way_in)
    page.get_by_role("button", name="Get tokens for mikomo_5", exact=True).click()
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")

    assert app.get("balances", copied).status_code == 200


def test_calls_appear_by_themselves(app: RecipientApp, home: str, way_in: str, page: Page) -> None:
    page.goto(way_in)
    page.goto(f"{home}calls")
    expect(page.get_by_text("No calls yet")).to_be_visible()

    answer = app.get("balances", app.mint("mikomo_10")["id_token"])

    interaction_id = answer.headers["x-akoya-interaction-id"]
    expect(page.get_by_text(interaction_id)).to_be_visible()
    assert page.locator("#calls time").first.get_attribute("title").endswith("Z")  # type: ignore[union-attr]
