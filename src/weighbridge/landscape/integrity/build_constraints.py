"""Where Go builds a file: what its name says (`x_linux.go`, `x_test.go`), and the constraint above its package clause."""

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern

PLATFORMS: Final = (
    "linux/amd64",
    "linux/arm64",
    "darwin/arm64",
    "windows/amd64",
    "freebsd/amd64",
    "android/arm64",
    "ios/arm64",
    "js/wasm",
)
"""Where a file is asked to be built; others are too rare to speak of."""

_SYSTEMS: Final = frozenset(
    [
        "aix",
        "android",
        "darwin",
        "dragonfly",
        "freebsd",
        "hurd",
        "illumos",
        "ios",
        "js",
        "linux",
        "nacl",
        "netbsd",
        "openbsd",
        "plan9",
        "solaris",
        "wasip1",
        "windows",
        "zos",
    ]
)
_MACHINES: Final = frozenset(
    [
        "386",
        "amd64",
        "arm",
        "arm64",
        "loong64",
        "mips",
        "mips64",
        "mips64le",
        "mipsle",
        "ppc64",
        "ppc64le",
        "riscv64",
        "s390x",
        "sparc64",
        "wasm",
    ]
)
_UNIX: Final = _SYSTEMS - {"js", "nacl", "plan9", "wasip1", "windows", "zos"}
_IMPLIED: Final = {"android": "linux", "ios": "darwin", "illumos": "solaris"}
_MOST_TAGS: Final = 6
"""Tags of a project's own that are tried both ways; of more, the rest is taken as not given."""
_DEEPEST: Final = 40

_PACKAGE: Final = re.compile(rb"^[ \t]*package[ \t]", re.MULTILINE)
_BLOCK: Final = re.compile(rb"/\*.*?\*/", re.DOTALL)
_BUILD: Final = re.compile(rb"^//go:build[ \t]+([^\r\n]+)", re.MULTILINE)
_OLD_BUILD: Final = re.compile(rb"^//[ \t]*\+build[ \t]+([^\r\n]+)", re.MULTILINE)
_TOKEN: Final = LatePattern(r"&&|\|\||[!()]|[\w.]+")

Tags = frozenset[str]
Condition = Callable[[Tags], bool]


class Lost(Struct, frozen=True, kw_only=True):
    """Where a file was built and is built no more: by default there, else when a project's own tags are given or not."""

    platforms: tuple[str, ...] = ()
    is_everywhere: bool = False
    tags: tuple[str, ...] = ()


def constraint_of(data: bytes) -> tuple[str, int]:
    """The constraint above a file's package clause and its line; empty and 0 where there is none."""
    clause = _PACKAGE.search(data)
    header = _BLOCK.sub(_blank, data[: clause.start()] if clause else data)
    if found := _BUILD.search(header):
        return found[1].decode("utf-8", "replace").partition("//")[0].strip(), _line_at(header, found.start())
    old = list(_OLD_BUILD.finditer(header))
    lines = (each[1].decode("utf-8", "replace").split() for each in old)
    said = " && ".join(f"({' || '.join(_all_of(each) for each in words)})" for words in lines if words)
    return said, _line_at(header, old[0].start()) if old else 0


def _blank(block: re.Match[bytes]) -> bytes:
    return b"\n" * block.group().count(b"\n")


def _line_at(data: bytes, at: int) -> int:
    return 1 + data.count(b"\n", 0, at)


def _all_of(words: str) -> str:
    return f"({' && '.join(words.split(','))})"


def lost(before: tuple[RepoPath, str], after: tuple[RepoPath, str]) -> Lost | None:
    """Where a file, by its path and its constraint, was built and is not any more; None where that is nowhere."""
    old, new = _built(*before), _built(*after)
    own = [t for t in dict.fromkeys(_TOKEN.findall(f"{before[1]} {after[1]}")) if _is_own(t)][:_MOST_TAGS]
    plain = [p for p in PLATFORMS if old(_given(p)) and not new(_given(p))]
    if plain:
        built = [p for p in PLATFORMS if old(_given(p))]
        return Lost(platforms=tuple(plain), is_everywhere=plain == built)
    for given in product((False, True), repeat=len(own)):
        tags = frozenset(tag for tag, is_given in zip(own, given, strict=True) if is_given)
        if any(old(_given(p) | tags) and not new(_given(p) | tags) for p in PLATFORMS):
            return Lost(tags=tuple(sorted(tags)) or tuple(f"!{tag}" for tag in own))
    return None


def platforms_of(path: RepoPath, data: bytes) -> tuple[str, ...]:
    """Where a file is built when no tag of a project's own is given."""
    built = _built(path, constraint_of(data)[0])
    return tuple(each for each in PLATFORMS if built(_given(each)))


def _is_own(token: str) -> bool:
    known = token in _SYSTEMS or token in _MACHINES or token in ("unix", "gc") or token.startswith("go1.")
    return not known and token[0] not in "&|!()"


def _given(platform: str) -> Tags:
    system, _, machine = platform.partition("/")
    given = {system, machine, "gc", _IMPLIED.get(system, system)}
    return frozenset(given | ({"unix"} if system in _UNIX else set()))


def _built(path: RepoPath, constraint: str) -> Condition:
    named = _named(path)
    stated = _Reader(constraint).condition() if constraint else _always
    return lambda tags: named(tags) and stated(tags)


def _always(_tags: Tags) -> bool:
    return True


def _never(_tags: Tags) -> bool:
    return False


def _named(path: RepoPath) -> Condition:
    """What a file's name asks for; one for tests, and one that Go passes over, is in no build."""
    *folders, name = path.split("/")
    if name.startswith(("_", ".")) or name.endswith("_test.go") or not name.endswith(".go"):
        return _never
    if any(folder.startswith(("_", ".")) or folder == "testdata" for folder in folders):
        return _never
    parts = name.removesuffix(".go").split("_")[1:]
    if len(parts) > 1 and parts[-2] in _SYSTEMS and parts[-1] in _MACHINES:
        return lambda tags: parts[-2] in tags and parts[-1] in tags
    if parts and (parts[-1] in _SYSTEMS or parts[-1] in _MACHINES):
        return lambda tags: parts[-1] in tags
    return _always


class _Reader:
    """Reads a constraint: `||` binds least, then `&&`, then `!`. What cannot be read asks for nothing."""

    def __init__(self, text: str) -> None:
        self._tokens: Iterator[str] = iter(_TOKEN.findall(text))
        self._next = next(self._tokens, "")

    def condition(self) -> Condition:
        """When the file is built."""
        return self._any_of(0)

    def _take(self) -> str:
        token, self._next = self._next, next(self._tokens, "")
        return token

    def _any_of(self, depth: int) -> Condition:
        sides = [self._all_of(depth)]
        while self._next == "||":
            self._take()
            sides.append(self._all_of(depth))
        return lambda tags: any(side(tags) for side in sides)

    def _all_of(self, depth: int) -> Condition:
        sides = [self._one(depth)]
        while self._next == "&&":
            self._take()
            sides.append(self._one(depth))
        return lambda tags: all(side(tags) for side in sides)

    def _one(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            return _always
        part = self._take()
        if part == "!":
            inner = self._one(depth + 1)
            return lambda tags: not inner(tags)
        if part == "(":
            inner = self._any_of(depth + 1)
            self._take()
            return inner
        if not part or part in ("&&", "||", ")") or part.startswith("go1."):
            return _always
        return lambda tags: part in tags
