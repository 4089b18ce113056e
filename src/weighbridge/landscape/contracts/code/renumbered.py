"""Names whose numbers moved because something was put before them, taken away or turned round, and who keeps the numbers."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place, Side
from weighbridge.facts.go_structs import fields_of
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.code.numbered import Numbered, numbered_in
from weighbridge.landscape.contracts.code.publication import Publication
from weighbridge.landscape.contracts.releases import not_yet
from weighbridge.landscape.contracts.trees import MOST_BYTES, Trees
from weighbridge.landscape.test_files import is_test, stands_aside

_ROLES: Final = ("go", "typescript", "tsx", "python", "java")
_KINDS: Final = ("json", "db", "gorm", "bson", "yaml", "msgpack", "cbor", "xml", "sql")
_AS_WORDS: Final = frozenset({"MarshalJSON", "MarshalText", "Value", "MarshalBinary", "MarshalYAML", "EncodeMsgpack"})
"""Methods by which a type of Go says itself what is kept of it."""

_COUNTS: Final = LatePattern(
    r"(?i)^(?:num|max|last|end|count|total|n(?=[A-Z]))|(?:num|max|last|end|count|total|len|size)_?$"
)
"""What the last of them is called that says how many there are: it is to move."""

_MOST_FILES: Final = 800
_NAMED: Final = 3


class Renumbered(Struct, frozen=True, kw_only=True):
    """Names of one type with other numbers: `kept` is where code here keeps or sends them as numbers."""

    type: str
    names: tuple[str, ...]
    before: int
    after: int
    place: Place
    severity: Severity
    kept: Place | None = None
    not_yet: str = ""


class Numbers:
    """Answers for one change."""

    def __init__(self, code: CodeChange, contents: ChangedBytes, *, trees: Trees) -> None:
        self._code = code
        self._contents = contents
        self._trees = trees
        self._publication = Publication(contents, trees=trees)

    def moved(self) -> Iterator[Renumbered]:
        """Every type whose names have other numbers."""
        for path, file in self._code.files.items():
            if file.role in _ROLES and not is_test(path) and not stands_aside(path):
                yield from self._in(file)

    def _in(self, file: FileCode) -> Iterator[Renumbered]:
        base, head = file.change.base, file.change.head
        if base is None or head is None or file.base is None or file.head is None:
            return
        old = self._read(base.path, Side.BASE, facts=file.base)
        new = {each.type: each for each in self._read(head.path, Side.HEAD, facts=file.head)} if old else {}
        for before in old:
            after = new.get(before.type)
            moved = _moved(before, after) if after is not None else []
            if after is not None and moved:
                yield from self._told(file, moved, before=before, after=after)

    def _told(self, file: FileCode, moved: Sequence[str], *, before: Numbered, after: Numbered) -> Iterator[Renumbered]:
        kept = self._kept(file, before.type)
        names = [each for each in moved if kept is not None or _is_theirs(each, file)]
        if not names:
            return
        first = names[0]
        line = after.lines[first]
        lacking = self._not_released(file, names, after=after)
        is_told = before.is_number and self._publication.of(file)
        severity = Severity.HIGH if kept else Severity.MEDIUM if is_told else Severity.LOW
        yield Renumbered(
            type=before.type,
            names=tuple(names),
            before=before.values[first],
            after=after.values[first],
            place=Place(path=file.change.path, line=line, end_line=line, symbol=first),
            severity=Severity.LOW if lacking else severity,
            kept=kept,
            not_yet=lacking,
        )

    def _read(self, path: RepoPath, side: Side, *, facts: FileFacts) -> list[Numbered]:
        data = self._contents.of(path, side)
        return numbered_in(data, facts) if isinstance(data, bytes) else []

    def _not_released(self, file: FileCode, names: Sequence[str], *, after: Numbered) -> str:
        """That those who have the newest release have none of the names, or have them by the numbers of head."""
        newest, base = self._trees.release(()), file.change.base
        data = newest.text_of(base.path) if newest and base else None
        if newest is None or file.base is None or not isinstance(data, bytes):
            return ""
        if not any(re.search(rb"\b" + each.encode() + rb"\b", data) for each in names):
            return not_yet(newest.tag, "none of them" if len(names) > 1 else "it")
        if file.role == "python":
            return ""
        had = {name: value for each in numbered_in(data, file.base) for name, value in each.values.items()}
        is_same = all(had.get(each) == after.values[each] for each in names)
        return not_yet(newest.tag, "what it was") if is_same else ""

    def _kept(self, file: FileCode, kind: str) -> Place | None:
        """Where code here keeps or sends what is of a type as its number."""
        if not kind:
            return None
        if file.role == "go":
            return next(self._in_structs(folder_of(file.change.path), kind), None)
        return next(self._in_entities(kind), None) if file.role == "java" else None

    def _in_structs(self, folder: str, kind: str) -> Iterator[Place]:
        texts = [*self._texts(lambda path: folder_of(path) == folder and path.endswith(".go"))]
        words = "|".join(sorted(_AS_WORDS))
        says = re.compile(rb"func \((?:\w+ )?\*?" + kind.encode() + rb"\) (?:" + words.encode() + rb")\(")
        if any(says.search(data) for _, data in texts):
            return
        for path, data in texts:
            for each in fields_of(data) if kind.encode() in data else ():
                is_kept = any(f'{key}:"' in each.tag and f'{key}:"-"' not in each.tag for key in _KINDS)
                if each.type.replace(" ", "").lstrip("*[]") == kind and is_kept:
                    yield Place(path=path, line=each.line, end_line=each.line)

    def _in_entities(self, kind: str) -> Iterator[Place]:
        stored = re.compile(
            rb"@Enumerated(?:\s*\(\s*(?:value\s*=\s*)?(?:EnumType\.)?ORDINAL\s*\)|(?!\s*\())(?:\s*@\w+(?:\([^)]*\))?|\s*(?:private|protected|public|final))*\s+"
            + kind.encode()
            + rb"\s+\w+"
        )
        for path, data in self._texts(lambda path: path.endswith(".java")):
            found = stored.search(data) if b"@Enumerated" in data else None
            if found is not None:
                line = data.count(b"\n", 0, found.start()) + 1
                yield Place(path=path, line=line, end_line=line)

    def _texts(self, is_wanted: Callable[[RepoPath], bool]) -> Iterator[tuple[RepoPath, bytes]]:
        blobs = self._trees.on(Side.HEAD).blobs
        for path in [each for each in blobs if is_wanted(each) and not is_test(each)][:_MOST_FILES]:
            data: bytes | CouldNotLook = self._trees.read(blobs[path].oid, MOST_BYTES)
            if isinstance(data, bytes):
                yield path, data


def _moved(before: Numbered, after: Numbered) -> list[str]:
    """The names with another number that either side counts, by their places in head."""
    counted = before.counted | after.counted
    moved = [
        name
        for name, number in after.values.items()
        if name in before.values and before.values[name] != number and name in counted and name != "_"
    ]
    last = next(reversed(after.values), "")
    return [] if moved == [last] and _COUNTS.search(last) else moved


def _is_theirs(name: str, file: FileCode) -> bool:
    """Whether others see a name: in TypeScript and Java what the enumeration is said to be tells it."""
    if file.role in ("go", "python"):
        return name[:1].isupper() if file.role == "go" else not name.startswith("_")
    return True
