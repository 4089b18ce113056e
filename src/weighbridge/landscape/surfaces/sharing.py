"""Shared libraries: files that many others lean on, where the change is one they could notice."""

from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.surfaces.definitions import noticeable

MANY: Final = 10
"""From how many other files on a file counts as shared."""

_DEEPEST: Final = (ChangeDepth.REMOVED, ChangeDepth.SIGNATURE, ChangeDepth.BODY, ChangeDepth.ADDED)
_WORDS: Final = {
    ChangeDepth.REMOVED: "is gone",
    ChangeDepth.SIGNATURE: "changes in how it is used",
    ChangeDepth.BODY: "changes in what it does",
}


def shared_surface(file: FileCode, fan_in: Mapping[RepoPath, int]) -> Iterator[Surface]:
    """The surface a widely used file is, unless nobody could notice: only comments changed, or something was added."""
    path = file.change.path
    count = max(fan_in.get(blob.path, 0) for blob in (file.change.base, file.change.head) if blob is not None)
    if count < MANY:
        return
    # all files of a folder are one package in Go, which is imported as a whole
    used = f"{count} files {'import its package' if path.endswith('.go') else 'use it'}"
    if file.missing is not None:
        yield Surface(kind=SurfaceKind.SHARED_LIBRARY, path=path, reason=f"{used}; how it changes is unread")
        return
    told = _told(file)
    if told:
        worst = min(told, key=lambda s: (_DEEPEST.index(s.depth), s.line))
        name = symbol_name(worst.symbol)
        what = f"`{name}` {_WORDS[worst.depth]}" if name else "what it does when loaded changes"
        more = f", and {len(told) - 1} more" if len(told) > 1 else ""
        yield Surface(kind=SurfaceKind.SHARED_LIBRARY, path=path, reason=f"{used}: {what}{more}", symbol=name)


def _told(file: FileCode) -> list[ChangedSymbol]:
    """What users could notice; the file's own top level counts only where nothing came or went that explains it."""
    changed = noticeable(file)
    named = [s for s in changed if s.depth is not ChangeDepth.ADDED and symbol_name(s.symbol)]
    return named or [s for s in changed if len(changed) == 1 and s.depth is not ChangeDepth.ADDED]
