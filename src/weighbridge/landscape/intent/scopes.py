"""Which changed files lie outside of what a message says the change is about, and are no consequence of what lies within."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.places import Side
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.intent.surfaces import Surface, surface_of

_FOLLOWS: Final = frozenset({Surface.TESTS, Surface.LOCK, Surface.GENERATED, Surface.DOCUMENTS, Surface.MANIFEST})
"""What a change of anything brings with it."""
_LEAST_PART: Final = 4
"""Letters of a scope's name that, as a part of a file's, are no accident."""
_LEAST: Final = 3
"""Letters of a name by which one file may be known to speak of another."""


def is_within(path: RepoPath, scope: str) -> bool:
    """Whether a path is what a scope names: a path, a pattern, or the name of a folder or file on the way."""
    if "*" in scope or "?" in scope:
        return fnmatchcase(path, scope) or fnmatchcase(path, f"{scope.rstrip('/')}/*")
    if path == scope or path.startswith(f"{scope}/"):
        return True
    if "/" in scope:
        return f"/{scope}/" in f"/{path}/"
    wanted = _plain(scope)
    parts = [_plain(part) for part in path.split("/")]
    return any(wanted == part.partition(".")[0] or (len(wanted) >= _LEAST_PART and wanted in part) for part in parts)


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def outside(change: Change, code: CodeChange, *, scopes: Sequence[str]) -> list[FileChange]:
    """The changed files outside of every scope that nothing within explains."""
    within = [file for file in change.files if any(is_within(path, each) for path in _paths(file) for each in scopes)]
    inside = {file.path for file in within}
    left = [file for file in change.files if file.path not in inside and surface_of(file.path) not in _FOLLOWS]
    if not within or not left:
        return left
    names = _names(code.files, inside)
    return [file for file in left if not _speaks_of(code.files.get(file.path), names=names, others=inside, code=code)]


def _paths(file: FileChange) -> set[RepoPath]:
    return {blob.path for side in Side if (blob := file.on(side)) is not None}


def _names(files: Mapping[RepoPath, FileCode], inside: Iterable[RepoPath]) -> frozenset[str]:
    """What files within are called, and what in them changed: whoever says one of these may have to follow."""
    found = {path.rpartition("/")[2].partition(".")[0] for path in inside}
    found |= {path.split("/")[-2] for path in inside if "/" in path}
    for path in inside:
        for each in files[path].symbols if path in files else ():
            found.add(symbol_name(each.symbol).rpartition(".")[2])
    return frozenset(name for name in found if len(name) >= _LEAST)


def _speaks_of(file: FileCode | None, *, names: frozenset[str], others: Iterable[RepoPath], code: CodeChange) -> bool:
    """Whether a file imports what is within or something there imports it, so that one may follow from the other."""
    if file is None:
        return False
    if _imported(file) & names:
        return True
    own = _names({file.change.path: file}, [file.change.path])
    return any(_imported(code.files[path]) & own for path in others if path in code.files)


def _imported(file: FileCode) -> set[str]:
    """Every word of what a file imports, on either side."""
    found: set[str] = set()
    for facts in (file.base, file.head):
        for each in facts.imports if facts else ():
            found.update(each.module.replace(".", "/").split("/"))
            found.add(each.name)
    return found
