"""The single values of configuration files by their dotted keys: YAML, TOML, JSON, properties, ini and `.env`."""

import json
import re
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Items, Node, Scalar
from weighbridge.landscape.documents.reading import documents
from weighbridge.landscape.documents.toml import load_toml

MOST_VALUES: Final = 20_000
_PAIR: Final = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.\-]*)[ \t]*[=:][ \t]*(.*?)[ \t]*$", re.MULTILINE)
_SAYS_SOMETHING: Final = re.compile(r"\s*[^\s#;!]")
_NO_JSON: Final = re.compile(r'("(?:[^"\\\n]|\\.)*"?)|//[^\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*[}\]])', re.DOTALL)
"""What people write into JSON although JSON has none of it: comments, and a comma after the last element."""
_MARKS: Final = ("name", "id", "key", "host")


def settings_of(path: RepoPath, text: str) -> dict[str, str]:
    """Dotted key to value; empty when the file cannot be read. An element of a list goes by its name, or its index."""
    return read_settings(path, text) or {}


def read_settings(path: RepoPath, text: str) -> dict[str, str] | None:
    """The same, with None in the place of what cannot be read."""
    name = path.rpartition("/")[2].lower()
    try:
        if name.endswith((".yaml", ".yml")):
            return _of_nodes(documents(text.encode("utf-8", "replace"), allow_tags=True))
        if name.endswith(".toml"):
            return _of_values(load_toml(text))
        if name.endswith(".json"):
            return _of_values(_json(text))
        if name.endswith((".ini", ".cfg")):
            return _of_ini(text)
    except (DocumentError, ValueError, RecursionError):
        return None
    pairs = {key: value.strip("\"'") for key, value in _PAIR.findall(text)[:MOST_VALUES]}
    return pairs if pairs or not any(_SAYS_SOMETHING.match(line) for line in text.splitlines()) else None


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        for _ in range(2):  # a comma may be the last only once the comment behind it is gone
            text = _NO_JSON.sub(lambda found: found.group(1) or "", text)
        return json.loads(text)


def _of_ini(text: str) -> dict[str, str]:
    import configparser  # noqa: PLC0415 - most reviews read no such file

    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError("it is no ini file") from error
    return {f"{s}.{key}": value or "" for s in parser.sections() for key, value in parser.items(s)}


def _of_nodes(roots: list[Node]) -> dict[str, str]:
    found: dict[str, str] = {}
    stack = [(f"{n}#" if len(roots) > 1 else "", root) for n, root in enumerate(reversed(roots))]
    while stack and len(found) < MOST_VALUES:
        key, node = stack.pop()
        match node:
            case Scalar(value=value):
                found[key] = value
            case Fields():
                inner = [(_dotted(key, name), value) for name, (_, value) in node.entries.items()]
                stack += reversed(inner)
            case Items():
                marked = [(_dotted(key, _mark_of(item) or str(n)), item) for n, item in enumerate(node.items)]
                stack += reversed(marked)
    return found


def _mark_of(node: Node) -> str:
    """What tells an element of a list from its neighbours when it moves."""
    if isinstance(node, Fields):
        for mark in _MARKS:
            value = node.get(mark)
            if isinstance(value, Scalar):
                return value.value
    return ""


def _of_values(root: object) -> dict[str, str]:
    found: dict[str, str] = {}
    stack: list[tuple[str, object]] = [("", root)]
    while stack and len(found) < MOST_VALUES:
        key, value = stack.pop()
        if isinstance(value, dict):
            stack += [(_dotted(key, str(name)), inner) for name, inner in reversed(value.items())]
        elif isinstance(value, list):
            stack += [(_dotted(key, str(n)), inner) for n, inner in reversed(list(enumerate(value)))]
        else:
            found[key] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


def _dotted(key: str, name: str) -> str:
    return f"{key}.{name}" if key and not key.endswith("#") else key + name
