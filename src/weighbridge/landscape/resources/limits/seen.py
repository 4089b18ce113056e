"""What a change leaves without a limit that it had, or brings without one."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath, symbol_path
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import FileFacts, Function
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.entry_points import entry_name
from weighbridge.landscape.landscapes import Landscapes, OfTests
from weighbridge.landscape.resources.limits.reading import Reading
from weighbridge.landscape.sharing import entry_points_at
from weighbridge.landscape.test_files import is_for_developers, lies_aside
from weighbridge.landscape.tree import Tree

_MOST_BYTES: Final = 1_500_000
"""A file that is larger is said to be too large, and not read line by line."""
_ONCE: Final = ("cli ", "main")
"""What is started by hand, and ends: nobody waits behind it."""


class Spot(Struct, frozen=True, kw_only=True):
    """A place that a limit belongs to: of what kind, what it is about, in which function, and whether it has one."""

    kind: str
    about: str
    symbol: str
    line: int
    scope: int
    text: bytes
    """What it is, whatever stands around it: what moves is not new."""
    is_bounded: bool = False
    words: str = ""
    """What is told of it, where that is not always the same."""
    is_grave: bool = False
    is_usual: bool = False
    """Whether it is so common, or so unsure, without a limit that only taking one away is told."""


class Unbounded(Struct, frozen=True, kw_only=True):
    """A spot without a limit that a change brings; `was_bounded` where it takes away the limit that was there."""

    file: FileCode
    spot: Spot
    was_bounded: bool

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.file.at(self.spot.line, symbol=self.spot.symbol)


Finder = Callable[[Reading], Iterable[Spot]]


class Limits:
    """A change's code, read for its limits; each version of a file is read once for all rules."""

    def __init__(
        self,
        code: CodeChange,
        texts: ChangedBytes,
        *,
        of_tests: OfTests,
        tree: Callable[[], Tree],
        landscapes: Callable[[], Landscapes | CouldNotLook],
    ) -> None:
        self._code = code
        self._texts = texts
        self._of_tests = of_tests
        self._tree = tree
        self._landscapes = landscapes
        self._read: dict[tuple[RepoPath, Side], Reading | None] = {}

    def introduced(self, find: Finder, *roles: str) -> Iterator[Unbounded]:
        """What `find` finds without a limit in head, and did not in base: neither there, nor elsewhere in what changed."""
        heads = {
            path: self._spots(file, Side.HEAD, find=find) for path, file in self.files.items() if file.role in roles
        }
        if not any(not spot.is_bounded for spots in heads.values() for spot in spots):
            return
        gone: Counter[tuple[str, str, bytes]] = Counter()
        left: list[Unbounded] = []
        for path, file in self._code.files.items():
            old = self._spots(file, Side.BASE, find=find) if file.role in roles else []
            new = heads.get(path, [])
            left += _unmatched(file, old, new=new, gone=gone)
        for each in left:
            key = (each.spot.kind, _plain(each.spot.about), each.spot.text)
            if gone[key] > 0 and not each.was_bounded:
                gone[key] -= 1
            elif each.was_bounded or not each.spot.is_usual:
                yield each

    def unread(self, *roles: str) -> Iterator[CouldNotLook]:
        """The files that are too large to be read line by line."""
        for path, file in self.files.items():
            blob = file.change.head
            if file.role in roles and blob is not None and blob.size > _MOST_BYTES:
                yield NotRead(reason=Reason.LIMIT, detail=f"{path} has more than {_MOST_BYTES:,} bytes", path=path)

    def serving(self, each: Unbounded) -> tuple[str, ...]:
        """The routes, consumers and jobs that lead to it, as people call them."""
        facts = each.file.head
        around = _around(facts, each.spot.scope) if facts is not None else ()
        entries = facts.entry_points if facts is not None else ()
        own = [e for e in entries if isinstance(e.handler, Function) and e.handler.definition in around]
        landscapes = self._landscapes()
        names = [entry_name(entry, each.file.change.path) for entry in own]
        if not names and not isinstance(landscapes, CouldNotLook):
            names = [one.name for one in entry_points_at(landscapes, each.file, symbol=each.spot.symbol)]
        return tuple(dict.fromkeys(name for name in names if not name.startswith(_ONCE)))

    def is_mentioned_near(self, each: Unbounded, *words: str) -> bool:
        """Whether code on the way to it, or beside it, names one of these: others may have put the limit there."""
        landscapes = self._landscapes()
        if isinstance(landscapes, CouldNotLook):
            return False
        path = each.file.change.path
        reached = entry_points_at(landscapes, each.file, symbol=each.spot.symbol)
        passed = {symbol_path(edge.source) for one in reached for edge in one.path}
        folders = {folder_of(near) for near in (path, *passed)}
        found = (near for word in words for near in landscapes.head.landscape.files_with(f"m:{word}"))
        return any(near != path and folder_of(near) in folders for near in found)

    def landscapes(self) -> Landscapes | CouldNotLook:
        """Both landscapes, where they may be read."""
        return self._landscapes()

    @cached_property
    def files(self) -> dict[RepoPath, FileCode]:
        """The changed files that run where others are served: neither tests, nor what is there for developers."""
        return {
            path: file
            for path, file in self._code.files.items()
            if file.head is not None and not file.head.is_generated and not self._stands_aside(path)
        }

    def _stands_aside(self, path: RepoPath) -> bool:
        if path in self._of_tests:
            return True
        if path.endswith(".py"):
            return lies_aside(path, within=lambda folder: RepoPath(f"{folder}/__init__.py") in self._tree())
        return is_for_developers(path)

    def _spots(self, file: FileCode, side: Side, *, find: Finder) -> list[Spot]:
        reading = self.reading(file, side)
        return list(find(reading)) if reading is not None else []

    def reading(self, file: FileCode, side: Side) -> Reading | None:
        """One version of a file; None where there is none, or it is too large."""
        key = (file.change.path, side)
        if key not in self._read:
            facts, blob = file.on(side), file.change.on(side)
            is_read = facts is not None and blob is not None and blob.size <= _MOST_BYTES
            text = self._texts.text(blob.path, side) if is_read and blob is not None else ""
            self._read[key] = Reading(facts, text) if is_read and facts is not None else None
        return self._read[key]


def _unmatched(
    file: FileCode, old: list[Spot], *, new: list[Spot], gone: Counter[tuple[str, str, bytes]]
) -> Iterator[Unbounded]:
    """What head has without a limit beyond what the same function of the base had; what the base alone had is `gone`."""
    before = Counter(map(_key, (s for s in old if not s.is_bounded)))
    bounded = Counter(_key(s)[1:] for s in old if s.is_bounded)
    bounded.subtract(_key(s)[1:] for s in new if s.is_bounded)
    same = Counter((_key(s), s.text) for s in old if not s.is_bounded)
    pending: list[Spot] = []
    for spot in (s for s in new if not s.is_bounded):
        key = _key(spot)
        if same[key, spot.text] > 0 and before[key] > 0:
            same[key, spot.text] -= 1
            before[key] -= 1
        else:
            pending.append(spot)
    for spot in pending:
        key = _key(spot)
        if before[key] > 0:
            before[key] -= 1
            continue
        was_bounded = bounded[key[1:]] > 0
        bounded[key[1:]] -= 1
        yield Unbounded(file=file, spot=spot, was_bounded=was_bounded)
    for spot in old:
        key = _key(spot)
        if not spot.is_bounded and before[key] > 0:
            before[key] -= 1
            gone[spot.kind, key[1], spot.text] += 1


_LINE: Final = LatePattern(r"@\d+")
"""The line in the name of what has none: it is another where something is added above."""


def _key(spot: Spot) -> tuple[str, str, str]:
    """What a spot is the same by on either side."""
    return spot.kind, _plain(spot.about), _plain(spot.symbol)


def _plain(name: str) -> str:
    return str(_LINE.sub("@", name)) if "@" in name else name


def _around(facts: FileFacts, scope: int) -> frozenset[int]:
    """A scope and those around it."""
    found: set[int] = set()
    while scope > 0 and scope not in found:
        found.add(scope)
        scope = facts.definitions[scope].parent
    return frozenset(found)
