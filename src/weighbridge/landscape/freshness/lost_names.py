"""The names that a change takes away: files, what code defines and no changed file says any more, commands, options, routes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Change, FileChange, FileStatus
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.freshness.targets import all_declared, declared, is_runner
from weighbridge.landscape.freshness.words import MOST_BYTES, defines, readable, words_of
from weighbridge.landscape.prose.mentions import MentionKind
from weighbridge.landscape.prose.names import named

MOST_NAMES: Final = 400
"""Names of one change that documents are searched for: one that takes more away is a removal that its title tells of."""
_MOST_LINES: Final = 4_000
_MOST_COLUMNS: Final = 1_000
_DISTINCT: Final = re.compile(r"--[a-z][a-z0-9]*(?:-[a-z0-9]+)*|[A-Za-z_][A-Za-z0-9_]{4,79}")
_ROUTE: Final = re.compile(r"[\"'`](/[A-Za-z0-9_.-]{1,60}(?:/[A-Za-z0-9_.-]{1,60}){1,8})/?[\"'`]")
_WORDS: Final = frozenset({MentionKind.SYMBOL, MentionKind.SETTING, MentionKind.FLAG})


class Lost(Struct, frozen=True, kw_only=True):
    """A name that is taken away, where it stood before, and what the file is called now where that is told."""

    kind: MentionKind
    name: str
    was: Place
    now: str = ""


def lost_names(change: Change, contents: ChangedBytes) -> list[Lost]:
    """Every name that the change takes away as far as its own files tell; others may say it still."""
    found: list[Lost] = [*_files(change)]
    sides = _Sides(change, contents)
    for file in sides.files:
        found += sides.names(file)
        if len(found) > MOST_NAMES:
            break
    return found[:MOST_NAMES]


def _files(change: Change) -> Iterator[Lost]:
    heads = {file.head.path for file in change.files if file.head is not None}
    added: dict[str, list[RepoPath]] = {}
    for file in change.files:
        if file.head is not None and file.base is None:
            added.setdefault(file.head.path.rpartition("/")[2], []).append(file.head.path)
    for file in change.files:
        base = file.base
        if base is None or base.path in heads or file.status not in (FileStatus.DELETED, FileStatus.RENAMED):
            continue
        alike = added.get(base.path.rpartition("/")[2], [])
        now = file.head.path if file.head is not None else alike[0] if len(alike) == 1 else ""
        yield Lost(kind=MentionKind.PATH, name=base.path, was=Place(path=base.path, side=Side.BASE), now=now)


class _Sides:
    """The texts of what a change touches, as they were and as they are."""

    def __init__(self, change: Change, contents: ChangedBytes) -> None:
        self.files = [
            file
            for file in change.files
            if file.base and file.status is not FileStatus.COPIED and [*readable([file.base])]
        ]
        self._contents = contents
        self._words: set[bytes] = set()
        self._routes: set[str] = set()
        self._paths = [file.head.path for file in change.files if file.head is not None]
        for file in change.files:
            data = contents.of(file.head.path) if file.head is not None and [*readable([file.head])] else None
            if isinstance(data, bytes):
                self._words |= words_of(data)
                self._routes.update(_ROUTE.findall(data.decode("utf-8", "replace")))

    def names(self, file: FileChange) -> Iterator[Lost]:
        """What one file took away."""
        base = file.base
        data = self._contents.of(base.path, Side.BASE) if base is not None else None
        if base is None or not isinstance(data, bytes) or len(data) > MOST_BYTES:
            return
        seen: set[str] = set()
        for number, line in _removed(file, data):
            raw = line.encode("utf-8", "replace")
            for name, kind in self._candidates(line):
                if name not in seen and defines(raw, name):
                    seen.add(name)
                    yield Lost(kind=kind, name=name, was=_place(base.path, number))
        yield from self._commands(base.path, data)

    def _candidates(self, line: str) -> Iterator[tuple[str, MentionKind]]:
        """What a line says that no changed file says any more."""
        for name in _DISTINCT.findall(line):
            if name.encode() not in self._words:
                yield from ((name, kind) for kind, called in named(name) if called == name and kind in _WORDS)
        for route in _ROUTE.findall(line):
            if route not in self._routes:
                yield route, MentionKind.ENDPOINT

    @cached_property
    def _kept(self) -> set[str]:
        """The commands that the changed files declare."""
        return all_declared((each, self._contents.text(each)) for each in self._paths if is_runner(each))

    def _commands(self, path: RepoPath, data: bytes) -> Iterator[Lost]:
        if not is_runner(path):
            return
        for command in dict.fromkeys(declared(path, data.decode("utf-8", "replace"))):
            if command not in self._kept:
                yield Lost(kind=MentionKind.COMMAND, name=command, was=_place(path, 0))


def _removed(file: FileChange, data: bytes) -> list[tuple[int, str]]:
    """The lines that are gone from a file, or all of one that is."""
    lines = data.decode("utf-8", "replace").split("\n")
    if file.head is None:
        return [(number, line[:_MOST_COLUMNS]) for number, line in enumerate(lines[:_MOST_LINES], start=1)]
    numbers = [n for gone in file.removed for n in range(gone.start, min(gone.end, len(lines)) + 1)]
    return [(number, lines[number - 1][:_MOST_COLUMNS]) for number in numbers[:_MOST_LINES]]


def _place(path: RepoPath, line: int) -> Place:
    return Place(path=path, line=line, end_line=line, side=Side.BASE)


def by_name(lost: Iterable[Lost]) -> Mapping[str, Lost]:
    """The first of each name."""
    found: dict[str, Lost] = {}
    for each in lost:
        found.setdefault(each.name, each)
    return found
