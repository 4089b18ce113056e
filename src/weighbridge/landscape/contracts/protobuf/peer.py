"""What another comparer of Protocol Buffers says, where one is installed: what it needs, and what it adds to our own findings."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.landscape.contracts.breaks import Break, Level

_IMPORT: Final = re.compile(rb"""^\s*import\s+(?:public\s+|weak\s+)?["']([^"'\n]+)["']\s*;""", re.MULTILINE)
_NAMES: Final = re.compile(r"""["`]([\w.]+)["`]""")
_MOST_FILES: Final = 2_000
_KINDS: Final = (
    ("ENUM", "protobuf-enum-value-removed"),
    ("RPC", "protobuf-rpc-changed"),
    ("SERVICE", "protobuf-rpc-changed"),
    ("FILE", "protobuf-package-changed"),
    ("PACKAGE", "protobuf-package-changed"),
)

Files = Mapping[str, bytes]
"""Files by the names under which others import them."""


class Said(Struct, frozen=True, kw_only=True):
    """One finding of the other comparer, by its own name for it."""

    name: str
    line: int
    check: str
    words: str


Peer = Callable[[Files, Files], Sequence[Said] | CouldNotLook]
"""Compares two sets of files, the old ones first."""

Read = Callable[[RepoPath], bytes | CouldNotLook | None]


def closure(changed: Iterable[RepoPath], listing: Iterable[RepoPath], *, read: Read) -> dict[str, RepoPath]:
    """The changed files and all that they import, by the names under which others import them."""
    every = [path for path in listing if path.endswith(".proto")]
    starts = [path for path in changed if path.endswith(".proto")]
    root = _root(starts, every, read=read)
    known = {path.removeprefix(root): path for path in every if path.startswith(root)}
    found: dict[str, RepoPath] = {}
    waiting = [path.removeprefix(root) for path in starts if path.startswith(root)]
    while waiting and len(found) < _MOST_FILES:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = known[name]
            waiting += _imports(read(known[name]))
    return found


def _root(starts: Iterable[RepoPath], every: Sequence[RepoPath], *, read: Read) -> str:
    """The folder from which files import one another, by most of what they import; empty for the repository itself."""
    wanted = {name for path in starts for name in _imports(read(path))}
    found = Counter(path.removesuffix(name) for path in every for name in wanted if f"/{path}".endswith(f"/{name}"))
    return found.most_common(1)[0][0] if found else ""


def _imports(data: object) -> list[str]:
    return [name.decode("utf-8", "replace") for name in _IMPORT.findall(data)] if isinstance(data, bytes) else []


def besides(
    ours: Iterable[Break | CouldNotLook], said: Iterable[Said], *, paths: Mapping[str, RepoPath]
) -> Iterator[Break]:
    """What the other says that we do not say ourselves of the same thing."""
    known = [each for each in ours if isinstance(each, Break)]
    for each in said:
        path = paths.get(each.name)
        if path is None or any(_is_same(one, each, path=path) for one in known):
            continue
        kind = next((kind for start, kind in _KINDS if each.check.startswith(start)), "protobuf-field-changed")
        yield Break(
            kind=kind,
            check=each.check,
            level=Level.WARNING,
            words=f"{each.words.rstrip('.')} (`{each.check}` of buf)",
            place=Place(path=path, line=each.line, end_line=each.line),
            subject=f"buf {each.check} {each.words}",
        )


def _is_same(ours: Break, said: Said, *, path: RepoPath) -> bool:
    """Whether both are about one thing: of one file, at one line or by one name for what they look at, with a name in common."""
    if ours.place.path != path:
        return False
    one, other = (check.partition("_UNLESS")[0] for check in (ours.check, said.check))
    kin = one.partition("_")[0] == other.partition("_")[0] or {one, other} <= {
        "FIELD_NO_DELETE",
        "RESERVED_MESSAGE_NO_DELETE",
    }
    mine, theirs = ({name.rpartition(".")[2] for name in _NAMES.findall(words)} for words in (ours.words, said.words))
    return kin and (one == other or ours.place.line == said.line) and bool(mine & theirs)
