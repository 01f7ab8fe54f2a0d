"""Documents speak of what exists: files, links, settings, commands and endpoints."""

import re
from pathlib import Path

import pytest

from easement.cli import main as cli
from easement.gateway.app import PREFIXES

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
REFERENCE = "\n".join(
    page.read_text() for page in sorted((ROOT / "docs" / "reference").glob("*.md"))
)
SETTINGS = set(re.findall(r"\bEASEMENT_[A-Z0-9_]+\b", REFERENCE))

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<(?:img|source)[^>]*src(?:set)?=\"([^\"]+)\"")
CODE = re.compile(r"`([^`\n]+)`")
NAMED_FILE = re.compile(r"[\w.\-]+(?:/[\w.\-]+)*\.(?:py|md|html|css|js|svg|toml)")
NAMED_FOLDER = re.compile(r"(?:[\w.\-]+/)+")
STARTS = (ROOT, SOURCE, SOURCE / "easement", SOURCE / "easement" / "authserver")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(path: Path) -> set[str]:
    """The fragments under which a document's headings are reached."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {word.strip().replace(" ", "-") for word in words}


def exists(name: str) -> bool:
    if any((start / name).exists() for start in STARTS):
        return True
    return "/" not in name and any(SOURCE.rglob(name))


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_a_link_leads_somewhere(document: Path) -> None:
    for target in (first or second for first, second in LINK.findall(document.read_text())):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        name, _, fragment = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), f"{target} does not exist"
        assert not fragment or fragment in anchors(path), f"{target} has no such heading"


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_a_file_that_is_named_exists(document: Path) -> None:
    spans = CODE.findall(document.read_text())
    named = {span for span in spans if NAMED_FILE.fullmatch(span) or NAMED_FOLDER.fullmatch(span)}
    assert not {name for name in named if not exists(name)}


def test_every_setting_is_in_the_reference_and_every_one_there_exists() -> None:
    read = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r"\bEASEMENT_[A-Z0-9_]+\b", path.read_text())
    }
    assert read == SETTINGS


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_a_command_is_in_the_reference_with_its_options(command: str) -> None:
    assert f"### easement {command}" in REFERENCE
    section = REFERENCE.split(f"### easement {command}")[1].split("\n### ")[0]
    own = {
        option
        for parameter in cli.commands[command].params
        for option in parameter.opts
        if option.startswith("--") and f"EASEMENT_{(parameter.name or '').upper()}" not in SETTINGS
    }
    assert {option for option in own if f"`{option}" not in section} == set()


def test_every_product_that_is_served_is_in_the_reference() -> None:
    assert {name for name in PREFIXES if f"`/{name}/" not in REFERENCE} == set()


def test_every_route_of_the_network_is_in_the_reference() -> None:
    served = {
        path
        for file in [*SOURCE.glob("easement/**/*.py")]
        for path in re.findall(r"(?:Route|Mount|_route)\(\s*\"(/[^\"]*)\"", file.read_text())
    }
    assert served, "the routes are declared in another way now"
    assert {path for path in served if f"`{path}`" not in REFERENCE} == set()
