"""Which test saw which documented answer: observed while tests run, written to docs/coverage.md.

`python -m tests.support.api_coverage` runs the tests that call a network in this process and writes
the page. With arguments, which go on to pytest, it runs those tests and keeps what the page says of
others. As a plugin (`-p`) it observes.
"""

import atexit
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.openapi import own_document

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
TESTS = ("tests/flows", "tests/gateway", "tests/contract", "tests/reference", "tests/sandbox")
_DIRECTORY = "API_COVERAGE_DIRECTORY"
_SHOWN = 2
# They look at every answer once; a test that is about one says more.
_LAST_CHOICE = ("tests/reference/", "tests/contract/")
_HEAD = """# What is tested of the API

Every answer that the OpenAPI document tells of, with tests that saw it: observed
while they ran, not declared. Made by `python -m tests.support.api_coverage`; a test fails when an
answer is not here or a test is gone.

"""

_ROW = re.compile(r"\| (\d{3}) \| (.*) \|")
_LINK = re.compile(r"\[([^\]]+)\]\(\.\./(tests/[\w/]+\.py)\)")

Seen = dict[tuple[str, str], set[str]]
"""Tests (``file::name``) by operation (``GET /path``) and status."""


def told() -> set[tuple[str, str]]:
    """Every operation with each of its statuses."""
    return {
        (f"{method.upper()} {path}", status)
        for path, methods in own_document()["paths"].items()
        for method, operation in methods.items()
        for status in operation["responses"]
    }


def rows() -> Seen:
    """What the page says."""
    found: Seen = {}
    operation = ""
    for line in PAGE.read_text().splitlines() if PAGE.exists() else []:
        if line.startswith("## "):
            operation = line.removeprefix("## ")
        elif row := _ROW.fullmatch(line):
            links = _LINK.findall(row[2])
            found[operation, row[1]] = {
                f"{file}::test_{sentence.replace(' ', '_')}" for sentence, file in links
            }
    return found


def is_there(test: str) -> bool:
    """Whether there is a test of that file and name."""
    file, _, name = test.partition("::")
    path = ROOT / file
    return path.exists() and f"def {name}(" in path.read_text()


class _Observer:
    """Notes what the network in this process answers."""

    def __init__(self) -> None:
        self.seen: Seen = defaultdict(set)
        self._paths = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", re.escape(path).replace(r"\{", "{")
                               .replace(r"\}", "}")) + "/?"), path)
            for path in sorted(own_document()["paths"], key=lambda path: path.count("{"))
        ]  # fmt: skip

    def watch(self, kind: type) -> None:
        """Note the answers of an ASGI application of this type."""
        original = kind.__call__

        async def call(app: Any, scope: Any, receive: Any, send: Any) -> None:
            async def noted(message: Any) -> None:
                if message["type"] == "http.response.start":
                    self._note(scope, message["status"])
                await send(message)

            await original(app, scope, receive, noted)

        kind.__call__ = call  # type: ignore[method-assign]

    def _note(self, scope: Mapping[str, Any], status: int) -> None:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").partition("[")[0].partition(" (")[0]
        path = next((told for form, told in self._paths if form.fullmatch(scope["path"])), None)
        if test and path is not None:
            # 405 belongs to a path, whatever the method was.
            method = "GET" if status == 405 else scope["method"]
            self.seen[f"{method} {path}", str(status)].add(test)


def pytest_configure(config: pytest.Config) -> None:
    """Begin to observe, in each worker."""
    directory = os.environ.get(_DIRECTORY)
    if directory is None:
        return
    from easement.gateway.app import GatewayApp
    from easement.web.interaction import InteractionIdMiddleware

    observer = _Observer()
    observer.watch(GatewayApp)
    observer.watch(InteractionIdMiddleware)

    def write() -> None:
        lines = [[*key, sorted(tests)] for key, tests in observer.seen.items()]
        Path(directory, f"{os.getpid()}.json").write_text(json.dumps(lines))

    atexit.register(write)


def page(seen: Seen) -> str:
    """The page in Markdown."""
    text = _HEAD
    for path, methods in own_document()["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            text += f"## {method.upper()} {path}\n\n| status | seen by |\n|---|---|\n"
            for status in operation["responses"]:
                text += f"| {status} | {_links(seen.get((name, status), set()))} |\n"
            text += "\n"
    return text.rstrip("\n") + "\n"


def _links(tests: set[str]) -> str:
    def rank(test: str) -> tuple[bool, str]:
        return test.startswith(_LAST_CHOICE), test

    chosen = sorted(tests, key=rank)
    shown = [_link(test) for test in chosen[:_SHOWN]]
    return "; ".join(shown) or "**nobody**"


def _link(test: str) -> str:
    file, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../{file})"


def main(arguments: list[str]) -> int:
    """Run the tests and write the page; the exit status is pytest's."""
    seen: Seen = defaultdict(set)
    if arguments:
        seen.update({key: set(filter(is_there, tests)) for key, tests in rows().items()})
    with tempfile.TemporaryDirectory() as directory:
        os.environ[_DIRECTORY] = directory
        selection = arguments or [*TESTS, "-m", "not postgres and not browser", "-n", "auto"]
        command = [sys.executable, "-m", "pytest", "-p", "tests.support.api_coverage", *selection]
        status = subprocess.run(command, check=False, cwd=ROOT).returncode
        for file in Path(directory).glob("*.json"):
            for name, code, tests in json.loads(file.read_text()):
                seen[name, code].update(tests)
    PAGE.write_text(page(seen))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
