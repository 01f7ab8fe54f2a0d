"""The way to the network and back."""

import base64
from urllib.parse import parse_qs, urlsplit

from tests.demo.conftest import Browser, Demo


async def test_first_page_offers_to_link_a_bank(browser: Browser) -> None:
    status, body, _ = await browser.get("/")

    assert status == 200
    assert f'href="{browser.demo_url}/link"' in body
    assert "mikomo_1" in body


async def test_pages_are_guarded_and_not_cached(demo: Demo, browser: Browser) -> None:
    async with browser.client.get(f"{demo.url}/") as response:
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert response.headers["cache-control"] == "no-store"
    async with browser.client.get(f"{demo.url}/static/demo.css") as response:
        assert response.status == 200
        assert response.headers["x-content-type-options"] == "nosniff"


async def test_link_sends_the_browser_to_the_network(browser: Browser) -> None:
    _, _, location = await browser.get("/link")

    query = parse_qs(urlsplit(location).query)
    assert urlsplit(location).path == "/auth"
    assert len(query.pop("state")[0]) >= 20
    assert query == {
        "connector": ["mikomo"],
        "client_id": ["sample-app"],
        "redirect_uri": [f"{browser.demo_url}/callback"],
        "response_type": ["code"],
        "scope": ["openid offline_access profile"],
    }


async def test_session_cookie_is_kept_to_the_app_and_away_from_scripts(browser: Browser) -> None:
    async with browser.client.get(f"{browser.demo_url}/link", allow_redirects=False) as response:
        cookie = response.cookies["demo_session"]

    assert cookie["path"] == "/demo"
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "lax"
    assert not cookie["secure"]


async def test_callback_exchanges_the_code_with_basic_auth(demo: Demo, browser: Browser) -> None:
    assert await browser.link() == f"{demo.url}/accounts"

    ((headers, form),) = demo.network.to("/token")
    assert headers["authorization"] == (
        f"Basic {base64.b64encode(b'sample-app:sample-secret').decode()}"
    )
    assert form == {
        "grant_type": "authorization_code",
        "code": "good-code",
        "redirect_uri": f"{demo.url}/callback",
    }


async def test_session_id_changes_once_the_bank_is_linked(demo: Demo, browser: Browser) -> None:
    def cookie() -> str:
        return next(c.value for c in browser.client.cookie_jar if c.key == "demo_session")

    await browser.start_link()
    planted = cookie()
    await browser.link()

    assert cookie() != planted
    async with browser.client.get(
        f"{demo.url}/accounts",
        headers={"Cookie": f"demo_session={planted}"},
        allow_redirects=False,
    ) as response:
        assert response.status in {200, 303}
    browser.client.cookie_jar.clear()
    async with browser.client.get(
        f"{demo.url}/accounts",
        headers={"Cookie": f"demo_session={planted}"},
        allow_redirects=False,
    ) as response:
        assert response.headers["location"] == f"{demo.url}/"


async def test_foreign_state_is_refused_and_its_code_never_used(
    demo: Demo, browser: Browser
) -> None:
    await browser.start_link()

    status, body, _ = await browser.get(
        "/callback?code=good-code&state=forged&error_description=Call+0800+SCAM"
    )

    assert status == 400
    assert "does not belong to a link you started here" in body
    assert "SCAM" not in body
    assert demo.network.to("/token") == []


async def test_callback_without_a_session_is_refused(demo: Demo, browser: Browser) -> None:
    status, _, _ = await browser.get("/callback?code=good-code&state=anything")

    assert status == 400
    assert demo.network.to("/token") == []


async def test_state_works_once(demo: Demo, browser: Browser) -> None:
    state = await browser.start_link()
    await browser.get(f"/callback?code=good-code&state={state}")

    status, body, _ = await browser.get(f"/callback?code=good-code&state={state}")

    assert status == 400
    assert "used already" in body
    assert len(demo.network.to("/token")) == 1


async def test_doubled_code_is_refused(demo: Demo, browser: Browser) -> None:
    state = await browser.start_link()

    status, _, _ = await browser.get(f"/callback?code=good-code&code=other&state={state}")

    assert status == 400
    assert demo.network.to("/token") == []


async def test_two_tabs_may_link_at_the_same_time(browser: Browser) -> None:
    first, second = await browser.start_link(), await browser.start_link()

    for state in (first, second):
        status, _, _ = await browser.get(f"/callback?code=good-code&state={state}")
        assert status == 303


async def test_old_session_is_forgotten(demo: Demo, browser: Browser) -> None:
    await browser.link()
    demo.clock.now += 9 * 3600

    status, _, location = await browser.get("/accounts")

    assert (status, location) == (303, f"{demo.url}/")


async def test_cancelling_shows_a_friendly_page_with_a_way_back(browser: Browser) -> None:
    state = await browser.start_link()

    status, body, _ = await browser.get(
        f"/callback?error=access_denied&error_description=The+user+%3Cb%3Ecancelled&state={state}"
    )

    assert status == 400
    assert "Nothing was shared" in body
    assert "access_denied" in body
    assert "The user &lt;b&gt;cancelled" in body
    assert f'href="{browser.demo_url}/link"' in body


async def test_refused_code_shows_the_exchange_without_the_secret(
    demo: Demo, browser: Browser
) -> None:
    demo.network.token_refusal = (
        400,
        {"error": "invalid_request", "error_description": "Invalid or expired code parameter."},
    )
    state = await browser.start_link()

    status, body, _ = await browser.get(f"/callback?code=good-code&state={state}")

    assert status == 502
    assert "Invalid or expired code parameter." in body
    assert base64.b64encode(b"sample-app:sample-secret").decode() not in body


async def test_popup_link_ends_on_the_page_that_closes_it(demo: Demo, browser: Browser) -> None:
    assert await browser.link("?display=popup") == f"{demo.url}/linked"

    _, body, _ = await browser.get("/linked")

    assert "data-linked" in body
    assert f'href="{demo.url}/accounts"' in body


async def test_failed_popup_link_is_tried_again_as_a_popup(demo: Demo, browser: Browser) -> None:
    state = await browser.start_link("?display=popup")

    _, body, _ = await browser.get(f"/callback?error=server_error&state={state}")

    assert f'href="{demo.url}/link?display=popup"' in body


async def test_unknown_page_is_a_friendly_404(browser: Browser) -> None:
    status, body, _ = await browser.get("/nowhere")

    assert status == 404
    assert "There is no such page" in body
