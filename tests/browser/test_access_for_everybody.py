"""Keyboard, screen reader, narrow screen, dark room."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.support.app import RecipientApp
from tests.support.callback import CallbackServer
from tests.support.consumer import query_of
from tests.support.walk import choose_all, reach_consent

pytestmark = pytest.mark.browser

_MOST_TABS = 40


@pytest.fixture(params=[360, 1280])
def width(request: pytest.FixtureRequest) -> int:
    """In CSS pixels: a small phone, a desktop."""
    return int(request.param)


@pytest.fixture(params=["light", "dark"])
def dressed(chromium: Browser, width: int, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab of that width and colour scheme."""
    scheme: Literal["light", "dark"] = request.param
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


def test_pages_of_the_flow_break_no_accessibility_rule(
    app: RecipientApp, callback: CallbackServer, dressed: Page
) -> None:
    page = dressed
    page.goto(app.auth_url())
    assert faults(page) == [], "sign-in"
    page.locator("input[type=text]").fill("mikomo_1")
    page.locator("input[type=password]").fill("mikomo_1")
    page.get_by_role("button", name="Sign in →").click()
    page.get_by_role("button", name="Next").wait_for()
    assert faults(page) == [], "terms"
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Approve").wait_for()
    assert faults(page) == [], "consent"
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == [], "consent with an error"
    url = page.url
    choose_all(page)
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("heading", name="Welcome back").wait_for()
    page.goto(url)
    assert faults(page) == [], "finished"


def test_pages_around_the_flow_break_no_accessibility_rule(
    app: RecipientApp, dressed: Page
) -> None:
    page, url = dressed, app.network.url
    for path in ("/", "/auth", "/consent/unknown", "/nowhere", "/demo/", "/demo/linked"):
        page.goto(url + path)
        assert faults(page) == [], path


def test_consent_page_of_38_accounts_is_readable_at_360_pixels(
    app: RecipientApp, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    reach_consent(page, app.auth_url(), "mikomo_3")

    assert faults(page) == []
    for name in ("Approve", "Cancel"):
        button = page.get_by_role("button", name=name)
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    context.close()


def focused(page: Page) -> str:
    """The words of what has the focus."""
    words: str = page.evaluate(
        "(() => { const e = document.activeElement;"
        " return (e.labels?.[0]?.textContent || e.textContent || '').trim(); })()"
    )
    return words


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(_MOST_TABS):
        if focused(page) == words:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{_MOST_TABS} tabs do not reach {words!r}")


def test_whole_flow_works_by_keyboard_alone(
    app: RecipientApp, callback: CallbackServer, page: Page
) -> None:
    page.goto(app.auth_url())
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("mikomo_1")
    page.keyboard.press("Tab")
    page.keyboard.type("mikomo_1")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Next").wait_for()
    tab_to(page, "Next")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Approve").wait_for()
    tab_to(page, "Individual (*****9276)")
    page.keyboard.press("Space")
    tab_to(page, "Approve")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    code = query_of(callback.calls[-1])["code"]
    tokens = app.exchange(code).json()
    assert len(app.get("balances", tokens["id_token"]).json()["accounts"]) == 1


def test_error_on_the_consent_page_takes_the_focus(app: RecipientApp, page: Page) -> None:
    reach_consent(page, app.auth_url(), "mikomo_5")
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_role("alert")).to_be_focused()


def test_refused_link_shows_its_status_and_the_word_mark_leads_home(
    app: RecipientApp, page: Page
) -> None:
    answer = page.goto(f"{app.network.url}/auth")
    assert answer is not None
    expect(page.locator(".eyebrow")).to_have_text(f"Status {answer.status}")
    page.get_by_role("link", name="Easement", exact=True).click()

    expect(page).to_have_url(f"{app.network.url}/")
