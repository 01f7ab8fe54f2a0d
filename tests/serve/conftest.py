"""A network of its own process for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Not started yet."""
    command = Served(tmp_path)
    yield command
    command.clean_up()
