"""What files of settings say to checkers and runners of tests, flat: by the name of a setting, its values."""

import configparser
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath

Settings = Mapping[str, frozenset[str]]
"""Values by the dotted name of their setting; what stands in a list stands together."""

MOST_BYTES: Final = 500_000
_MOST_DEEP: Final = 30
_INI: Final = (".cfg", ".ini", ".coveragerc", ".flake8", ".pylintrc", ".bandit")
_JSON: Final = (".json", ".jsonc", ".eslintrc", ".nycrc", ".json5")
_SCRIPT: Final = (".js", ".ts", ".mjs", ".cjs", ".mts", ".cts")
_LIST: Final = re.compile(r"[\"']?([\w-]+)[\"']?\s*:\s*\[([^\[\]]{0,5000})\]")
_SCALAR: Final = re.compile(r"^\s*[\"']?([\w@/.-]+)[\"']?\s*:\s*[\"']?([\w.%-]+)[\"']?\s*,?", re.MULTILINE)
_QUOTED: Final = re.compile(r"[\"']([^\"'\n]{1,300})[\"']")
_YAML: Final = re.compile(r"^(\s*)(-\s+)?(?:[\"']?([\w./@*-]+)[\"']?\s*:(?:\s+|$))?(.*)$")


def settings_of(path: RepoPath, text: str) -> Settings | None:
    """What a file says; None where it cannot be read."""
    if len(text) > MOST_BYTES:
        return None
    found: dict[str, set[str]] = {}
    for name, value in _pairs(path, text) or ():
        found.setdefault(name, set()).add(value)
    return {name: frozenset(values) for name, values in found.items()} if _pairs(path, text) is not None else None


def _pairs(path: RepoPath, text: str) -> list[tuple[str, str]] | None:
    name = path.rpartition("/")[2]
    try:
        if name.endswith(".toml"):
            return list(_flat(tomllib.loads(text), ""))
        if name.endswith(_INI) or name == "pylintrc":
            return list(_of_ini(text))
        if name.endswith(_JSON) and not name.endswith((".yaml", ".yml")):
            return list(_flat(json.loads(_plain_json(text)), ""))
    except (ValueError, RecursionError, configparser.Error):
        return None
    if name.endswith((".yaml", ".yml")):
        return list(_of_yaml(text))
    return list(_of_script(text)) if name.endswith(_SCRIPT) else None


def _flat(value: object, name: str, *, depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > _MOST_DEEP:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key), depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner, name, depth=depth + 1)
    else:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)


def _plain_json(text: str) -> str:
    """JSON without the comments and the last commas that such files may hold."""
    plain = re.sub(r'("(?:\\.|[^"\\\n])*+")|//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)', lambda m: m[1] or "", text)
    return re.sub(r",(\s*[}\]])", r"\1", plain)


def _of_ini(text: str) -> Iterator[tuple[str, str]]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    parser.read_string(text if "[" in text else f"[file]\n{text}")
    for section in parser.sections():
        for key, value in parser.items(section):
            for each in re.split(r"[,\n]", value or ""):
                yield f"{section}.{key}", each.strip().rpartition("#")[0].strip() or each.strip()


def _of_yaml(text: str) -> Iterator[tuple[str, str]]:
    """Mappings and lists as they are usually laid out: a line is a key, an item, or both."""
    stack: list[tuple[int, str]] = []
    for line in text.splitlines():
        found = _YAML.match(line[:1000].split(" #")[0].rstrip())
        if found is None or not line.strip() or line.lstrip().startswith("#"):
            continue
        indent, item, key, rest = len(found[1]), found[2], found[3], found[4].strip()
        while stack and stack[-1][0] >= indent + (1 if item and not key else 0):
            stack.pop()
        if key:
            stack.append((indent + len(item or ""), key))
        name = ".".join(each for _, each in stack)
        if rest.startswith("[") and rest.endswith("]"):
            yield from ((name, each.strip(" \"'")) for each in rest[1:-1].split(","))
        elif rest:
            yield name, rest.strip("\"'")


def _of_script(text: str) -> Iterator[tuple[str, str]]:
    for found in _LIST.finditer(text):
        yield from ((found[1], value) for value in _QUOTED.findall(found[2]))
    for found in _SCALAR.finditer(text):
        yield found[1], found[2]
