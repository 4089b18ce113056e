"""Paths that read, sort or land on a disk other than they seem to."""

import re
import unicodedata
from collections.abc import Container, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.landing import CONTENTS, is_short_for, is_too_long, lands_as
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import decode_path
from weighbridge.landscape.integrity.characters import direction_controls, invisible_characters
from weighbridge.landscape.integrity.look_alikes import is_mixed, skeleton

_SPECIAL: Final = frozenset({".git", ".gitmodules", ".gitattributes", ".gitignore", ".mailmap"})
_DEVICES: Final = LatePattern(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?\Z", re.IGNORECASE)


def git_name(component: str) -> str:
    """What git would take a part of a path for on some disk, its short names on Windows told too."""
    name = lands_as(component)
    return next((special for special in _SPECIAL if is_short_for(name, special)), name) if "~" in name else name


def disguised_git_name(path: RepoPath) -> str:
    """The name git gives meaning to that some part of this path becomes on some disks, without being it; else empty."""
    for component in path.split("/"):
        landed = git_name(component)
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
    parts = text.split("/")
    short = [part for part in parts if not is_too_long(part)]
    if len(short) < len(parts):
        yield "a part of its name is longer than any disk keeps"
        text = "/".join(short)
    if any(ord(c) < 32 or c == "\x7f" for c in text):
        yield "its name holds control characters"
    for oddity in (*direction_controls(text), *invisible_characters(text, is_first_line=False)):
        yield f"its name holds {oddity.name}"
    for component in short:
        yield from _component_oddities(component)


def _component_oddities(component: str) -> Iterator[str]:
    if component != component.strip():
        yield f"{component!r} begins or ends with a blank"
    if component.startswith("-"):
        yield f"{component!r} reads as an option to programs that are given it"
    if component.endswith(".") and component.strip("."):
        yield f"{component!r} ends with a dot, which Windows drops"
    if CONTENTS.search(component):
        yield f"{component!r} is another name of {component.partition(':')[0]!r} on Windows"
    if "\\" in component:
        yield f"{component!r} holds a backslash, which parts folders on Windows"
    if _DEVICES.match(component):
        yield f"{component!r} is a device on Windows and cannot be checked out there"
    if component.isascii():
        return
    if is_mixed(component):
        yield f"{component!r} mixes alphabets and reads as {skeleton(component)!r}"
    elif (plain := unicodedata.normalize("NFKC", component)).isascii():
        yield f"{component!r} is written in letters of another width or shape and reads as {plain!r}"


def may_be_look_alike(path: RepoPath) -> bool:
    """Whether a part of a path reads as another without a Latin letter in it."""
    return any(True for _ in _alikes(path))


def look_alike_of(path: RepoPath, names: Container[str]) -> tuple[str, str] | None:
    """The first part of a path that is wholly of letters that look like others, and the one of `names` it reads as."""
    return next((pair for pair in _alikes(path) if pair[1] in names), None)


def _alikes(path: RepoPath) -> Iterator[tuple[str, str]]:
    for component in path.split("/"):
        if not component.isascii() and not is_too_long(component):
            reads_as = skeleton(component)
            if reads_as.isascii() and not is_mixed(component) and unicodedata.normalize("NFKC", component) != reads_as:
                yield component, reads_as


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
            if git_name(part) == ".git":
                return "leads into git's own folder"
    return ""
