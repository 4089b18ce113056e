"""How a path whose bytes are not UTF-8 is written down, once and reversibly.

Git paths are bytes. Everything here handles them as `str` in this encoding: valid UTF-8 stands for itself; every byte
that is not part of valid UTF-8 is written `%XX`; and a literal `%` that two hex digits follow is written `%25`, so that
decoding gives back the same bytes. Most paths are unchanged by it.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from weighbridge.domain.ids import RepoPath

_AFTER_SLASH: Final = chr(ord("/") + 1)
_MOST_SHOWN: Final = 400
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")


def encode_path(raw: bytes) -> RepoPath:
    """The text form of a git path."""
    if raw.isascii() and b"%" not in raw:
        return RepoPath(raw.decode("ascii"))
    text = raw.decode("utf-8", "surrogateescape")
    text = _ESCAPE.sub(lambda found: "%25" + found.group(1), text)
    if text.isascii():
        return RepoPath(text)
    return RepoPath("".join(f"%{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else c for c in text))


def decode_path(path: RepoPath) -> bytes:
    """The bytes git knows `path` by; the inverse of `encode_path`."""
    pieces: list[bytes] = []
    end = 0
    for found in _ESCAPE.finditer(path):
        pieces += [path[end : found.start()].encode("utf-8"), bytes.fromhex(found.group(1))]
        end = found.end()
    pieces.append(path[end:].encode("utf-8"))
    return b"".join(pieces)


def shortened(path: RepoPath) -> str:
    """The path for a sentence: of one that is too long to be read, how it begins and ends."""
    return path if len(path) <= _MOST_SHOWN else f"{path[: _MOST_SHOWN // 2]}...{path[-_MOST_SHOWN // 4 :]}"


def folder_of(path: RepoPath) -> RepoPath:
    """The folder that holds `path`; empty for the repository's root."""
    return RepoPath(path.rpartition("/")[0])


def is_below(path: RepoPath, folder: str) -> bool:
    """Whether `path` lies in `folder`, however deep; everything lies in the root."""
    return not folder or path.startswith(f"{folder}/")


def those_below(paths: Sequence[RepoPath], folder: str) -> Sequence[RepoPath]:
    """Those of `paths`, which are sorted, that lie in `folder`, however deep: they stand in a row."""
    if not folder:
        return paths
    return paths[bisect_left(paths, f"{folder}/") : bisect_left(paths, folder + _AFTER_SLASH)]


def suffix_of(path: RepoPath) -> str:
    """The lower-case file ending with its dot, or empty."""
    dot = path.rfind(".")
    is_hidden = dot <= path.rfind("/") + 1
    return "" if is_hidden or dot == len(path) - 1 else path[dot:].lower()
