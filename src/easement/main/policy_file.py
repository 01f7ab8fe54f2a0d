"""A provider's policy in a YAML file (JSON is YAML too), with complaints that name the line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from easement.providers.policy import Place, PolicyError


class PolicyFileError(Exception):
    """The file is not a policy; the message names file, line, and what was expected."""


class PolicyFile:
    """The `document` in a file.

    Raises:
        PolicyFileError: the file is not YAML, or says the same thing twice.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            loader = yaml.SafeLoader(path.read_bytes())
            try:
                self._root: yaml.Node | None = loader.get_single_node()
                for key in _repeated(self._root, set()):
                    raise self._fault(key.start_mark, f"{key.value} is said twice")
                self.document: Any = (
                    None if self._root is None else loader.construct_document(self._root)
                )
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            raise self._fault(error.problem_mark, error.problem or "not YAML") from None
        except (yaml.YAMLError, RecursionError) as error:
            raise PolicyFileError(f"{path}: this is not YAML: {error}") from None

    def fault(self, error: PolicyError) -> PolicyFileError:
        """The complaint, with the line of what it complains of."""
        return self._fault(_mark(self._root, error.place), str(error))

    def _fault(self, mark: yaml.Mark | None, message: str) -> PolicyFileError:
        line = 1 if mark is None else mark.line + 1
        return PolicyFileError(f"{self._path}, line {line}: {message}")


def write(document: object) -> str:
    """The document as YAML."""
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def _mark(root: yaml.Node | None, place: Place) -> yaml.Mark | None:
    """Where the place begins: the entry of a list, the key of a mapping."""
    node, mark = root, None if root is None else root.start_mark
    for step in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            mark = node.start_mark
        elif isinstance(node, yaml.MappingNode):
            found = [pair for pair in node.value if pair[0].value == str(step)]
            if not found:
                break
            key, node = found[0]
            mark = key.start_mark
    return mark


def _repeated(node: yaml.Node | None, seen: set[int]) -> Iterator[yaml.Node]:
    """Keys that stand a second time in their mapping: the later would win without a word."""
    if node is None or id(node) in seen or isinstance(node, yaml.ScalarNode):
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            if str(key.value) in keys:
                yield key
            keys.add(str(key.value))
            yield from _repeated(value, seen)
    else:
        for entry in node.value:
            yield from _repeated(entry, seen)
