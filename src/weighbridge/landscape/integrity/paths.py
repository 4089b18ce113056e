"""Paths that read, sort or land on a disk other than they seem to."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import decode_path
from weighbridge.landscape.integrity.characters import direction_controls, invisible_characters
from weighbridge.landscape.integrity.look_alikes import is_mixed, skeleton

_IGNORED_BY_APPLE: Final = LatePattern("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_SHORT_NAMES: Final = {
    "git~1": ".git",
    "gitmod~1": ".gitmodules",
    "gitatt~1": ".gitattributes",
    "gitign~1": ".gitignore",
}
_SPECIAL: Final = frozenset({".git", ".gitmodules", ".gitattributes", ".gitignore", ".mailmap"})
_DEVICES: Final = LatePattern(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?\Z", re.IGNORECASE)


def lands_as(component: str) -> str:
    """What a part of a path becomes on a disk that ignores case, trailing dots, streams and some characters."""
    name = _IGNORED_BY_APPLE.sub("", unicodedata.normalize("NFC", component)).casefold()
    name = name.partition(":")[0].rstrip(". ")
    return _SHORT_NAMES.get(name, name)


def disguised_git_name(path: RepoPath) -> str:
    """The name git gives meaning to that some part of this path becomes on some disks, without being it; else empty."""
    for component in path.split("/"):
        landed = lands_as(component)
        if landed == ".git" or (landed in _SPECIAL and component != landed):
            return landed
    return ""


def path_oddities(path: RepoPath) -> Iterator[str]:
    """What is odd about a path, in words."""
    raw = decode_path(path)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        yield "its name is not valid UTF-8"
        text = raw.decode("utf-8", "replace")
    if any(ord(c) < 32 or c == "\x7f" for c in text):
        yield "its name holds control characters"
    for oddity in (*direction_controls(text), *invisible_characters(text, is_first_line=False)):
        yield f"its name holds {oddity.name}"
    for component in text.split("/"):
        yield from _component_oddities(component)


def _component_oddities(component: str) -> Iterator[str]:
    if component != component.strip():
        yield f"{component!r} begins or ends with a blank"
    if component.startswith("-"):
        yield f"{component!r} reads as an option to programs that are given it"
    if "\\" in component:
        yield f"{component!r} holds a backslash, which parts folders on Windows"
    if _DEVICES.match(component):
        yield f"{component!r} is a device on Windows and cannot be checked out there"
    if not component.isascii() and is_mixed(component):
        yield f"{component!r} mixes alphabets and reads as {skeleton(component)!r}"


def folded(path: str) -> str:
    """What two paths have in common when a disk that ignores case or composes letters holds only one of them."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def collisions(added: Iterable[RepoPath], paths: Iterable[RepoPath]) -> Iterator[tuple[RepoPath, RepoPath]]:
    """Each added path with another path, or another spelling of one of its folders, that cannot stand beside it."""
    new = sorted(added)
    if not new:
        return
    standing: dict[str, set[str]] = {}
    for path in paths:
        for part in _prefixes(path):
            standing.setdefault(folded(part), set()).add(part)
    for path in new:
        other = next((o for part in _prefixes(path) for o in sorted(standing.get(folded(part), ())) if o != part), None)
        if other is not None:
            yield path, RepoPath(other)


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]


def link_target_problem(path: RepoPath, target: str) -> str:
    """Why following this link would leave the tree or reach git's own files, in words; empty when it does neither."""
    if not target:
        return "points nowhere"
    if target.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", target):
        return "points to a place outside the tree, the same on no two machines"
    place = path.split("/")[:-1]
    for part in re.split(r"[/\\]", target):
        if part == "..":
            if not place:
                return "leads out of the tree"
            place.pop()
        elif part not in ("", "."):
            place.append(part)
            if lands_as(part) == ".git":
                return "leads into git's own folder"
    return ""
