"""Finds the people who bank here: those of `data/`, their copies, and those that others add."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from mikomo.clock import Clock, SystemClock
from mikomo.person import (
    Account,
    Failure,
    Fields,
    Person,
    Row,
    Statement,
    TaxForm,
    TaxStatement,
)
from mikomo.person_file import PersonFile, person_of

__all__ = [
    "DATA",
    "Account",
    "Catalogue",
    "Failure",
    "Fields",
    "Person",
    "Row",
    "Statement",
    "TaxForm",
    "TaxStatement",
]

DATA = Path(__file__).parent / "data"

_COPY = re.compile(r"(?P<original>[^+]+)\+[A-Za-z0-9._-]{1,64}")
_SYSTEM_CLOCK = SystemClock()


class Catalogue:
    """People by user name, as they are at the present moment of `clock`.

    A file is read when its person is first asked for. `others` answers the people that somebody
    added, by user name; one of them may take the place of a person of `directory`.
    """

    def __init__(
        self,
        directory: Path = DATA,
        others: Callable[[], Mapping[str, Person]] | None = None,
        clock: Clock = _SYSTEM_CLOCK,
    ) -> None:
        self._paths = {path.stem: path for path in directory.glob("*.json")}
        self._others = others or dict
        self._clock = clock
        self._load = lru_cache(maxsize=None)(_load)

    def find(self, username: str) -> Person | None:
        """The person of exactly this user name, or None.

        `NAME+ANYTHING` is a person with the data of NAME and a sign-in of her own, so that tests
        that run side by side do not meet.
        """
        original = self._original(username)
        copy = _COPY.fullmatch(username)
        if original is not None or copy is None:
            return original
        original = self._original(copy["original"])
        if original is None:
            return None
        return msgspec.structs.replace(original, username=username, password=username)

    def everyone(self) -> Iterator[Person]:
        """All people but the copies, those with data before those whose calls fail, by number."""
        names = {*self._paths, *self._others()}
        people = [person for name in names if (person := self._original(name)) is not None]
        return iter(sorted(people, key=_listing_order))

    def is_other(self, username: str) -> bool:
        """Whether somebody added the person of exactly this user name."""
        return username in self._others()

    def _original(self, username: str) -> Person | None:
        person = self._others().get(username)
        if person is None and username in self._paths:
            person = self._load(self._paths[username])
        return None if person is None else person.at(self._clock.now())


def _listing_order(person: Person) -> tuple[bool, int, str]:
    return (person.failure is not None, len(person.username), person.username)


def _load(path: Path) -> Person:
    return person_of(msgspec.json.decode(path.read_bytes(), type=PersonFile))
