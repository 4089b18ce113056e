"""Shared libraries: definitions that many other files lean on, where the change is one they could notice."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import symbol_name
from weighbridge.domain.impact import Certainty, ChangeDepth, ChangedSymbol
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.shared_use import MANY, SharedUse, Users
from weighbridge.landscape.surfaces.definitions import noticeable

_DEEPEST: Final = (ChangeDepth.REMOVED, ChangeDepth.SIGNATURE, ChangeDepth.BODY, ChangeDepth.ADDED)
_WORDS: Final = {
    ChangeDepth.REMOVED: "is gone",
    ChangeDepth.SIGNATURE: "changes in how it is used",
    ChangeDepth.BODY: "changes in what it does",
}
_NOBODY: Final = Users(files=0, seen=0, tests=0)


def shared_surface(file: FileCode, use: SharedUse) -> Iterator[Surface]:
    """The surface that a widely used definition is, unless nobody could notice: only comments changed, or something was added."""
    path = file.change.path
    count = max(use.importing.get(blob.path, 0) for blob in (file.change.base, file.change.head) if blob is not None)
    if count < MANY:
        return
    # all files of a folder are one package in Go, which is imported as a whole
    imported = f"{count} files import {'its package' if path.endswith('.go') else 'it'}"
    if file.missing is not None:
        yield Surface(kind=SurfaceKind.SHARED_LIBRARY, path=path, reason=f"{imported}; how it changes is unread")
        return
    told = [s for s in _told(file) if not symbol_name(s.symbol) or use.users.get(s.symbol, _NOBODY).files >= MANY]
    if not told:
        return
    worst = min(told, key=lambda s: (_DEEPEST.index(s.depth), s.line))
    name = symbol_name(worst.symbol)
    if not name:
        reason = f"{imported}, and what it does when loaded changes"
        yield Surface(kind=SurfaceKind.SHARED_LIBRARY, path=path, reason=reason)
        return
    users = use.users[worst.symbol]
    more = f"; likewise {len(told) - 1} more" if len(told) > 1 else ""
    yield Surface(
        kind=SurfaceKind.SHARED_LIBRARY,
        path=path,
        reason=f"`{name}` {_WORDS[worst.depth]}, and {_counted(users)}{more}",
        symbol=name,
        certainty=Certainty.SEEN if users.seen >= MANY else Certainty.INFERRED,
    )


def _counted(users: Users) -> str:
    """How many other files use a definition, and whether that is seen: `12 other files use it, 9 of them tests`."""
    verb = "use" if users.seen >= MANY else "may use"
    tests = f", {'all' if users.tests == users.files else users.tests} of them tests" if users.tests else ""
    return f"{users.files} other files {verb} it{tests}"


def _told(file: FileCode) -> list[ChangedSymbol]:
    """What users could notice; the file's own top level counts only where nothing came or went that explains it."""
    changed = noticeable(file)
    named = [s for s in changed if s.depth is not ChangeDepth.ADDED and symbol_name(s.symbol)]
    return named or [s for s in changed if len(changed) == 1 and s.depth is not ChangeDepth.ADDED]
