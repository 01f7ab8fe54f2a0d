"""The users of a file or folder."""

from collections.abc import Container, Iterator, Mapping
from pathlib import Path

import yaml

from mikomo.clock import Clock
from mikomo.custom_users.completing import completed
from mikomo.custom_users.document import json_of, line_of, read
from mikomo.custom_users.errors import BadUsersError, Finding
from mikomo.custom_users.fitting import misfits_of
from mikomo.custom_users.shape import faults_of, member
from mikomo.custom_users.user_shape import FILE, USER
from mikomo.person import Person
from mikomo.person_file import person_of

_SUFFIXES = {".yaml", ".yml", ".json"}


class CustomUsers:
    """People read from files; none where no path was given.

    `taken` are the user names that belong to somebody already. BadUsersError lists everything
    that is wrong with the files.
    """

    def __init__(self, path: Path | None, taken: Container[str], clock: Clock) -> None:
        self._path = path
        self._taken = taken
        self._clock = clock
        self._people: Mapping[str, Person] = {}
        self.read()

    def people(self) -> Mapping[str, Person]:
        """By user name."""
        return self._people

    def read(self) -> None:
        """Read the files again; BadUsersError leaves those read before."""
        findings: list[Finding] = []
        people: dict[str, Person] = {}
        for path in [] if self._path is None else _files(self._path):
            for found in self._in_file(path):
                if isinstance(found, Finding):
                    findings.append(found)
                    continue
                person, line = found
                if person.username in people or person.username in self._taken:
                    message = f"expected a user name of its own, {person.username} is taken"
                    findings.append(Finding(path, line, message))
                people[person.username] = person
        if findings:
            raise BadUsersError(findings)
        self._people = people

    def _in_file(self, path: Path) -> Iterator[tuple[Person, int] | Finding]:
        try:
            root = read(path)
        except BadUsersError as error:
            yield from error.findings
            return
        shared = member(root, "users")
        faults = list(faults_of(root, USER if shared is None else FILE))
        users = [(root, "")] if shared is None else _places(shared)
        if not faults:
            faults = [fault for user, where in users for fault in misfits_of(user, where)]
        for line, where, message in faults:
            yield Finding(path, line, f"{where}: {message}" if where else message)
        for user, _ in [] if faults else users:
            yield self._person(user, path)

    def _person(self, user: yaml.Node, path: Path) -> tuple[Person, int] | Finding:
        line = line_of(user)
        try:
            person = person_of(completed(json_of(user)))
            # What is made only when it is asked for is asked for now, while there is a line to
            # name: later it would be an internal error of the bank.
            now = self._clock.now()
            for account in person.at(now).accounts:
                person.transactions(account.account_id, now)
                person.statements(account.account_id, now)
        except ValueError as error:
            return Finding(path, line, str(error))
        return person, line


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(entry for entry in path.iterdir() if entry.suffix in _SUFFIXES)
    if not files:
        message = "expected at least one .yaml, .yml or .json file in this folder"
        raise BadUsersError([Finding(path, 1, message)])
    return files


def _places(users: yaml.Node) -> list[tuple[yaml.Node, str]]:
    if not isinstance(users, yaml.SequenceNode):
        return []
    return [(user, f"users[{index}].") for index, user in enumerate(users.value)]
