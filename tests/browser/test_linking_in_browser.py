"""Linking in a real Chromium, policies, redirects and all."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.support.app import RecipientApp, Tokens, accounts_in
from tests.support.callback import CallbackServer
from tests.support.consumer import query_of
from tests.support.error_users import ERROR_USERS
from tests.support.network import PRIVATE_USE_CALLBACK
from tests.support.walk import choose_all, reach_consent, sign_in

pytestmark = pytest.mark.browser

INDIVIDUAL = "Individual (*****9276)"


def arrive(page: Page, callback: CallbackServer) -> dict[str, str]:
    """Wait for the app's front end; what its callback was told."""
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    return query_of(callback.calls[-1])


def tokens(app: RecipientApp, query: dict[str, str]) -> Tokens:
    answer = app.exchange(query["code"])
    assert answer.status_code == 200, answer.text
    found: Tokens = answer.json()
    return found


def test_mikomo_1_shares_one_account_and_the_app_gets_exactly_that(
    app: RecipientApp, callback: CallbackServer, page: Page
) -> None:
    sign_in(page, app.auth_url(), "mikomo_1")
    page.get_by_role("button", name="Next").click()
    box = page.get_by_label(INDIVIDUAL, exact=True)
    box.check()
    chosen = box.get_attribute("value")
    assert box.get_attribute("name") == "account"
    page.get_by_role("button", name="Approve").click()

    query = arrive(page, callback)

    assert query["state"] == app.authorization()["state"]
    linked = tokens(app, query)
    for endpoint in ("accounts-info", "balances", "accounts"):
        assert list(accounts_in(app.get(endpoint, linked["id_token"]))) == [chosen]


def test_mikomo_3_shares_38_accounts_with_1037_holdings(
    app: RecipientApp, callback: CallbackServer, page: Page
) -> None:
    reach_consent(page, app.auth_url(), "mikomo_3")
    page.get_by_role("button", name="Select all").click()
    assert page.locator("input[name=account]:checked").count() == 38
    page.get_by_role("button", name="Approve").click()

    linked = tokens(app, arrive(page, callback))

    accounts = accounts_in(app.get("accounts", linked["id_token"]))
    assert len(accounts) == 38
    assert sum(len(account.get("holdings", [])) for account in accounts.values()) == 1037


@pytest.mark.parametrize("user", ERROR_USERS)
def test_error_user_links_and_its_calls_answer_its_code(
    app: RecipientApp, callback: CallbackServer, page: Page, user: str
) -> None:
    reach_consent(page, app.auth_url(), user)
    assert choose_all(page) >= 1
    page.get_by_role("button", name="Approve").click()

    linked = tokens(app, arrive(page, callback))

    for _ in range(2):
        answer = app.get("balances", linked["id_token"])
        assert (answer.status_code, answer.json()["code"]) == ERROR_USERS[user]


def test_wrong_password_is_told_on_the_page(app: RecipientApp, page: Page) -> None:
    page.goto(app.auth_url())
    page.locator("input[type=text]").fill("mikomo_1")
    page.locator("input[type=password]").fill("wrong")
    with page.expect_response(lambda answer: "/signin/" in answer.url) as answered:
        page.get_by_role("button", name="Sign in →").click()

    assert answered.value.status == 401
    expect(page.get_by_role("alert")).to_be_visible()


def test_approving_nothing_is_refused_on_the_page(
    app: RecipientApp, callback: CallbackServer, page: Page
) -> None:
    reach_consent(page, app.auth_url(), "mikomo_5")
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_role("alert")).to_contain_text("Choose at least one account")
    assert callback.calls == []
    choose_all(page)
    page.get_by_role("button", name="Approve").click()
    assert "code" in arrive(page, callback)


@pytest.mark.parametrize("stage", ["sign-in", "terms", "consent"])
def test_cancel_leads_back_to_the_app(
    app: RecipientApp, callback: CallbackServer, page: Page, stage: str
) -> None:
    if stage == "sign-in":
        page.goto(app.auth_url())
    elif stage == "terms":
        sign_in(page, app.auth_url(), "mikomo_5")
    else:
        reach_consent(page, app.auth_url(), "mikomo_5")
    page.get_by_text("Cancel", exact=True).click()

    query = arrive(page, callback)

    assert query["error"] == "access_denied"
    assert query["state"] == app.authorization()["state"]


def test_double_click_on_approve_makes_one_working_link(
    app: RecipientApp, callback: CallbackServer, page: Page
) -> None:
    count = "SELECT count(*) AS n FROM grants"
    before = app.network.rows(count)[0]["n"]
    reach_consent(page, app.auth_url(), "mikomo_5")
    choose_all(page)
    page.get_by_role("button", name="Approve").dblclick()

    query = arrive(page, callback)

    assert len({query_of(call)["code"] for call in callback.calls}) == 1
    assert tokens(app, query)["refresh_token"]
    assert app.network.rows(count)[0]["n"] == before + 1


def test_double_click_without_scripts_makes_one_working_link(
    app: RecipientApp, callback: CallbackServer, chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    reach_consent(page, app.auth_url(), "mikomo_5")
    choose_all(page)
    page.get_by_role("button", name="Approve").dblclick()

    assert tokens(app, arrive(page, callback))["refresh_token"]
    context.close()


def test_back_button_after_the_link_says_that_it_is_finished(
    app: RecipientApp, callback: CallbackServer, page: Page
) -> None:
    reach_consent(page, app.auth_url(), "mikomo_5")
    choose_all(page)
    page.get_by_role("button", name="Approve").click()
    arrive(page, callback)

    page.go_back()

    expect(page.get_by_role("heading", level=1)).to_have_text("You have finished here")


def test_two_tabs_of_one_browser_both_link(
    app: RecipientApp, callback: CallbackServer, context: BrowserContext
) -> None:
    tabs = [context.new_page(), context.new_page()]
    for number, tab in enumerate(tabs):
        reach_consent(tab, app.auth_url(state=f"tab {number}"), f"mikomo_{number + 5}")
    for number, tab in reversed(list(enumerate(tabs))):
        choose_all(tab)
        tab.get_by_role("button", name="Approve").click()
        query = arrive(tab, callback)
        assert query["state"] == f"tab {number}"
        assert tokens(app, query)["id_token"]


def consent_for_a_native_app(app: RecipientApp, page: Page) -> None:
    reach_consent(page, app.auth_url(redirect_uri=PRIVATE_USE_CALLBACK), "mikomo_5")
    choose_all(page)


def test_approve_may_lead_to_a_private_use_scheme(app: RecipientApp, page: Page) -> None:
    consent_for_a_native_app(app, page)

    # The answer is seen only if the page's policy lets the redirect through: see the next test.
    with page.expect_response(lambda answer: answer.status == 302) as answered:
        page.get_by_role("button", name="Approve").click()

    location = answered.value.headers["location"]
    assert re.match(r"com\.example\.app:/callback\?code=[^&]+&state=", location)


def test_browser_would_have_told_of_a_policy_that_forbids_it(
    app: RecipientApp, context: BrowserContext
) -> None:
    def strict(route: Route) -> None:
        if route.request.method != "GET":
            route.continue_()
            return
        answer = route.fetch()
        policy = answer.headers["content-security-policy"]
        narrow = re.sub("form-action [^;]*", "form-action 'self'", policy)
        route.fulfill(
            response=answer, headers={**answer.headers, "content-security-policy": narrow}
        )

    page = context.new_page()
    consent_for_a_native_app(app, page)
    page.route(re.compile("/consent/"), strict)
    page.reload()  # the route sees no redirected request, so the page is loaded by itself
    choose_all(page)
    seen: list[int] = []
    page.on("response", lambda answer: seen.append(answer.status))

    with page.expect_console_message(lambda said: "form-action" in said.text):
        page.get_by_role("button", name="Approve").click()

    assert 302 not in seen
