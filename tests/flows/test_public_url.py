"""Behind a TLS proxy under another name, every link, redirect and cookie is the public one."""

from collections.abc import Callable

import requests

from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.consumer import query_of
from tests.support.forgery import unproven
from tests.support.network import RunningNetwork
from tests.support.pages import Page

PUBLIC = "https://data.example.test"


def follow(network: RunningNetwork, bank: requests.Session, url: str, cookie: str) -> Page:
    """One step of a browser behind the proxy, which sends the secure cookie to the network."""
    if url.startswith(network.bank.url):
        return Page(bank.get(url, allow_redirects=False, timeout=30))
    headers = {"cookie": cookie, "host": "127.0.0.1", "x-forwarded-host": "data.example.test"}
    return Page(
        requests.get(network.reach(url), headers=headers, allow_redirects=False, timeout=30)
    )


def test_whole_flow_uses_the_public_url_only(
    bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(bank, PUBLIC)
    app = RecipientApp(network, network.secrets.sandbox)
    local = network.url.removeprefix("http://")

    begin = requests.get(network.reach(app.auth_url()), allow_redirects=False, timeout=30)
    name, _, rest = begin.headers["set-cookie"].partition("=")
    cookie = f"{name}={rest.partition(';')[0]}"
    words = {part.strip().lower() for part in rest.split(";")[1:]}
    assert name.startswith("__Host-")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= words
    assert begin.headers["strict-transport-security"]
    to_bank = begin.headers["location"]
    assert query_of(to_bank)["redirect_uri"] == f"{PUBLIC}/callback/mikomo"

    with requests.Session() as browser:
        browser.trust_env = False
        page = follow(network, browser, to_bank, cookie)
        while page.onward is not None:
            page = follow(network, browser, page.onward, cookie)
        form, inputs = page.form, page.form.inputs
        data = {**form.hidden, inputs["text"]: "mikomo_5", inputs["password"]: "mikomo_5"}
        page = Page(browser.post(form.action, data=data, timeout=30))
        back = browser.post(
            page.form.action, data=page.form.hidden, allow_redirects=False, timeout=30
        ).headers["location"]
        assert back.startswith(f"{PUBLIC}/callback/mikomo?")
        onward = follow(network, browser, back, cookie).onward
        assert onward is not None
        assert onward.startswith(f"{PUBLIC}/consent/")
        consent = follow(network, browser, onward, cookie)

    assert local not in consent.response.text
    assert consent.form.action.startswith(PUBLIC)
    approved = requests.post(
        network.reach(onward),
        data=[
            *consent.form.hidden.items(),
            ("decision", "approve"),
            *(("account", each) for each in consent.accounts),
        ],
        headers={"cookie": cookie},
        allow_redirects=False,
        timeout=30,
    )
    query = query_of(approved.headers["location"])
    assert query["iss"] == PUBLIC
    tokens = app.exchange(query["code"]).json()
    assert unproven(tokens["id_token"], 1)["iss"] == PUBLIC
    assert app.get("balances", tokens["id_token"]).status_code == 200


def test_discovery_pages_and_demo_name_the_public_url(
    bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(bank, PUBLIC)
    local = network.url.removeprefix("http://")

    document = requests.get(f"{network.url}/.well-known/openid-configuration", timeout=30).json()
    urls = [value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(urls) >= 5
    assert all(url.startswith(f"{PUBLIC}/") for url in urls)
    assert document["issuer"] == PUBLIC
    for path in ("/", "/demo/", "/nowhere", "/auth"):
        page = Page(requests.get(network.url + path, headers={"accept": "text/html"}, timeout=30))
        assert local not in page.response.text, path
    link = requests.get(f"{network.url}/demo/link", allow_redirects=False, timeout=30)
    assert link.headers["location"].startswith(f"{PUBLIC}/auth?")
    assert query_of(link.headers["location"])["redirect_uri"] == f"{PUBLIC}/demo/callback"


def test_token_without_a_browser_works_behind_the_proxy(
    bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(bank, PUBLIC)
    app = RecipientApp(network, network.secrets.sandbox)

    assert app.get("balances", app.mint("mikomo_5")["id_token"]).status_code == 200
