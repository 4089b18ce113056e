"""Which of the wanted names the files of a tree say, and which files define them: read once, in bulk, in any language."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.roles import role_of
from weighbridge.landscape.prose.standing import is_document

ReadBlob = Callable[[ObjectId, int], bytes | CouldNotLook]
ReadBlobs = Callable[[Sequence[ObjectId], int], Mapping[ObjectId, bytes]]

MOST_BYTES: Final = 1_000_000
"""A larger file is data; so few name anything that people write about that its words are left out."""
_AT_ONCE: Final = 400
_TOKEN: Final = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
_FLAG: Final = re.compile(rb"--[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_NO_TEXT: Final = LatePattern(
    r"(?i)\.(?:png|jpe?g|gif|ico|webp|pdf|woff2?|ttf|eot|otf|zip|gz|tgz|bz2|xz|jar|whl|so|dylib|dll|exe|bin|mp[34]|mov|webm|wasm|pyc"
    r"|map|svg|snap|pem|crt|key|parquet|avro|po|mo|psd|lock|sum)$|(?:^|/)(?:package-lock\.json|[^/]*\.min\.(?:js|css))$"
    r"|(?:^|/)(?:node_modules|\.git|\.yarn)/"
)
_KEYWORD: Final = re.compile(
    rb"(?i)\b(?:def|class|func|function|fn|type|interface|struct|trait|enum|module|object|const|let|var|val|public|private|protected|static"
    rb"|async|export|abstract|final|sub|record|table|view|index|resource|variable|data|output|macro|define)\b[^;=]*\Z"
)
_ITSELF: Final = re.compile(rb"[ \t]*(?:[\"']|self\.|this\.|[A-Za-z_]+\.)?\Z")
_GIVEN: Final = re.compile(rb"[\"']?[ \t]*[:=](?!=)")
_ASKING: Final = re.compile(rb"(?:[\"'(]|\$\{?|\benv\.)\Z")
_OPTION: Final = re.compile(rb"(?i)(?:option|argument|flag|arg|opt)[^\n]*[\"']\Z")
_MOST_BEFORE: Final = 160
"""Bytes before a name that are looked at to tell whether it is defined there."""
_MOST_HITS: Final = 40
"""Places at which a file says a name that are looked at."""


class Saying(Struct, frozen=True, kw_only=True, gc=False):
    """The files that say a name, and those of them that define it; of many, the first."""

    said: tuple[RepoPath, ...] = ()
    defined: tuple[RepoPath, ...] = ()


class Wanted(Struct, frozen=True, dict=True):
    """Names that are looked for in files: identifiers, options (`--x`) and parts of addresses (with a `/`)."""

    names: frozenset[str]

    @cached_property
    def _tokens(self) -> Mapping[bytes, tuple[str, ...]]:
        """Each name by the first word that it must be said with."""
        found: dict[bytes, list[str]] = {}
        for name in self.names:
            raw = name.encode("utf-8", "replace")
            key = raw if name.startswith("--") else max(_TOKEN.findall(raw), key=len, default=b"")
            if key:
                found.setdefault(key, []).append(name)
        return {key: tuple(names) for key, names in found.items()}

    @cached_property
    def _has_flags(self) -> bool:
        return any(name.startswith("--") for name in self.names)

    def said_among(self, words: AbstractSet[bytes]) -> Iterator[str]:
        """The wanted names whose words are among some."""
        for word in words & self._tokens.keys():
            yield from self._tokens[word]

    def said_in(self, data: bytes) -> Iterator[str]:
        """The wanted names that a file's bytes say."""
        words = words_of(data, with_flags=self._has_flags)
        for word in words & self._tokens.keys():
            for name in self._tokens[word]:
                if "/" not in name or name.encode() in data:
                    yield name


def words_of(data: bytes, *, with_flags: bool = True) -> set[bytes]:
    """The identifiers that bytes hold, and the options."""
    words = set(_TOKEN.findall(data))
    if with_flags:
        words.update(_FLAG.findall(data))
    return words


def defines(data: bytes, name: str) -> bool:
    """Whether bytes define a name: as code, as a key or setting that is given a value or asked for, or as an option of a program."""
    raw = name.encode("utf-8", "replace")
    at = data.find(raw)
    for _ in range(_MOST_HITS):
        if at < 0:
            return False
        start = max(data.rfind(b"\n", 0, at) + 1, at - _MOST_BEFORE)
        if _defined_at(data[start:at], data[at + len(raw) : at + len(raw) + _MOST_AFTER], name=name):
            return True
        at = data.find(raw, at + len(raw))
    return False


_MOST_AFTER: Final = 8
_OPENING: Final = b"\"'`"
_IN_WORD: Final = re.compile(rb"[A-Za-z0-9_]")


def _defined_at(before: bytes, after: bytes, *, name: str) -> bool:
    """Whether a name is defined between what stands before it on its line and what stands behind it."""
    if "/" in name:
        return before[-1:] in _OPENING and bool(before) and after.lstrip(b"/")[:1] in _OPENING and bool(after)
    if name.startswith("--"):
        return _OPTION.search(before) is not None and after[:1] in b"\"' =,"
    if _IN_WORD.match(before[-1:]) or _IN_WORD.match(after):
        return False
    if _KEYWORD.search(before) or (_ITSELF.match(before) and _GIVEN.match(after)):
        return True
    return name.isupper() and _ASKING.search(before) is not None


def takes_options(data: bytes) -> bool:
    """Whether a file declares options of a program."""
    return re.search(rb"(?i)(?:option|argument|flag|arg|opt)[^\n]{0,200}[\"']--[a-z]", data) is not None


def readable(blobs: Iterable[Blob]) -> Iterator[Blob]:
    """The files whose words say what there is: no documents, no pictures, nothing that locks or maps."""
    for blob in blobs:
        is_file = blob.mode not in (Mode.SYMLINK, Mode.SUBMODULE)
        if is_file and not _NO_TEXT.search(blob.path) and not is_document(blob.path) and role_of(blob.path) != "prose":
            yield blob


class Reading(Struct, frozen=True, kw_only=True):
    """What reads blobs, alone and many at once, and who is told how far it is."""

    read: ReadBlob
    read_many: ReadBlobs
    step: Callable[[int, int], None]

    def bytes_of(self, oids: Collection[ObjectId], most: int = MOST_BYTES) -> Iterator[tuple[ObjectId, bytes]]:
        """The bytes of blobs, chunk by chunk; those that are larger or not at hand are left out."""
        every = list(dict.fromkeys(oids))
        for start in range(0, len(every), _AT_ONCE):
            chunk = every[start : start + _AT_ONCE]
            found = self.read_many(chunk, most)
            for oid in chunk:
                data = found[oid] if oid in found else self.read(oid, most)
                if isinstance(data, bytes):
                    yield oid, data
            self.step(min(start + _AT_ONCE, len(every)), len(every))


_MOST_PLACES: Final = 8


def sayings(blobs: Iterable[Blob], names: Collection[str], *, reading: Reading) -> dict[str, Saying]:
    """Who says and defines each of `names` among the readable of `blobs`; a name that nobody says is left out."""
    by_oid: dict[ObjectId, list[RepoPath]] = {}
    for blob in readable(blobs) if names else ():
        by_oid.setdefault(blob.oid, []).append(blob.path)
    wanted = Wanted(frozenset(names))
    said: dict[str, list[RepoPath]] = {}
    defined: dict[str, list[RepoPath]] = {}
    for oid, data in reading.bytes_of(by_oid):
        for name in wanted.said_in(data):
            path = by_oid[oid][0]
            if len(known := said.setdefault(name, [])) < _MOST_PLACES:
                known.append(path)
            if len(known := defined.setdefault(name, [])) < _MOST_PLACES and defines(data, name):
                known.append(path)
    return {name: Saying(said=tuple(paths), defined=tuple(defined[name])) for name, paths in said.items()}
