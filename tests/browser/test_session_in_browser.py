"""The consumer's short session in a real browser: asking again, and signing out."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support.app import RecipientApp
from tests.support.callback import CallbackServer
from tests.support.consumer import query_of
from tests.support.process import eventually
from tests.support.walk import choose_all, reach_consent

pytestmark = pytest.mark.browser


def arrive(page: Page, callback: CallbackServer) -> dict[str, str]:
    """Wait for the app's front end, on a site of its own; what its callback was told."""
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    return query_of(callback.calls[-1])


def link(app: RecipientApp, page: Page, callback: CallbackServer) -> None:
    reach_consent(page, app.auth_url(), "mikomo_1")
    choose_all(page)
    page.get_by_role("button", name="Approve").click()
    assert "code" in arrive(page, callback)


def silently(app: RecipientApp, page: Page, callback: CallbackServer) -> dict[str, str]:
    page.goto(app.auth_url(prompt="none"))
    return arrive(page, callback)


def faults(page: Page) -> list[str]:
    return [each["id"] for each in Axe().run(page).response["violations"]]


def test_app_asks_again_without_a_page(
    app: RecipientApp, callback: CallbackServer, page: Page
) -> None:
    assert silently(app, page, callback)["error"] == "login_required"
    link(app, page, callback)

    assert "code" in silently(app, page, callback)


def test_form_on_the_apps_own_page_finds_the_session(
    app: RecipientApp, callback: CallbackServer, page: Page
) -> None:
    """The browser sends a Lax cookie along with the link that the form is turned into."""
    link(app, page, callback)
    parameters = app.authorization(prompt="none", state="from a form")
    callback.calls.clear()

    page.evaluate(
        """([action, fields]) => {
            const form = document.createElement("form");
            form.method = "post";
            form.action = action;
            for (const [name, value] of Object.entries(fields)) {
                const input = document.createElement("input");
                [input.name, input.value] = [name, value];
                form.append(input);
            }
            document.body.append(form);
            form.submit();
        }""",
        [f"{app.network.issuer}/auth", parameters],
    )
    eventually("the app to be called back", lambda: bool(callback.calls))

    query = query_of(callback.calls[-1])
    assert query["state"] == "from a form"
    assert "code" in query


@pytest.mark.parametrize("width", [360, 1280])
def test_signing_out_by_keyboard_breaks_no_accessibility_rule(
    app: RecipientApp, callback: CallbackServer, page: Page, width: int
) -> None:
    link(app, page, callback)
    page.set_viewport_size({"width": width, "height": 740})

    page.goto(f"{app.network.issuer}/logout")
    button = page.get_by_role("button", name="Sign out")
    expect(button).to_be_visible()
    assert faults(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    button.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert faults(page) == []
    assert silently(app, page, callback)["error"] == "login_required"
