"""What commands print: a table for people, JSON for programs."""

import json
import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

import click

_NARROWEST = 24

as_json = click.option("--json", "in_json", is_flag=True, help="Print JSON.")


def show_json(answer: Any) -> None:
    """The answer as it came."""
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False))


def show_table(headings: Sequence[str], rows: Sequence[Sequence[object]], empty: str) -> None:
    """Columns as wide as they need, the last one wrapped to the terminal; `empty` for no rows."""
    if not rows:
        click.echo(empty)
        return
    cells = [list(headings), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = max(_NARROWEST, shutil.get_terminal_size((120, 24)).columns - indent)
    for row in cells:
        start = "".join(
            cell.ljust(width) + "  " for cell, width in zip(row[:-1], widths, strict=True)
        )
        lines = textwrap.wrap(row[-1], room, break_on_hyphens=False, break_long_words=False) or [""]
        click.echo((start + lines[0]).rstrip())
        for line in lines[1:]:
            click.echo(" " * indent + line)


def _text(cell: object) -> str:
    if cell is None:
        return "-"
    return ", ".join(map(str, cell)) if isinstance(cell, list) else str(cell)
