"""Functions that a migration in JavaScript takes from other files of its tree."""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.facts.calls.forms import Block, Call, Form, Name, Statement, Text
from weighbridge.facts.calls.javascript import read_javascript
from weighbridge.facts.calls.tokens import TooDeepError
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import Script, Sheet
from weighbridge.landscape.sql.tools._script_values import function_named
from weighbridge.landscape.sql.tools._walking import Scene, Walk

_MOST_FILES: Final = 8
"""Other files that are read for one migration."""
_MOST_BYTES: Final = 60_000
_MOST_DEEP: Final = 3
"""How far files are followed that files take functions from."""
_ENDINGS: Final = (".js", ".ts", ".cjs", ".mjs", ".cts", ".mts")
_DEFAULT: Final = LatePattern(
    r"^export\s+default\s+(?:async\s+)?(?:function\s*+(?:\*\s*+)?)?(?P<name>[A-Za-z_$][\w$]*)\s*[(;\n]", re.MULTILINE
)


class ScriptFiles:
    """Finds functions by the names that they are imported by."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._read: dict[RepoPath, tuple[tuple[Statement, ...], Names] | None] = {}
        self._files: list[RepoPath] = [script.path]
        """The files that are gone through, the one that is now the last."""

    def follows(self, call: Call, scene: Scene, *, walk: Walk, sheet: Sheet) -> bool:
        """Goes through the function that a call is of, where it stands in another file of the tree that could be read."""
        full = _imported_as(call, scene.names)
        found = self._function(full) if full.startswith((".", "src/")) and len(self._files) <= _MOST_DEEP else None
        if found is None:
            return False
        path, function, names = found
        had, sheet.elsewhere = sheet.elsewhere, sheet.elsewhere or call
        self._files.append(path)
        walk.follow(call, (function, names), scene=scene)
        self._files.pop()
        sheet.elsewhere = had
        return True

    def _function(self, full: str) -> tuple[RepoPath, Block, Names] | None:
        for module, name in _parted(full):
            for path in self._paths(module):
                text = self._script.around.text(path)
                if text:
                    found = self._in_file(path, text, name=name)
                    return None if found is None else (path, *found)
        return None

    def _in_file(self, path: RepoPath, text: str, *, name: str) -> tuple[Block, Names] | None:
        read = self._file(path, text) if path != self._files[-1] and (not name or name in text) else None
        if read is None:
            return None
        statements, names = read
        said = None if name else _DEFAULT.search(text)
        found = function_named(statements, name or (said["name"] if said is not None else "exports"), names=names)
        return None if found is None else (found, names)

    def _file(self, path: RepoPath, text: str) -> tuple[tuple[Statement, ...], Names] | None:
        if path not in self._read and len(self._read) < _MOST_FILES and len(text) <= _MOST_BYTES:
            try:
                statements = read_javascript(text)
                self._read[path] = (statements, Names(statements))
            except TooDeepError:
                self._read[path] = None
        return self._read.get(path)

    def _paths(self, module: str) -> Iterator[RepoPath]:
        """Where a module may lie: beside the file that names it, or below a folder around it."""
        here = folder_of(self._files[-1])
        stems = [posixpath.normpath(posixpath.join(here, module))] if module.startswith(".") else [module]
        while not module.startswith(".") and here:
            stems.append(f"{here}/{module}")
            here = folder_of(RepoPath(here))
        for stem in stems:
            bare = (
                stem[: stem.rfind(".")] if stem.endswith(_ENDINGS) else stem
            )  # what is called `.js` may be written as `.ts`
            yield from (RepoPath(f"{bare}{end}") for end in _ENDINGS)
            yield from (RepoPath(f"{bare}/index{end}") for end in _ENDINGS)


def _imported_as(call: Call, names: Names) -> str:
    """The name by which a call's function is imported, its module before it; empty where it is not."""
    of: Form | None = call.of
    if isinstance(of, Call) and of.name == "require" and of.of is None and of.arguments:
        module = names.of(of.arguments[0].value)
        return f"{module.value}.{call.name}" if isinstance(module, Text) else ""
    if of is not None and not isinstance(of, Name):
        return ""
    full = names.root(Name(call.name)) if of is None else f"{names.root(of)}.{call.name}"
    return full if names.is_imported(full) else ""


def _parted(full: str) -> Iterator[tuple[str, str]]:
    """A module and what is taken of it: first as if all were the module's path, which hands out one function."""
    yield full, ""
    at = full.rfind(".")
    if at > full.rfind("/"):
        yield full[:at], full[at + 1 :]
