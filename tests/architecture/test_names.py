"""Names come from the field, and a package says at its door what it owns."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
NETWORK = SOURCE / "easement"
MODULES = sorted(SOURCE.rglob("*.py"))
PACKAGES = sorted(path.parent for path in SOURCE.rglob("__init__.py"))

# Words that say nothing of what a module owns, so that everything ends up in it.
EMPTY_WORDS = {
    *("base", "common", "core", "helper", "helpers", "lib", "manager", "managers", "misc"),
    *("shared", "stuff", "tools", "util", "utils", "various"),
}

# A newcomer who knows one domain package knows where to look in the next.
EVERY_DOMAIN = {
    *("__init__", "model", "errors", "events", "service", "store", "tables", "settings", "jobs"),
}
WORDS_OF_THE_FIELD = {
    "activity": {"audit", "batches"},
    "authorizations": set(),
    "connectors": {"ports", "registry"},
    "consent": {"duration", "expiry"},
    "identity": {"credentials", "scopes", "tokens"},
    "keys": {"algorithms", "master", "resealing", "rotation", "sealing", "wrapping"},
    "products": {"catalogue", "fields", "forms"},
    "providers": {
        *("account_numbers", "connections", "directory", "entitlements", "leases", "policy"),
        *("refresh", "resealing", "sealing"),
    },
    "recipients": {"assertions", "checks", "jwks", "registration"},
    "tokens": {"id_tokens"},
}


def relative(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_has_a_name_that_says_something(path: Path) -> None:
    words = {part.removesuffix(".py") for part in path.relative_to(SOURCE).parts}
    assert not words & EMPTY_WORDS


@pytest.mark.parametrize("package", PACKAGES, ids=relative)
def test_a_package_says_at_its_door_what_it_owns(package: Path) -> None:
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    assert docstring is not None
    assert len(docstring) >= 60, f"a paragraph was expected, not {docstring!r}"


@pytest.mark.parametrize("domain", WORDS_OF_THE_FIELD)
def test_a_domain_package_uses_the_file_names_that_all_of_them_use(domain: str) -> None:
    stems = {path.stem for path in (NETWORK / domain).glob("*.py")}
    assert stems - EVERY_DOMAIN == WORDS_OF_THE_FIELD[domain]
