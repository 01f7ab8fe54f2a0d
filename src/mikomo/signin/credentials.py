"""Checking a user name and password, for the authorization pages and the person's own area."""

from mikomo.catalogue import Catalogue, Person
from mikomo.web.forms import Parameters

MAX_USERNAME = 100
"""How many characters of a wrong user name a page shows again."""


def matching_person(catalogue: Catalogue, form: Parameters) -> Person | None:
    """The person whose user name and password the form holds, or None."""
    person = catalogue.find(form.get("username").strip())
    return person if person and person.has_password(form.get("password")) else None
