"""The pages in a real Chromium: redirects under the CSP, accessibility, narrow screens."""

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


class CallbackThatRedirectsOnce(BaseHTTPRequestHandler):
    """A network: the callback leads on to a page of its own, as the consent page does."""

    def do_GET(self) -> None:
        if self.path.startswith("/callback"):
            self.send_response(303)
            self.send_header("Location", "/consent")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>consent</title><h1>consent</h1>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
        )
        yield started
        started.close()


@pytest.fixture
def callback() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), CallbackThatRedirectsOnce)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/callback/mikomo"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def authorize_url(callback, restartable, network) -> Iterator[str]:
    program = restartable()
    network.url, network.redirect_uri = program.url, callback
    path = program.data_dir / "clients.json"
    clients = json.loads(path.read_text())
    clients[0]["redirect_uris"].append(callback)
    path.write_text(json.dumps(clients))
    yield f"{program.url}/oauth/authorize?" + "&".join(
        f"{name}={value.replace(' ', '%20')}" for name, value in network.authorization().items()
    )
    program.stop()


def check_page(page: Page) -> None:
    report = Axe().run(page)
    assert report.violations_count == 0, report.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_linking_and_revoking_by_hand(chromium, authorize_url, network, scheme) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    page.goto(authorize_url)
    expect(page.locator("input[type=text]")).to_be_focused()
    check_page(page)
    page.locator("input[type=text]").fill("mikomo_1")
    page.locator("input[type=password]").fill("wrong")
    page.get_by_role("button", name="Sign in →").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("input[type=text]")).to_have_value("mikomo_1")
    check_page(page)
    page.locator("input[type=password]").fill("mikomo_1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Next").click()
    # Reached only when the policy lets the form be redirected to the network, twice.
    expect(page.get_by_role("heading", name="consent")).to_be_visible()

    network.link("mikomo_1")
    page.goto(network.url)
    check_page(page)
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.locator("input[type=text]").fill("mikomo_1")
    page.locator("input[type=password]").fill("mikomo_1")
    page.get_by_role("button", name="Sign in →").click()
    expect(page.get_by_role("heading", name="Who can see my data")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Choose accounts").click()
    check_page(page)
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    check_page(page)
    page.get_by_role("button", name="Revoke").click()
    check_page(page)
    page.get_by_role("button", name="Revoke access").click()
    expect(page.get_by_role("status")).to_contain_text("Access stopped")
    check_page(page)
    context.close()
