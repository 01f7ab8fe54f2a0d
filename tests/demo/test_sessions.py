"""Sessions stay few, young and hard to guess; settings say what is wrong with them."""

from dataclasses import replace

import pytest
from starlette.responses import Response

from easement_demo.rendering import Pages
from easement_demo.sessions import PENDING_LINKS, Sessions
from easement_demo.settings import DemoSettings

SETTINGS = DemoSettings(
    public_url="https://app.example/demo/",
    network_url="https://network.example",
    network_api_url="http://127.0.0.1:8080",
    client_id="sample-app",
    client_secret="sample-secret",
)


def test_least_recently_used_session_goes_first() -> None:
    sessions = Sessions(lambda: 0.0, capacity=2)
    first, second = sessions.start(), sessions.start()
    sessions.find(first.id)

    sessions.start()

    assert sessions.find(first.id) is first
    assert sessions.find(second.id) is None


def test_session_ends_at_its_age_even_when_used() -> None:
    now = 0.0
    sessions = Sessions(lambda: now, max_age=100)
    session = sessions.start()

    now = 100.0
    assert sessions.find(session.id) is session
    now = 100.5
    assert sessions.find(session.id) is None


def test_links_under_way_are_bounded() -> None:
    session = Sessions(lambda: 0.0).start()

    states = [session.begin_link(popup=False) for _ in range(PENDING_LINKS + 3)]

    assert list(session.pending) == states[3:]
    assert len(set(states)) == len(states)


def test_notice_is_shown_once() -> None:
    session = Sessions(lambda: 0.0).start()
    session.notice = "Done."

    assert (session.take_notice(), session.take_notice()) == ("Done.", None)


def test_cookie_is_secure_behind_tls() -> None:
    response = Response()
    Pages(SETTINGS).set_cookie(response, Sessions(lambda: 0.0).start())

    assert "Secure" in response.headers["set-cookie"]
    assert "Path=/demo;" in response.headers["set-cookie"]


def test_links_follow_the_public_url_and_not_the_inside_one() -> None:
    response = Pages(SETTINGS).page("home.html", sample_users=[], linked=False)
    page = bytes(response.body).decode()

    assert 'href="https://app.example/demo/link"' in page
    assert "127.0.0.1" not in page
    assert SETTINGS.redirect_uri == "https://app.example/demo/callback"


def test_relative_url_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="public_url must be an absolute http or https URL"):
        replace(SETTINGS, public_url="/demo")


def test_secret_stays_out_of_the_repr() -> None:
    assert "sample-secret" not in repr(SETTINGS)
