"""Descriptions in several files: which of them a changed part belongs to."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.contracts.library import MOST_FILES, Read
from weighbridge.landscape.contracts.recognise import STRUCTURED, says_asyncapi, says_openapi

_LIKELY: Final = LatePattern(
    r"(?:.*[._-])?(?:openapi|asyncapi|swagger|api|index|main|root|spec|entry|bundle|specification)(?:[._-].*)?\.(?:ya?ml|json)",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(rb"""\$ref["']?\s*:\s*["']?([^"'#\s,}]+)""")
_PART: Final = re.compile(rb"""["']?(?:\$ref|properties|responses|schema|allOf|oneOf|parameters|enum|type)["']?\s*:""")
_MOST_LOOKED_AT: Final = 60
"""Files above a part that are looked at, those called as descriptions are and the highest first."""


def may_be_part(path: RepoPath, data: object) -> bool:
    """Whether a file may be part of a description that begins in another."""
    return path.lower().endswith(STRUCTURED) and isinstance(data, bytes) and _PART.search(data) is not None


def roots_of(parts: Iterable[RepoPath], listing: Iterable[RepoPath], *, read: Read) -> list[RepoPath]:
    """The descriptions of a tree that lead to any of some files."""
    wanted = frozenset(parts)
    folders = {folder for part in wanted for folder in _above(part)}
    beside = [
        path
        for path in listing
        if path.lower().endswith(STRUCTURED) and path not in wanted and posixpath.dirname(path) in folders
    ]
    likely = sorted(beside, key=lambda path: (not _LIKELY.fullmatch(posixpath.basename(path)), path.count("/"), path))
    return [
        root
        for root in likely[:_MOST_LOOKED_AT]
        if _is_root(root, read) and not wanted.isdisjoint(_reached(root, read))
    ]


def _above(path: RepoPath) -> Iterator[str]:
    folder = posixpath.dirname(path)
    yield folder
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def _is_root(path: RepoPath, read: Read) -> bool:
    data = read(path)
    return isinstance(data, bytes) and (says_openapi(data) or says_asyncapi(data))


def _reached(root: RepoPath, read: Read) -> set[RepoPath]:
    """The files that a description leads to, by what its text refers to."""
    found = {root}
    waiting = [root]
    while waiting and len(found) < MOST_FILES:
        path = waiting.pop()
        data = read(path)
        for reference in _REFERENCE.findall(data) if isinstance(data, bytes) else ():
            text = reference.decode("utf-8", "replace")
            target = RepoPath(posixpath.normpath(posixpath.join(posixpath.dirname(path), text)))
            if "://" not in text and target not in found and not target.startswith("../"):
                found.add(target)
                waiting.append(target)
    return found
