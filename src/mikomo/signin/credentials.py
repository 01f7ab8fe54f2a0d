"""Checking a user name and password, for the authorization pages and the person's own area."""

import secrets
from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from mikomo.catalogue import Catalogue, Person
from mikomo.store.attempts import AttemptStore
from mikomo.web.forms import Parameters
from mikomo.web.pages import Pages

MAX_USERNAME = 100
"""How many characters of a wrong user name a page shows again."""

FOR_ONE_PERSON = 50
"""How often in five minutes one address may be wrong about one person."""

FROM_ONE_ADDRESS = 1_000
"""How often in five minutes one address may be wrong about anybody."""


class TooManyAttemptsError(Exception):
    """Not looked at; carries the page that says how long to wait."""

    def __init__(self, page: Response) -> None:
        super().__init__("too many wrong passwords")
        self.page = page


class Credentials:
    """Lets people in, and stops who keeps guessing."""

    def __init__(self, catalogue: Catalogue, attempts: AttemptStore, pages: Pages) -> None:
        self._catalogue = catalogue
        self._attempts = attempts
        self._pages = pages

    def matching_person(self, request: Request, form: Parameters) -> Person | None:
        """The person whose user name and password the form holds, or None.

        Raises:
            TooManyAttemptsError: the right password would be refused too, or guessing would go on.
        """
        username = form.get("username").strip()
        address = "" if request.client is None else request.client.host
        wait_s = max(
            self._attempts.wait_s(FOR_ONE_PERSON, username, address),
            self._attempts.wait_s(FROM_ONE_ADDRESS, address),
        )
        if wait_s:
            raise TooManyAttemptsError(self._pause(wait_s))
        person = self._catalogue.find(username)
        # Compared for nobody as well: the time tells nothing of who is a customer.
        password = "" if person is None else person.password
        matches = secrets.compare_digest(password.encode(), form.get("password").encode())
        if person is not None and matches:
            return person
        self._attempts.failed(username, address)
        self._attempts.failed(address)
        return None

    def _pause(self, wait_s: int) -> Response:
        minutes = ceil(wait_s / 60)
        page = self._pages.notice(
            429,
            "Too many wrong passwords",
            "For your safety we do not look at sign-ins from here for a while. Nothing was shared. "
            f"Try again in {minutes} minute{'' if minutes == 1 else 's'}.",
        )
        page.headers["Retry-After"] = str(wait_s)
        return page
