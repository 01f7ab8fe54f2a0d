"""A file holds one idea: what outgrows the budget is split by the field's words."""

from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
LONGEST = 400
BUDGETED = {".py", ".js", ".css", ".html"}
FILES = sorted(path for path in SOURCE.rglob("*") if path.suffix in BUDGETED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_source_file_stays_within_its_budget(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= LONGEST, f"{lines} lines, expected at most {LONGEST}: make it a folder"
