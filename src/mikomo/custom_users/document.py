"""Reading YAML and JSON into nodes that know their line.

JSON is read by the YAML reader too, of which it is a part, so that both have lines to name.
Scalars follow YAML 1.2: only true and false are truth values, dates are text, and what is written
like a JSON number is one, so that 0083 or NO stay text.
"""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import yaml

from mikomo.custom_users.errors import BadUsersError, Finding

NUMBER = "tag:yaml.org,2002:float"
TEXT = "tag:yaml.org,2002:str"
FLAG = "tag:yaml.org,2002:bool"
NOTHING = "tag:yaml.org,2002:null"

_DEEPEST = 40


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - PyYAML's own way


_Loader.add_implicit_resolver(
    NUMBER, re.compile(r"^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$"), list("-0123456789")
)
_Loader.add_implicit_resolver(FLAG, re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver(NOTHING, re.compile(r"^(?:null|~|)$"), ["n", "~", ""])


def read(path: Path) -> yaml.Node:
    """The document's root; BadUsersError names the line that cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _refusal(path, 1, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise _refusal(path, 1, "expected UTF-8") from error
    if path.suffix == ".json":
        _check_json(path, text)
        # Between tokens a tab is white space in JSON, and nothing at all in YAML.
        text = text.replace("\t", " ")
    try:
        root = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refusal(path, mark.line + 1 if mark else 1, f"{error.problem}") from error
    except yaml.YAMLError as error:
        raise _refusal(path, 1, str(error).partition("\n")[0]) from error
    if root is None:
        raise _refusal(path, 1, "expected a user, or `users:` with a list of them; it is empty")
    _check_depth(path, root, _DEEPEST)
    return root


def line_of(node: yaml.Node) -> int:
    """The line a node begins on, counted from 1."""
    line: int = node.start_mark.line + 1
    return line


def json_of(node: yaml.Node) -> bytes:
    """The node as JSON; numbers keep the digits they are written with."""
    match node:
        case yaml.MappingNode(value=pairs):
            members = (_text(key.value) + b":" + json_of(value) for key, value in pairs)
            return b"{" + b",".join(members) + b"}"
        case yaml.SequenceNode(value=items):
            return b"[" + b",".join(map(json_of, items)) + b"]"
        case yaml.ScalarNode(tag=tag, value=value):
            if tag == NOTHING:
                return b"null"
            return value.encode() if tag in {NUMBER, FLAG} else _text(value)
    raise TypeError(f"expected a YAML node, got {type(node).__name__}")


def _text(value: str) -> bytes:
    # JSON writes what is beyond 16 bits as a pair of escapes, which YAML reads as two characters.
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return msgspec.json.encode(whole)


def _check_json(path: Path, text: str) -> None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise _refusal(path, error.lineno, f"expected JSON: {error.msg}") from error
    except RecursionError as error:
        raise _refusal(path, 1, "is nested too deeply") from error


def _check_depth(path: Path, node: yaml.Node, left: int) -> None:
    # An alias may stand inside what it names, and then there is no end to it.
    if left == 0:
        raise _refusal(path, line_of(node), f"is nested deeper than {_DEEPEST} levels")
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal(path, line_of(key), "expected a name before the colon")
            _check_depth(path, value, left - 1)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check_depth(path, item, left - 1)


def _refusal(path: Path, line: int, message: str) -> BadUsersError:
    return BadUsersError([Finding(path, line, message)])
