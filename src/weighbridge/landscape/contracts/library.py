"""The documents of one tree that describe an API, and what their references lead to; nothing is ever fetched."""

import json
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.landscape.contracts.pattern_inclusion import Patience
from weighbridge.landscape.contracts.recognise import is_template
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Items, Node, Scalar
from weighbridge.landscape.documents.reading import documents

MOST_BYTES: Final = 8_000_000
MOST_NODES: Final = 1_200_000
"""What takes some three seconds to read; the largest descriptions that people keep are half as large."""

MOST_FILES: Final = 6_000
_MOST_DOUBTS: Final = 10
_JSON: Final = (".json", ".avsc", ".avpr")
"""How files end that hold JSON, and nothing that only YAML is."""
_MARK_OF_BYTES: Final = b"\xef\xbb\xbf"
_MOST_STEPS: Final = 30
"""References that lead to references."""

_REMOTE: Final = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//|^[a-zA-Z][a-zA-Z0-9+.-]+:")
_HALVES: Final = re.compile(rb"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")

Read = Callable[[RepoPath], bytes | CouldNotLook | None]
"""The bytes of a file of the tree; None where there is none."""


class Spot(Struct, frozen=True, kw_only=True, eq=False):
    """A value of a document: where it begins, key and all, and what it is called there."""

    node: Node
    path: RepoPath
    line: int
    name: str = ""

    def get(self, key: str) -> "Spot | None":
        """The value under a key."""
        if not isinstance(self.node, Fields):
            return None
        entry = self.node.entries.get(key)
        return None if entry is None else Spot(node=entry[1], path=self.path, line=entry[0].mark.line, name=key)

    def fields(self) -> "list[Spot]":
        """The values of a mapping, in order, each called by its key."""
        if not isinstance(self.node, Fields):
            return []
        entries = self.node.entries.items()
        return [Spot(node=node, path=self.path, line=key.mark.line, name=name) for name, (key, node) in entries]

    def items(self) -> "list[Spot]":
        """The values of a list."""
        if not isinstance(self.node, Items):
            return []
        return [Spot(node=node, path=self.path, line=node.mark.line, name=self.name) for node in self.node.items]

    def text(self, key: str = "") -> str:
        """The single value, or that under a key, as it is written; empty where there is none."""
        spot = self.get(key) if key else self
        return spot.node.value if spot is not None and isinstance(spot.node, Scalar) and not spot.node.is_null else ""

    def is_true(self, key: str) -> bool:
        """Whether `true` stands under a key."""
        return self.text(key).lower() == "true"


class Lost(Struct, frozen=True, kw_only=True):
    """A reference that leads nowhere we can look."""

    reference: str
    path: RepoPath
    line: int
    missing: CouldNotLook


class Doubt(Struct, frozen=True):
    """What readers of a document may take otherwise than we do, and by what it is known from others."""

    about: str
    missing: CouldNotLook


class Parsed(Struct, frozen=True, kw_only=True):
    """A document's root or why there is none, and what readers of it take differently."""

    root: Spot | CouldNotLook
    doubts: tuple[Doubt, ...] = ()


class Shortened(bytes):
    """A document without what another version says alike, which was read as a whole before: as JSON it is none any more."""

    __slots__ = ()


Key = tuple[RepoPath, bytes]
"""A document by where it lies and what it says."""


class Library:
    """The documents of one tree, read when a reference asks for them; those that both trees hold alike are shared by `known`."""

    def __init__(self, read: Read, known: dict[Key, Parsed] | None = None) -> None:
        self._read = read
        self._known = {} if known is None else known
        self._roots: dict[RepoPath, Spot | CouldNotLook | None] = {}
        self._followed: dict[int, Spot | None] = {}
        self._kept: list[Node] = []
        self.patience = Patience()
        """What comparing patterns of all its documents may cost."""
        self.lost: dict[str, Lost] = {}
        """The references that could not be followed, by what they say."""
        self.doubts: dict[Key, tuple[Doubt, ...]] = {}
        """What readers may take otherwise than we do, by document."""
        self._unclear: dict[str, CouldNotLook] = {}

    def unclear(self, spot: Spot, words: str, *, reason: Reason = Reason.UNPARSED) -> None:
        """Say of a place that what stands, or stood, there is not known, wherever it is compared."""
        detail = f"{spot.path}:{spot.line}: {words}"
        missing = CouldNotLook(reason=reason, detail=detail, remedy="mend the document, or compare it by hand")
        self._unclear.setdefault(detail, missing)

    def document(self, path: RepoPath) -> Spot | CouldNotLook | None:
        """A document's root; None where there is no such file."""
        if path not in self._roots:
            self._roots[path] = self._parsed(path)
        return self._roots[path]

    def new_doubts(self, besides: "Library") -> Iterator[CouldNotLook]:
        """What readers may take otherwise that was not so in another tree."""
        known = Counter(each.about for doubts in besides.doubts.values() for each in doubts)
        for each in (each for doubts in self.doubts.values() for each in doubts):
            if known[each.about]:
                known[each.about] -= 1
            else:
                yield each.missing
        yield from self._unclear.values()

    def _parsed(self, path: RepoPath) -> Spot | CouldNotLook | None:
        if len(self._roots) >= MOST_FILES:
            return CouldNotLook(reason=Reason.LIMIT, detail=f"a description in more than {MOST_FILES:,} files")
        data = self._read(path)
        if not isinstance(data, bytes):
            return data
        key = (path, data)
        if key not in self._known:
            self._known[key] = self._parse(path, data)
        parsed = self._known[key]
        self.doubts[key] = parsed.doubts
        return parsed.root

    @staticmethod
    def _parse(path: RepoPath, data: bytes) -> Parsed:
        """The first document in `data`, or why it cannot be read."""
        if is_template(path):
            detail = f"{path}: it is filled in before anything reads it, and what it is then is not known here"
            remedy = "compare what comes of it"
            return Parsed(root=NotRead(path=path, reason=Reason.UNPARSED, detail=detail, remedy=remedy))
        is_proven = isinstance(data, Shortened)
        data = written = data.removeprefix(_MARK_OF_BYTES)
        if data.lstrip()[:1] in (b"{", b"["):
            data = _as_yaml(data)
        doubled: list[Scalar] = []
        try:
            found = documents(data, allow_tags=True, most_bytes=MOST_BYTES, most_nodes=MOST_NODES, doubled=doubled)
        except DocumentError as error:
            at = f"{path}:{error.mark.line}:{error.mark.column}: {error.message}"
            reason = Reason.LIMIT if "more than" in error.message or "larger" in error.message else Reason.UNPARSED
            remedy = "mend the document, or compare it by hand"
            return Parsed(root=NotRead(path=path, reason=reason, detail=at, remedy=remedy))
        if not found:
            return Parsed(root=NotRead(path=path, reason=Reason.UNPARSED, detail=f"{path}: it is empty"))
        if path.lower().endswith(_JSON) and not is_proven and (wrong := _wrong_as_json(written)):
            remedy = "mend the document: readers of JSON refuse it"
            return Parsed(root=NotRead(path=path, reason=Reason.UNPARSED, detail=f"{path}:{wrong}", remedy=remedy))
        return Parsed(root=Spot(node=found[0], path=path, line=1), doubts=tuple(_doubts(path, doubled, more=found[1:])))

    def follow(self, spot: Spot) -> Spot | None:
        """What a value is once its references are followed; None where they lead nowhere."""
        reference = _reference(spot)
        if not reference:
            return spot
        key = id(spot.node)
        if key not in self._followed:
            self._kept.append(spot.node)
            self._followed[key] = self._followed_to_the_end(spot, reference)
        return self._followed[key]

    def _followed_to_the_end(self, spot: Spot, reference: str) -> Spot | None:
        current = spot
        for _ in range(_MOST_STEPS):
            found = self._target(current, reference)
            if not isinstance(found, Spot):
                self.lost.setdefault(reference, found)
                return None
            current, reference = found, _reference(found)
            if not reference:
                return current
        reason = NotRead(
            path=spot.path, reason=Reason.UNPARSED, detail=f"{spot.path}:{spot.line}: a reference leads to itself"
        )
        text = _reference(spot)
        self.lost.setdefault(text, Lost(reference=text, path=spot.path, line=spot.line, missing=reason))
        return None

    def _target(self, spot: Spot, reference: str) -> Spot | Lost:
        file, _, pointer = reference.partition("#")

        def lost(reason: Reason, detail: str) -> Lost:
            detail = f"{spot.path}:{spot.line}: `{reference[:200]}` {detail}"
            remedy = "" if reason is not Reason.UNPARSED or not _REMOTE.match(file) else "compare what it says by hand"
            missing = NotRead(path=spot.path, reason=reason, detail=detail, remedy=remedy)
            return Lost(reference=reference, path=spot.path, line=spot.line, missing=missing)

        if _REMOTE.match(file):
            return lost(Reason.UNPARSED, "lies elsewhere, and nothing is fetched")
        path = (
            RepoPath(posixpath.normpath(posixpath.join(posixpath.dirname(spot.path), unquote(file))))
            if file
            else spot.path
        )
        if path.startswith(("../", "/")):
            return lost(Reason.UNPARSED, "leads out of the repository")
        root = self.document(path)
        if isinstance(root, CouldNotLook):
            return lost(root.reason, f"leads to what cannot be read: {root.detail}")
        if root is None:
            return lost(Reason.UNPARSED, "leads to a file that is not there")
        found = _pointed(root, pointer)
        if found is root and file:
            name = posixpath.basename(path).partition(".")[0]
            found = Spot(node=root.node, path=path, line=1, name=name)
        return found if found is not None else lost(Reason.UNPARSED, "leads to nothing")


def _wrong_as_json(data: bytes) -> str:
    """What is wrong with a text as JSON, with its line and column; empty where nothing is. YAML takes more, such as `{"default": }`."""
    try:
        json.loads(data)
    except json.JSONDecodeError as error:
        return f"{error.lineno}:{error.colno}: it is no JSON: {error.msg}"
    except (ValueError, RecursionError):
        return "1:1: it is no JSON that can be read"
    return ""


def _doubts(path: RepoPath, doubled: Sequence[Scalar], *, more: Sequence[Node]) -> Iterator[Doubt]:
    """What readers of a document take differently."""
    for key in doubled[:_MOST_DOUBTS]:
        detail = f"{path}:{key.mark.line}: `{key.value[:60]}` stands here twice, and readers differ in which they take"
        yield Doubt(key.value, NotRead(path=path, reason=Reason.UNPARSED, detail=detail, remedy="leave one of them"))
    for node in more[:1]:
        detail = f"{path}:{node.mark.line}: a second document begins here, and only the first is compared"
        remedy = "give each document a file of its own"
        yield Doubt("", NotRead(path=path, reason=Reason.UNPARSED, detail=detail, remedy=remedy))


def _reference(spot: Spot) -> str:
    if not isinstance(spot.node, Fields):
        return ""
    entry = spot.node.entries.get("$ref")
    return entry[1].value if entry and isinstance(entry[1], Scalar) else ""


def _pointed(root: Spot, pointer: str) -> Spot | None:
    current: Spot | None = root
    for part in pointer.split("/")[1:] if pointer else ():
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if current is None:
            return None
        if isinstance(current.node, Items):
            items = current.items()
            current = items[int(key)] if key.isdecimal() and int(key) < len(items) else None
        else:
            current = current.get(key)
    return current if not pointer or pointer.startswith("/") else None


def _as_yaml(data: bytes) -> bytes:
    """JSON as YAML's reader takes it, line for line: no tabs between values, and no characters in two halves."""
    if b"\t" in data:
        data = data.replace(b"\t", b" ")
    return _HALVES.sub(_joined, data) if b"\\u" in data else data


def _joined(found: re.Match[bytes]) -> bytes:
    high, low = int(found.group(1), 16), int(found.group(2), 16)
    return b"\\U%08X" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
