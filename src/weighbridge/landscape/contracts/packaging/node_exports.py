"""What of a package of npm can be imported, and whether by `import`, by `require` and with types, as Node resolves it."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.landscape.manifests.texts import string

_CONDITIONS: Final = {
    "import": frozenset({"node", "import", "default", "module-sync"}),
    "require": frozenset({"node", "require", "default", "module-sync"}),
    "types": frozenset({"types", "import", "require", "node", "default"}),
}
_DEPTH: Final = 8


class Entry(Struct, frozen=True):
    """One subpath: the file that each way of importing comes to, empty where it comes to none."""

    by_import: str = ""
    by_require: str = ""
    types: str = ""
    is_module: bool = False
    """Whether what `require` comes to is a module, which old versions of Node do not load so."""


def entries(package: Mapping[str, object]) -> dict[str, Entry] | None:
    """The subpaths of a package, each with what it comes to; None where any file of it can be imported."""
    exports = package.get("exports")
    if exports is None:
        return None
    if not isinstance(exports, dict) or not any(str(key).startswith(".") for key in exports):
        exports = {".": exports}
    of_module = package.get("type") == "module"
    found = {}
    for key, target in exports.items():
        entry = _entry(target, package if key == "." else {}, of_module=of_module)
        if entry.by_import or entry.by_require or entry.types:
            found[str(key)] = entry
    return found


def main_entry(package: Mapping[str, object]) -> Entry:
    """What the name of a package alone comes to, where it has no `exports`."""
    file = string(package.get("main")) or "./index.js"
    types = string(package.get("types")) or string(package.get("typings"))
    return Entry(file, file, types, _is_module(file, of_module=package.get("type") == "module"))


def _entry(target: object, package: Mapping[str, object], *, of_module: bool) -> Entry:
    by_import, by_require = (next(_resolved(target, _CONDITIONS[each]), "") for each in ("import", "require"))
    typed = [each for each in _resolved(target, _CONDITIONS["types"]) if each.endswith((".d.ts", ".d.mts", ".d.cts"))]
    types = typed[0] if typed else string(package.get("types")) or string(package.get("typings"))
    return Entry(by_import, by_require, types, _is_module(by_require, of_module=of_module))


def _is_module(file: str, *, of_module: bool) -> bool:
    return file.endswith(".mjs") or (of_module and file.endswith(".js"))


def _resolved(target: object, conditions: frozenset[str], *, depth: int = 0) -> Iterator[str]:
    """The files that a target may come to under some conditions, in the order in which they are tried."""
    if isinstance(target, str):
        yield target
    elif isinstance(target, list) and depth < _DEPTH:
        for each in target:
            yield from _resolved(each, conditions, depth=depth + 1)
    elif isinstance(target, dict) and depth < _DEPTH:
        for condition, inner in target.items():
            if condition in conditions or (condition.startswith("types@") and "types" in conditions):
                yield from _resolved(inner, conditions, depth=depth + 1)


def is_given(key: str, given: Mapping[str, Entry]) -> str | None:
    """The subpath or pattern by which something is still given; None where none is."""
    if key in given:
        return key
    for pattern in given:
        before, star, after = pattern.partition("*")
        if star and key.startswith(before) and key.endswith(after) and len(key) > len(before) + len(after):
            return pattern
    return None
