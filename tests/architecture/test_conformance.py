"""docs/conformance.md names tests that exist, with parameters that they have."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "conformance.md").read_text()
ROW = re.compile(r"\| \[([^\]]+)\]\(\.\./(tests/[^)]+)\) \| (?:`(.+)` )?\|$", re.MULTILINE)
ROWS = ROW.findall(DOCUMENT)


def test_rows_are_found() -> None:
    assert len(ROWS) == DOCUMENT.count("](../tests/flows/") > 50


@pytest.mark.parametrize(("sentence", "path", "parameter"), ROWS)
def test_a_case_names_a_test_that_replays_it(sentence: str, path: str, parameter: str) -> None:
    source = (ROOT / path).read_text()
    module = ast.parse(source).body
    name = f"test_{sentence.replace(' ', '_')}"
    (test,) = (each for each in module if isinstance(each, ast.FunctionDef) and each.name == name)

    marks = [part for mark in test.decorator_list for part in ast.walk(mark)]
    named = {part.id for part in marks if isinstance(part, ast.Name)}
    # Cases may stand in a table of their own, which the mark names.
    tables = [
        each
        for each in module
        if isinstance(each, ast.AnnAssign) and ast.unparse(each.target) in named
    ]
    cases = [ast.get_source_segment(source, each) or "" for each in (*test.decorator_list, *tables)]
    assert parameter in "\n".join(cases)
