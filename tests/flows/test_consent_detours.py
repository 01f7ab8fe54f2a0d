"""What consumers do besides the straight way: leave, return, press twice, open two tabs."""

import itertools
from collections.abc import Iterator

import pytest
import requests

from tests.support.app import RecipientApp, accounts_in
from tests.support.consumer import Consumer, query_of
from tests.support.network import Calendar
from tests.support.pages import Page
from tests.support.together import together


def called_back(app: RecipientApp, answer: Page | requests.Response) -> dict[str, str]:
    """The parameters that the app is called back with."""
    page = answer if isinstance(answer, Page) else Page(answer)
    assert page.onward is not None, page.text
    assert page.onward.startswith(f"{app.redirect_uri}?")
    query = query_of(page.onward)
    assert query["state"] == app.authorization()["state"]
    assert query["iss"] == app.network.issuer
    return query


def callback_url(consumer: Consumer, terms: Page) -> str:
    """Where the bank sends the browser after Next, not followed."""
    response = consumer.press(terms, "Next")
    url = response.headers["location"]
    assert "/callback/mikomo?" in url
    return url


def test_cancel_on_the_consent_page_goes_back_with_access_denied(
    app: RecipientApp, consumer: Consumer
) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")

    query = called_back(app, consumer.press(page, "Cancel"))

    assert query["error"] == "access_denied"
    assert "code" not in query
    again = consumer.get(page.url)
    assert again.status == 410
    assert called_back(app, consumer.press(consumer.consent(app.auth_url(), "mikomo_5"), "Cancel"))


def test_approve_after_cancel_gives_no_code(app: RecipientApp, consumer: Consumer) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")
    consumer.press(page, "Cancel")

    answer = consumer.press(page, "Approve", list(page.accounts))

    assert answer.status_code == 410
    assert "location" not in answer.headers


@pytest.mark.parametrize("on_terms", [False, True])
def test_cancel_at_the_bank_goes_back_with_access_denied(
    app: RecipientApp, consumer: Consumer, on_terms: bool
) -> None:
    if on_terms:
        page = consumer.sign_in(app.auth_url(), "mikomo_5")
    else:
        page = consumer.open(app.auth_url())
    cancel = next(link for link in page.links if "cancel" in link)

    assert called_back(app, consumer.open(cancel))["error"] == "access_denied"


@pytest.mark.parametrize("accounts", [[], ["1"], ["' OR 1=1 --"], [""]])
def test_approving_no_or_foreign_accounts_is_refused_on_the_page(
    app: RecipientApp, consumer: Consumer, accounts: list[str]
) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")

    answer = Page(consumer.press(page, "Approve", accounts))

    assert answer.status == 400
    assert answer.accounts == page.accounts
    assert app.exchange(query_of(consumer.approve(answer))["code"]).status_code == 200


def test_own_and_foreign_account_together_are_refused(
    app: RecipientApp, consumer: Consumer
) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")

    answer = consumer.press(page, "Approve", [*page.accounts, "839502593"])

    assert answer.status_code == 400


def test_second_submit_of_approve_leads_to_the_same_redirect(
    app: RecipientApp, consumer: Consumer
) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")

    first, second = consumer.approve(page), consumer.approve(page)

    assert first == second
    tokens = app.exchange(query_of(first)["code"])
    assert tokens.status_code == 200


def test_ten_simultaneous_approvals_make_one_grant_and_one_code(
    app: RecipientApp, consumer: Consumer
) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")
    before = app.network.rows("SELECT count(*) AS n FROM grants")[0]["n"]
    form = page.form
    data = [*form.hidden.items(), ("decision", "approve"), *(("account", a) for a in page.accounts)]
    cookies = consumer.browser.cookies.get_dict()

    def approve() -> requests.Response:
        return requests.post(
            form.action, data=data, cookies=cookies, allow_redirects=False, timeout=60
        )

    answers = together(10, approve)

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert app.network.rows("SELECT count(*) AS n FROM grants")[0]["n"] == before + 1


def test_back_button_after_approval_says_that_it_is_finished(
    app: RecipientApp, consumer: Consumer
) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")
    consumer.approve(page)

    again = consumer.get(page.url)

    assert again.status == 410
    assert "finished" in again.text


def test_callback_loaded_again_shows_the_consent_page_again(
    app: RecipientApp, consumer: Consumer
) -> None:
    url = callback_url(consumer, consumer.sign_in(app.auth_url(), "mikomo_5"))
    first, second = consumer.open(url), consumer.open(url)

    assert first.accounts
    assert first.accounts == second.accounts
    consumer.approve(first)
    assert consumer.open(url).status == 410


def test_simultaneous_callbacks_do_not_spoil_the_sign_in(
    app: RecipientApp, consumer: Consumer
) -> None:
    url = callback_url(consumer, consumer.sign_in(app.auth_url(), "mikomo_5"))
    cookies = consumer.browser.cookies.get_dict()

    answers = together(
        8, lambda: requests.get(url, cookies=cookies, allow_redirects=False, timeout=60)
    )

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    page = consumer.open(answers[0].headers["location"])
    assert app.exchange(query_of(consumer.approve(page))["code"]).status_code == 200


def test_two_tabs_of_one_browser_finish_in_any_order(app: RecipientApp, consumer: Consumer) -> None:
    first = consumer.consent(app.auth_url(state="first"), "mikomo_5")
    second = consumer.consent(app.auth_url(state="second"), "mikomo_6")

    answers = [query_of(consumer.approve(page)) for page in (second, first)]

    assert [answer["state"] for answer in answers] == ["second", "first"]
    for answer, page in zip(answers, (second, first), strict=True):
        tokens = app.exchange(answer["code"]).json()
        read = accounts_in(app.get("accounts-info", tokens["id_token"]))
        assert set(read) == set(page.accounts)


def test_form_of_one_tab_does_not_decide_in_the_other(
    app: RecipientApp, consumer: Consumer
) -> None:
    first = consumer.consent(app.auth_url(), "mikomo_5")
    second = consumer.consent(app.auth_url(), "mikomo_5")

    answer = consumer.press(first, "Approve", list(first.accounts), csrf=second.form.hidden["csrf"])

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize("stage", ["sign-in", "consent", "approve"])
def test_flow_left_for_an_hour_goes_back_with_an_error(
    app: RecipientApp, consumer: Consumer, calendar: Calendar, stage: str
) -> None:
    terms = consumer.sign_in(app.auth_url(), "mikomo_5")
    if stage == "sign-in":
        calendar.pass_time(hours=1)
        answer: Page | requests.Response = consumer.press_on(terms, "Next")
    else:
        page = consumer.press_on(terms, "Next")
        calendar.pass_time(hours=1)
        if stage == "consent":
            answer = consumer.get(page.url)
        else:
            answer = consumer.press(page, "Approve", list(page.accounts))

    query = called_back(app, answer)
    assert query["error"] == "access_denied"
    assert "code" not in query


def test_simultaneous_approve_and_cancel_have_one_outcome(
    app: RecipientApp, consumer: Consumer
) -> None:
    for _ in range(5):
        page = consumer.consent(app.auth_url(), "mikomo_5")
        cookies = consumer.browser.cookies.get_dict()
        decisions = itertools.cycle(["approve", "cancel"])
        form = [*page.form.hidden.items(), *(("account", each) for each in page.accounts)]

        def decide(
            action: str = page.form.action,
            form: list[tuple[str, str]] = form,
            decisions: Iterator[str] = decisions,
            cookies: dict[str, str] = cookies,
        ) -> requests.Response:
            data = [*form, ("decision", next(decisions))]
            return requests.post(
                action, data=data, cookies=cookies, allow_redirects=False, timeout=60
            )

        answers = [Page(answer).onward for answer in together(8, decide)]

        told = {"code" if "code" in query_of(url) else "error" for url in answers if url}
        assert len(told) == 1, "the app is told of approval and cancellation at once"
        if told == {"code"}:
            code = next(query_of(url)["code"] for url in answers if url)
            assert app.exchange(code).status_code == 200
