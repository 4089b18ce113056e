"""Files that are no code and that code reads by name: `open("rates.json")`, `//go:embed page.html`, `require("./rates.json")`.

Only a name that is written out counts, and only where it leads to the file: from the folder of the code that names it, from
one around it, or from a folder of a name that loaders look in (`templates`, `resources`).
"""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath, SymbolId, symbol_id
from weighbridge.domain.paths import folder_of
from weighbridge.facts.embedded import EMBEDDED
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, Expr, FileFacts, Name, Step, Text
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.terms import LOADED

_FOLDERS: Final = (
    "templates",
    "template",
    "static",
    "resources",
    "src/main/resources",
    "public",
    "views",
    "assets",
    "data",
)
_MOST_LOADERS: Final = 200
_NEAREST: Final = 8
"""Lines below a directive in which the variable stands that gets the file: comments may stand between."""


class Loader(Struct, frozen=True):
    """The definition that names a file, and the line."""

    symbol: SymbolId
    line: int


class LoadedTexts:
    """Answers for one landscape."""

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape

    def loaders(self, path: RepoPath) -> Sequence[Loader]:
        """The definitions whose code names a file that is no code itself, each once."""
        if role_of(path) in CODE:
            return ()
        keys = {path.rpartition("/")[2], *folder_of(path).split("/")} - {""}
        files = sorted({each for key in keys for each in self._landscape.files_with(LOADED + key)})[:_MOST_LOADERS]
        self._landscape.load(files)
        found: dict[SymbolId, Loader] = {}
        for code in files:
            facts = self._landscape.facts(code)
            for step in facts.steps if facts else ():
                if facts is not None and _names(step, facts, code=code, path=path):
                    symbol = _symbol(step, facts, code=code)
                    found.setdefault(symbol, Loader(symbol, step.line))
            for imported in facts.imports if facts else ():
                if _leads(imported.module, code=code, path=path) and imported.module.startswith("."):
                    symbol = symbol_id(code, "")
                    found.setdefault(symbol, Loader(symbol, imported.line))
        return tuple(found.values())


def _names(step: Step, facts: FileFacts, *, code: RepoPath, path: RepoPath) -> bool:
    if isinstance(step.value, Call) and step.value.function == Name(EMBEDDED):
        patterns = (a.value.value for a in step.value.arguments if isinstance(a.value, Text))
        return any(_embeds(pattern, code=code, path=path) for pattern in patterns)
    return any(_is_named(expr, facts, code=code, path=path) for expr in walk(step.value))


def _is_named(expr: Expr, facts: FileFacts, *, code: RepoPath, path: RepoPath) -> bool:
    if not isinstance(expr, Text) or expr.parts or not expr.value.endswith(path.rpartition("/")[2]):
        return False
    return _leads(expr.value, code=code, path=path) or _is_joined(expr.value, facts, code=code, path=path)


def _embeds(pattern: str, *, code: RepoPath, path: RepoPath) -> bool:
    """Whether a pattern of `//go:embed` takes a file in: itself, or a folder around it."""
    base = posixpath.join(folder_of(code), pattern.removeprefix("all:"))
    around = [path]
    while around[-1]:
        around.append(folder_of(around[-1]))
    return any(each.count("/") == base.count("/") and fnmatchcase(each, base) for each in around if each)


def _leads(name: str, *, code: RepoPath, path: RepoPath) -> bool:
    """Whether a name leads to a file from the folder of the code, one around it, or one that loaders look in."""
    if not name or "\\" in name or "\0" in name or ":" in name:
        return False
    if name.startswith("."):
        return posixpath.normpath(posixpath.join(folder_of(code), name)) == path
    name = name.lstrip("/")
    above = folder_of(code)
    while True:
        roots = [above, *(f"{above}/{each}" if above else each for each in _FOLDERS)]
        if any((f"{root}/{name}" if root else name) == path for root in roots):
            return True
        if not above:
            return False
        above = folder_of(above)


def _is_joined(name: str, facts: FileFacts, *, code: RepoPath, path: RepoPath) -> bool:
    """Whether the folders between the code and the file are written out beside it: `HERE / "data" / "rates.json"`."""
    folder = folder_of(code)
    below = path[len(folder) + 1 :] if folder and path.startswith(f"{folder}/") else path if not folder else ""
    parts = below.split("/")
    return bool(below) and parts[-1] == name and set(parts[:-1]) <= set(_texts(facts.steps))


def _texts(steps: Iterable[Step]) -> Iterator[str]:
    return (each.value for step in steps for each in walk(step.value) if isinstance(each, Text))


def _symbol(step: Step, facts: FileFacts, *, code: RepoPath) -> SymbolId:
    """The definition that a step is of; at the top level what it binds, if anything."""
    inside = facts.qualified_name(step.scope)
    if isinstance(step.value, Call) and step.value.function == Name(EMBEDDED):
        variables = (d for d in facts.definitions if d.kind == "variable" and 0 < d.line - step.line <= _NEAREST)
        below = min(variables, key=lambda d: d.line, default=None)
        return symbol_id(code, below.name if below else "")
    if step.scope == 0 and step.kind == "bind" and isinstance(step.target, Name) and "@" not in step.target.id:
        return symbol_id(code, step.target.id)
    return symbol_id(code, inside.partition("@")[0].rpartition(".")[0] if "@" in inside else inside)
