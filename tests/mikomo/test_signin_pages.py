"""The sign-in and terms pages."""

import re
from urllib.parse import urlsplit

import pytest
import requests

from tests.mikomo.network import query_of


def buttons(page: requests.Response) -> list[str]:
    return re.findall(r"<button[^>]*>([^<]*)</button>", page.text)


def inputs(page: requests.Response, kind: str) -> int:
    return len(re.findall(rf'<input[^>]*type="{kind}"', page.text))


def cancel_link(page: requests.Response) -> str:
    found = re.search(r'class="cancel" href="([^"]+)"', page.text)
    assert found
    return found[1]


def test_the_sign_in_page_has_two_fields_and_one_button(network, browser) -> None:
    page = network.start(browser)
    assert page.status_code == 200
    assert (inputs(page, "text"), inputs(page, "password")) == (1, 1)
    assert buttons(page) == ["Sign in →"]
    assert "Easement" in page.text


def test_the_terms_page_has_one_button(network, browser) -> None:
    page = network.sign_in(browser, "mikomo_1")
    assert page.status_code == 200
    assert buttons(page) == ["Next"]
    assert "Nora Hadley" in page.text


def test_the_word_of_the_terms_button_stands_nowhere_else_on_the_page(network, browser) -> None:
    page = network.sign_in(browser, "mikomo_1")
    seen = re.sub(r"<[^>]*>", "", page.text)
    assert seen.lower().count("next") == 1


def test_the_terms_page_says_that_full_numbers_may_be_shared(network, browser) -> None:
    page = network.sign_in(browser, "mikomo_1")
    assert "account and routing numbers" in page.text


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("mikomo_1", "mikomo_2"),
        ("mikomo_1", ""),
        ("", ""),
        ("nobody", "nobody"),
        ("mikomo_1\x00", "mikomo_1"),
        ("mïkomo", "x" * 5000),
    ],
)
def test_a_wrong_password_is_401_and_keeps_the_user_name(
    network, browser, username, password
) -> None:
    page = browser.submit(
        browser.form(network.start(browser)), username=username, password=password
    )
    assert page.status_code == 401
    assert "do not match" in page.text
    assert f'value="{username}"' in page.text
    assert not password or f'value="{password}"' not in page.text.replace(username, "")
    retried = browser.submit(browser.form(page), username="mikomo_1", password="mikomo_1")
    assert retried.status_code == 303


def test_markup_in_the_user_name_stays_text(network, browser) -> None:
    page = browser.submit(
        browser.form(network.start(browser)), username='"><script>alert(1)</script>', password="x"
    )
    assert "<script" not in page.text
    assert "&#34;&gt;&lt;script&gt;" in page.text


def test_spaces_around_a_user_name_do_no_harm(network, browser) -> None:
    form = browser.form(network.start(browser))
    assert browser.submit(form, username=" mikomo_1 ", password="mikomo_1").status_code == 303


def test_each_authorization_asks_who_is_there(network, browser) -> None:
    network.approve(browser, "mikomo_1")
    page = network.start(browser)
    assert buttons(page) == ["Sign in →"]
    answer = network.exchange(query_of(network.approve(browser, "mikomo_2"))["code"])
    accounts = network.get("/accounts", answer.json()["access_token"]).json()["accounts"]
    assert accounts[0]["investmentAccount"]["accountId"] == "474362798"


@pytest.mark.parametrize("step", ["signin", "terms"])
def test_cancel_leads_back_with_access_denied(network, browser, step) -> None:
    page = network.start(browser) if step == "signin" else network.sign_in(browser, "mikomo_1")
    for _ in range(2):
        answer = browser.get(browser.url + cancel_link(page), allow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith(network.redirect_uri + "?")
        back = query_of(answer.headers["Location"])
        assert (back["error"], back["state"], back["iss"]) == (
            "access_denied",
            "st-1",
            network.url,
        )
    assert browser.get(page.url).status_code == 410


def test_pressing_next_twice_leads_to_the_same_place(network, browser) -> None:
    form = browser.form(network.sign_in(browser, "mikomo_1"))
    first, second = browser.submit(form), browser.submit(form)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert network.exchange(query_of(first.headers["Location"])["code"]).status_code == 200


def test_going_back_after_the_end_says_so_and_cannot_undo_it(network, browser) -> None:
    terms = network.sign_in(browser, "mikomo_1")
    form = browser.form(terms)
    location = browser.submit(form).headers["Location"]
    back = browser.get(terms.url)
    assert back.status_code == 410
    assert "already finished" in back.text
    cancelled = browser.get(browser.url + cancel_link(terms), allow_redirects=False)
    assert cancelled.status_code == 410
    assert network.exchange(query_of(location)["code"]).status_code == 200


def test_two_tabs_do_not_disturb_each_other(network, browser) -> None:
    one = network.sign_in(browser, "mikomo_1", state="tab-1")
    two = network.sign_in(browser, "mikomo_2", state="tab-2")
    for page, state in ((one, "tab-1"), (two, "tab-2")):
        location = browser.submit(browser.form(page)).headers["Location"]
        assert query_of(location)["state"] == state


def test_the_terms_cannot_be_reached_without_signing_in(network, browser) -> None:
    page = network.start(browser)
    terms = browser.get(page.url.replace("/signin/", "/terms/"))
    assert terms.url == page.url
    assert buttons(terms) == ["Sign in →"]


def test_another_browser_cannot_take_the_sign_in_over(network, browser) -> None:
    page = network.start(browser)
    stranger = requests.get(page.url, timeout=10)
    assert stranger.status_code == 400
    network.start(other := type(browser)(browser.url))
    assert other.get(page.url).status_code == 400
    form = browser.form(page)
    stolen = other.submit(form, username="mikomo_1", password="mikomo_1")
    assert stolen.status_code == 400


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_without_its_token_changes_nothing(network, browser, token) -> None:
    signin = browser.form(network.start(browser))
    refused = browser.submit(signin, csrf=token, username="mikomo_1", password="mikomo_1")
    assert refused.status_code == 400
    terms = network.sign_in(browser, "mikomo_1")
    assert browser.submit(browser.form(terms), csrf=token).status_code == 400
    assert browser.get(terms.url).status_code == 200


def test_one_form_s_token_is_no_good_for_another(network, browser) -> None:
    signin = browser.form(network.start(browser))
    terms = browser.form(network.sign_in(browser, "mikomo_1"))
    assert browser.submit(terms, csrf=signin.fields["csrf"]).status_code == 400


def test_a_form_that_is_too_big_or_no_form_is_refused(network, browser) -> None:
    form = browser.form(network.start(browser))
    assert browser.submit(form, username="x" * 70_000, password="").status_code == 413
    sent = browser.post(form.action, json={"username": "mikomo_1"})
    assert sent.status_code == 400
    doubled = browser.post(form.action, data=[*form.fields.items(), ("a", "1"), ("a", "2")])
    assert doubled.status_code == 400


@pytest.mark.parametrize("path", ["/signin/x", "/terms/x", "/signin/%00/cancel", "/terms/é"])
def test_an_unknown_sign_in_is_a_page_that_says_what_to_do(browser, path) -> None:
    page = browser.get(browser.url + path)
    assert page.status_code == 400
    assert "start again" in page.text


def test_pages_are_protected(network, browser) -> None:
    page = network.sign_in(browser, "mikomo_1")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    # Chrome checks form-action on the redirect to the network as well.
    assert "form-action 'self' http://127.0.0.1:9;" in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    # The flow runs in an app's popup: an opener policy would cut it off.
    assert "Cross-Origin-Opener-Policy" not in page.headers
    assert not re.search(r"<script|<style|style=|\son\w+=", page.text)


def test_cookies_are_named_after_the_bank_and_kept_from_scripts(network, browser) -> None:
    answer = browser.get(
        network.url + "/oauth/authorize", params=network.authorization(), allow_redirects=False
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("mikomo_")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_behind_a_tls_proxy_every_link_has_the_public_url(bank_behind_tls, network) -> None:
    network.url = bank_behind_tls.url
    answer = requests.get(
        bank_behind_tls.url + "/oauth/authorize",
        params=network.authorization(),
        headers={"Host": "evil.example"},
        allow_redirects=False,
        timeout=10,
    )
    public = "https://bank.example/mikomo/signin/"
    assert answer.headers["Location"].startswith(public)
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Path=/mikomo/" in answer.headers["Set-Cookie"]
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    path = urlsplit(answer.headers["Location"]).path.removeprefix("/mikomo")
    page = requests.get(bank_behind_tls.url + path, headers={"Cookie": cookie}, timeout=10)
    links = re.findall(r'(?:href|src|action)="([^"]+)"', page.text)
    assert all(link.startswith(("/mikomo/", "#")) for link in links)
