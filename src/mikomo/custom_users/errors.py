"""What is wrong with a file of users."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that is wrong, and the line it stands on."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class BadUsersError(Exception):
    """The users cannot be read; its text has a line for each finding."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = tuple(findings)
