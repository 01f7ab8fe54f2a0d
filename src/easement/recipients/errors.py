"""What is wrong with an app."""

from collections.abc import Mapping


class InvalidAppError(Exception):
    """An app that cannot be as it was asked to be.

    `faults` maps each field to what was expected, so that a form or an API names them all at once;
    an entry of a list is named by its number, such as ``redirect_uris[1]``.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {fault}" for field, fault in faults.items()))
        self.faults = faults


class NameTakenError(InvalidAppError):
    """The company has another app of that name."""

    def __init__(self) -> None:
        super().__init__({"name": "expected a name that no other app of the company has"})


class UnknownAppError(Exception):
    """There is no app of that id."""


class UnknownCompanyError(Exception):
    """No app belongs to a company of that id."""


class AmbiguousCompanyError(Exception):
    """Several companies bear that name: it takes the id."""
