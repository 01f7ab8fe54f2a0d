"""The person's own area: who can see my data, and stopping it."""

import re

import pytest
import requests


def log_in(browser, username: str) -> requests.Response:
    page = browser.get(browser.url + "/login")
    answer = browser.submit(browser.form(page), username=username, password=username)
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"])


def revoke_links(page: requests.Response) -> list[str]:
    return re.findall(r'action="(/connections/[^"]+/revoke)"', page.text)


def revoke_form(browser, url: str):
    """The form of the page that asks; the header's sign-out form comes before it."""
    page = browser.get(url)
    page_without_header = requests.Response()
    page_without_header._content = page.text.partition("<main")[2].encode()
    page_without_header.encoding = "utf-8"
    return browser.form(page_without_header)


def test_the_home_page_names_everyone_who_can_sign_in(program) -> None:
    page = requests.get(program.url + "/", timeout=10)
    assert page.status_code == 200
    for username in ("mikomo_1", "mikomo_2023", "mikomo_704"):
        assert f"<code>{username}</code>" in page.text
    assert "no real people" in page.text


def test_a_connection_is_listed_with_since_and_last_used(network, browser) -> None:
    tokens = network.link("mikomo_5")
    page = log_in(browser, "mikomo_5")
    assert "Who can see my data" in page.text
    assert "Easement" in page.text
    assert "Not yet" in page.text
    network.get("/accounts", tokens["access_token"])
    assert "Not yet" not in browser.get(page.url).text


def test_two_connections_to_one_network_can_be_told_apart(network, browser) -> None:
    network.link("mikomo_10")
    network.link("mikomo_10")
    page = log_in(browser, "mikomo_10")
    ids = [link.split("/")[2] for link in revoke_links(page)]
    shown = re.findall(r"<h2[^>]*>Easement <code>([^<]+)</code>", page.text)
    assert len(set(shown)) == 2
    assert all(full.startswith(short) for full, short in zip(ids, shown, strict=True))
    assert f"<code>{shown[1]}</code>" in browser.get(browser.url + revoke_links(page)[1]).text


def test_revoking_ends_all_tokens_at_once(network, browser) -> None:
    tokens = network.link("mikomo_6")
    page = log_in(browser, "mikomo_6")
    (link,) = revoke_links(page)
    assert network.get("/accounts", tokens["access_token"]).status_code == 200
    done = browser.submit(revoke_form(browser, browser.url + link))
    assert done.status_code == 303
    listed = browser.get(done.headers["Location"])
    assert "Access stopped" in listed.text
    assert revoke_links(listed) == []
    refused = network.get("/accounts", tokens["access_token"])
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    again = network.refresh(tokens["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert browser.get(browser.url + link).status_code == 404


def test_looking_at_the_question_revokes_nothing(network, browser) -> None:
    tokens = network.link("mikomo_7")
    link = revoke_links(log_in(browser, "mikomo_7"))[0]
    assert "Revoke the access of Easement?" in browser.get(browser.url + link).text
    assert network.get("/accounts", tokens["access_token"]).status_code == 200


def test_one_revoked_connection_leaves_the_others_alone(network, rival, browser) -> None:
    kept = rival.link("mikomo_11")
    ended = network.link("mikomo_11")
    newest = revoke_links(log_in(browser, "mikomo_11"))[0]
    browser.submit(revoke_form(browser, browser.url + newest))
    assert network.get("/accounts", ended["access_token"]).status_code == 401
    assert rival.get("/accounts", kept["access_token"]).status_code == 200


def test_another_person_s_connection_cannot_be_seen_or_revoked(network, browser) -> None:
    tokens = network.link("mikomo_501")
    link = revoke_links(log_in(browser, "mikomo_501"))[0]
    form = revoke_form(browser, browser.url + link)
    other = type(browser)(browser.url)
    log_in(other, "mikomo_601")
    assert other.get(browser.url + link).status_code == 404
    assert other.submit(form).status_code == 404
    listed = network.get("/accounts?resultType=lightweight", tokens["access_token"])
    assert listed.status_code == 200


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_revocation_without_its_token_does_nothing(network, browser, token) -> None:
    tokens = network.link("mikomo_602")
    link = revoke_links(log_in(browser, "mikomo_602"))[0]
    form = revoke_form(browser, browser.url + link)
    assert browser.submit(form, csrf=token).status_code == 400
    listed = network.get("/accounts?resultType=lightweight", tokens["access_token"])
    assert listed.status_code == 200


def test_without_signing_in_there_is_only_the_sign_in_page(program) -> None:
    for path in ("/connections", "/connections/x/revoke"):
        answer = requests.get(program.url + path, timeout=10, allow_redirects=False)
        assert answer.headers["Location"] == program.url + "/login"


def test_signing_in_for_a_network_opens_no_session(network, browser) -> None:
    network.approve(browser, "mikomo_1")
    assert browser.get(browser.url + "/connections").url == browser.url + "/login"


def test_a_wrong_password_is_401_and_a_missing_token_400(browser) -> None:
    form = browser.form(browser.get(browser.url + "/login"))
    wrong = browser.submit(form, username="mikomo_1", password="no")
    assert wrong.status_code == 401
    assert 'value="mikomo_1"' in wrong.text
    forged = browser.submit(form, csrf="", username="mikomo_1", password="mikomo_1")
    assert forged.status_code == 400


def test_signing_out_ends_the_session_for_good(browser) -> None:
    page = log_in(browser, "mikomo_1")
    cookie = browser.cookies["mikomo_session"]
    assert browser.submit(browser.form(page)).status_code == 303
    answer = requests.get(
        browser.url + "/connections",
        headers={"Cookie": f"mikomo_session={cookie}"},
        timeout=10,
        allow_redirects=False,
    )
    assert answer.status_code == 303


def test_each_sign_in_gets_a_session_of_its_own(browser) -> None:
    log_in(browser, "mikomo_1")
    first = browser.cookies["mikomo_session"]
    browser.cookies.set("mikomo_session", "x" * 43)
    browser.cookies.clear()
    log_in(browser, "mikomo_1")
    assert browser.cookies["mikomo_session"] != first


def test_unknown_pages_say_so_in_words(program) -> None:
    for path in ("/nowhere", "/static/none.css", "/static/../app.py", "/%2e%2e/app.py"):
        answer = requests.get(program.url + path, timeout=10)
        assert answer.status_code == 404
        assert "There is no such page" in answer.text
        assert '<a class="primary" href="/">' in answer.text
