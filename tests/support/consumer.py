"""A consumer with a browser of their own, who goes through the pages by their forms."""

from collections.abc import Collection
from urllib.parse import parse_qsl, urlsplit

import requests

from tests.support.network import RunningNetwork
from tests.support.pages import Page

_MOST_REDIRECTS = 10


def query_of(url: str) -> dict[str, str]:
    """The parameters of a URL; one that comes twice fails the test."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs), f"a parameter comes twice in {url}"
    return dict(pairs)


class Consumer:
    """Goes where network and bank send the browser, and stops where that leads to the app."""

    def __init__(self, network: RunningNetwork) -> None:
        self._network = network
        self._origins = (f"{network.issuer}/", f"{network.bank.url}/")
        self.browser = requests.Session()
        self.browser.trust_env = False

    def close(self) -> None:
        """Close the browser."""
        self.browser.close()

    def get(self, url: str) -> Page:
        """One request, no redirect followed."""
        return Page(self.browser.get(self._network.reach(url), allow_redirects=False, timeout=30))

    def open(self, url: str) -> Page:
        """Type a URL: the page where that ends, or the answer that leads to the app."""
        return self._follow(self.get(url))

    def press(
        self, page: Page, button: str, accounts: Collection[str] = (), **fields: str
    ) -> requests.Response:
        """Submit the page's form by a button, no redirect followed."""
        form = page.form_with(button)
        pressed = form.button(button)
        pairs = [*{**form.hidden, **fields}.items(), *(("account", each) for each in accounts)]
        if pressed.name is not None:
            pairs.append((pressed.name, pressed.value))
        url = self._network.reach(form.action)
        return self.browser.post(url, data=pairs, allow_redirects=False, timeout=30)

    def press_on(
        self, page: Page, button: str, accounts: Collection[str] = (), **fields: str
    ) -> Page:
        """Submit, and follow the redirects like `open`."""
        return self._follow(Page(self.press(page, button, accounts, **fields)))

    def sign_in(self, url: str, user: str, password: str | None = None) -> Page:
        """From an authorization URL through the sign-in page; the answer is the terms page."""
        page = self.open(url)
        inputs = page.form.inputs
        values = {inputs["text"]: user, inputs["password"]: password or user}
        return self.press_on(page, "Sign in →", **values)

    def consent(self, url: str, user: str) -> Page:
        """From an authorization URL to the network's page with the accounts."""
        return self.press_on(self.sign_in(url, user), "Next")

    def approve(self, page: Page, accounts: Collection[str] | None = None) -> str:
        """Approve all or some accounts; the answer is where the app is called back."""
        chosen = page.accounts if accounts is None else accounts
        response = self.press(page, "Approve", accounts=list(chosen))
        assert response.status_code == 302, response.text
        return response.headers["location"]

    def _follow(self, page: Page) -> Page:
        for _ in range(_MOST_REDIRECTS):
            if page.onward is None or not page.onward.startswith(self._origins):
                return page
            page = self.get(page.onward)
        raise AssertionError(f"more than {_MOST_REDIRECTS} redirects, the last to {page.url}")
