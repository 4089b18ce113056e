"""Foresee who would notice if named code changed, before anybody changes it."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.near_names import defined_as, near_paths
from weighbridge.app.sight import Sight
from weighbridge.domain.change import FileChange, FileStatus, LineRange
from weighbridge.domain.ids import RepoPath, symbol_id
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol, Impact
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.paths import is_below
from weighbridge.facts.model import FileFacts
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.impact import measure_impact
from weighbridge.landscape.ranking import Ranking, rank_components
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.walk import WalkLimits

_MOST_DEFINED: Final = 4
"""Definitions of one name that are told."""

AS_FAR: Final = WalkLimits(definitions=3_000, files=3_000)
"""How far the walk goes for a question that people ask of code as it stands: as far for a whole file as for one of its parts,
where what a review follows would end among the first users of the many that a file defines."""

MOST_FILES: Final = 500
"""Files that one question may name: a folder with more is a question for the ranking."""


class TargetError(Exception):
    """What was named is not in the tree; the message says what is near it."""


class NoSuchPathError(TargetError):
    """No file or folder is called so; the message says which are near it, and how something is named."""

    def __init__(self, text: str, *, path: str, near: Sequence[str], defined: Sequence[str] = ()) -> None:
        self.text, self.path, self.near = text, path, near
        listed = f"; near it: {_listed(near)}" if near else ""
        if defined:
            listed = f"; defined by that name: {_listed(defined)}"
        how = "" if near or defined else "; give a path from here or from the top, and a symbol in it as PATH:SYMBOL"
        super().__init__(f"{path!r} is no file or folder of this tree{listed}{how}")


class Target(Struct, frozen=True, kw_only=True):
    """Files that were named, and the symbol in them; without one, everything in them."""

    paths: tuple[RepoPath, ...]
    symbol: str = ""


def find_target(text: str, tree: Tree, *, folder: str = "") -> Target:
    """What `PATH`, `PATH:SYMBOL` or `PATH#SYMBOL` stands for; paths are looked up from `folder`, then from the top.

    Raises:
        TargetError: there is no such file or folder.
    """
    for path, symbol in _readings(text):
        for place in (_joined(folder, path), _joined("", path)):
            if found := _files(place, tree):
                return Target(paths=found, symbol=symbol)
    path = min((path for path, _ in _readings(text)), key=len)
    raise NoSuchPathError(text, path=path, near=near_paths(path, tree.blobs))


def _readings(text: str) -> Iterator[tuple[str, str]]:
    yield text, ""
    for mark in ("#", ":"):
        path, found, symbol = text.rpartition(mark)
        if found and path:
            yield path, symbol


def _joined(folder: str, path: str) -> str:
    """The path from the top of the tree, without `.` and `..`; empty for the top itself."""
    parts: list[str] = []
    for part in f"{folder}/{path}".split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _files(place: str, tree: Tree) -> tuple[RepoPath, ...]:
    path = RepoPath(place)
    if path in tree:
        return (path,)
    inside = tuple(p for p in tree.blobs if is_below(p, place) and role_of(p) in CODE)
    if len(inside) > MOST_FILES:
        raise TargetError(
            f"{place or 'the whole tree'} holds {len(inside):,} code files: name fewer, or ask for --ranking"
        )
    return inside


class Foreseen(Struct, frozen=True, kw_only=True):
    """What was asked about, what it reaches, and which of the files asked about are tests themselves."""

    asked: tuple[str, ...]
    impact: Impact
    own_tests: tuple[RepoPath, ...] = ()

    @property
    def tests(self) -> tuple[RepoPath, ...]:
        """The test files to run, nearest first."""
        return tuple(dict.fromkeys((*self.own_tests, *self.impact.test_files)))


def foresee_change(sight: Sight) -> Foreseen | CouldNotLook:
    """Who notices a change that was made."""
    if isinstance(sight.impact, CouldNotLook):
        return sight.impact
    present = [file.path for file in sight.change.files if file.head is not None]
    return Foreseen(asked=(sight.change.range_text,), impact=sight.impact, own_tests=_tests(present))


def foresee(sight: Sight, asked: Sequence[str], *, folder: str = "") -> Foreseen | CouldNotLook:
    """Who would notice if what is asked about changed; `sight` is of no change, in the tree asked about.

    Raises:
        TargetError: there is no such file, folder or symbol.
    """
    try:
        targets = [find_target(text, sight.head_tree, folder=folder) for text in asked]
    except NoSuchPathError as error:
        raise _as_symbol(sight, error) from None
    landscapes = sight.landscapes
    if isinstance(landscapes, CouldNotLook):
        return landscapes
    files: dict[RepoPath, FileCode] = {}
    for target in targets:
        found = 0
        for path in target.paths:
            facts = landscapes.head.landscape.facts(path)
            if facts is None:
                return _unread(sight, path)
            symbols = tuple(_symbols(path, facts, wanted=target.symbol))
            found += len(symbols)
            known = files[path].symbols if path in files else ()
            files[path] = _as_changed(sight, path, facts=facts, symbols=tuple(dict.fromkeys((*known, *symbols))))
        if not found:
            raise TargetError(_no_symbol(sight, target))
    sight.progress.step("following dependents")
    impact = measure_impact(landscapes, CodeChange(files=files), limits=AS_FAR)
    return Foreseen(asked=tuple(asked), impact=impact, own_tests=_tests(files))


def rank(sight: Sight) -> Ranking | CouldNotLook:
    """The standing ranking of the components of the tree asked about."""
    landscapes = sight.landscapes
    if isinstance(landscapes, CouldNotLook):
        return landscapes

    def tell(done: int, total: int) -> None:
        sight.progress.step("following imports", done, total)

    ranking = rank_components(landscapes.head, landscapes.components, progress=tell)
    unread = landscapes.unread.detail if landscapes.unread else ""
    return replace(ranking, truncated="; ".join(filter(None, (ranking.truncated, unread))))


def _tests(paths: Iterable[RepoPath]) -> tuple[RepoPath, ...]:
    return tuple(path for path in paths if is_test(path))


def _symbols(path: RepoPath, facts: FileFacts, *, wanted: str) -> Iterator[ChangedSymbol]:
    for index, definition in enumerate(facts.definitions):
        name = facts.qualified_name(index)
        if (not wanted and definition.kind != "lambda") or name == wanted or name.endswith(f".{wanted}"):
            yield ChangedSymbol(
                symbol=symbol_id(path, name), kind=definition.kind, depth=ChangeDepth.BODY, line=definition.line
            )


def _as_changed(sight: Sight, path: RepoPath, *, facts: FileFacts, symbols: tuple[ChangedSymbol, ...]) -> FileCode:
    blob = sight.head_tree.blobs[path]
    whole = (LineRange(start=1, end=max(1, max((d.end_line for d in facts.definitions), default=1))),)
    change = FileChange(status=FileStatus.MODIFIED, base=blob, head=blob, added=whole, removed=whole)
    return FileCode(change=change, role=role_of(path), base=facts, head=facts, symbols=symbols)


def _unread(sight: Sight, path: RepoPath) -> CouldNotLook:
    if role_of(path) not in CODE:
        return CouldNotLook(reason=Reason.UNSUPPORTED, detail=f"{path}: Weighbridge cannot read this kind of file yet")
    found = sight.source.facts(sight.head_tree.blobs[path])
    assert isinstance(found, CouldNotLook), "the landscape has no facts only where there are none"
    return replace(found, detail=f"{path}: {found.detail}")


def _as_symbol(sight: Sight, error: NoSuchPathError) -> NoSuchPathError:
    """The same, of something that may be a symbol: with where that is defined, as it is named."""
    landscapes = sight.landscapes
    if isinstance(landscapes, CouldNotLook) or "/" in error.path:
        return error
    defined = defined_as(error.text, landscapes.head.landscape)[:_MOST_DEFINED]
    return NoSuchPathError(error.text, path=error.path, near=error.near, defined=defined)


def _no_symbol(sight: Sight, target: Target) -> str:
    path = target.paths[0]
    landscapes = sight.landscapes
    facts = None if isinstance(landscapes, CouldNotLook) else landscapes.head.landscape.facts(path)
    names = [facts.qualified_name(i) for i in range(1, len(facts.definitions))] if facts else []
    near = difflib.get_close_matches(target.symbol, names, n=3, cutoff=0.4) or names[:3]
    return f"{path} holds no {target.symbol!r}{f'; it holds {_listed(near)}' if near else ''}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
