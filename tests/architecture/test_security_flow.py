"""docs/security-flow.md names every check there is, in the order in which it runs."""

import re
from pathlib import Path

import pytest

from easement.authserver.authorize.steps import Steps
from easement.gateway.pipeline import Pipeline

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "security-flow.md").read_text()
AUTHORIZE = ROOT / "src" / "easement" / "authserver" / "authorize"
# Does the work of a step that is named, or tells what one has found out.
PARTS = {"request.py", "respond.py", "refusals.py", "duration.py", "__init__.py"}


def section(heading: str) -> str:
    return DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("path", sorted((AUTHORIZE / "steps").glob("*.py")), ids=lambda p: p.name)
def test_every_step_of_an_authorization_is_named(path: Path) -> None:
    assert path.name in section("/auth")


def test_the_steps_are_named_in_the_order_in_which_they_run() -> None:
    table = Steps(None, None, None).table  # type: ignore[arg-type]
    running = [row.step.__module__.rpartition(".")[2] for row in table]
    named = re.findall(r"`(\w+)\.py` \|$", section("/auth"), re.MULTILINE)

    # One row's question is asked twice, later in the stricter profiles.
    assert named == list(dict.fromkeys(running))


@pytest.mark.parametrize("path", sorted(AUTHORIZE.glob("*.py")), ids=lambda path: path.name)
def test_every_file_of_the_authorization_endpoint_is_named_or_only_a_part(path: Path) -> None:
    assert (path.name in DOCUMENT) is not (path.name in PARTS - {"__init__.py"})


def test_every_step_of_a_product_call_is_named() -> None:
    steps = {
        name
        for name, member in vars(Pipeline).items()
        if callable(member) and name.startswith("_") and not name.startswith("__")
    }
    named = set(re.findall(r"`(_\w+)`", section("Product calls")))

    assert named == steps


@pytest.mark.parametrize("path", re.findall(r"`([\w/]+\.py)`", DOCUMENT))
def test_every_file_that_is_named_exists(path: str) -> None:
    places = (ROOT / "src" / "easement", AUTHORIZE / "steps")
    assert any((place / path).exists() for place in places)


def test_every_file_of_the_endpoints_that_authenticate_is_named() -> None:
    for name in ("client_authentication.py", "attempts.py", "service_token.py", "gate.py"):
        assert name in DOCUMENT
