"""What only a real browser shows: the pop-up, life without scripts, and accessibility."""

import shutil
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from tests.demo.conftest import Demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def complaints(page: Page) -> list[str]:
    """Accessibility rules the page breaks, and whether it scrolls sideways."""
    broken = [rule["id"] for rule in (await Axe().run(page)).response["violations"]]
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        broken.append("scrolls sideways")
    return broken


async def test_popup_closes_and_its_opener_shows_the_accounts(
    demo: Demo, chromium: Browser
) -> None:
    page = await chromium.new_page()
    await page.goto(f"{demo.url}/")

    async with page.expect_popup() as popup:
        await page.get_by_role("link", name="in a pop-up window").click()
    await page.wait_for_url(f"{demo.url}/accounts")

    assert await page.get_by_text("$1,234.50").first.is_visible()
    opened = await popup.value
    if not opened.is_closed():
        await opened.wait_for_event("close")


async def test_link_and_revoke_work_without_scripts(demo: Demo, chromium: Browser) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()

    await page.goto(f"{demo.url}/")
    await page.get_by_role("link", name="Link your bank").click()
    await page.wait_for_url(f"{demo.url}/accounts")
    await page.get_by_role("link", name="Revoke access").click()
    await page.get_by_role("button", name="Yes, revoke access").click()
    await page.wait_for_url(f"{demo.url}/accounts")

    assert await page.get_by_role("heading", name="Access has ended").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_pages_are_accessible(demo: Demo, chromium: Browser, scheme: str, width: int) -> None:
    context = await chromium.new_context(
        viewport={"width": width, "height": 740},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    await page.goto(f"{demo.url}/link")
    await page.wait_for_url(f"{demo.url}/accounts")
    assert await complaints(page) == []
    await page.get_by_text("Response body").first.click()
    assert await complaints(page) == []
    demo.network.refuse_data(401, 602, "Customer not authorized")
    for path in ("/", "/accounts", "/revoke", "/linked", "/callback?state=forged"):
        await page.goto(demo.url + path)
        assert await complaints(page) == [], path
    assert errors == []
