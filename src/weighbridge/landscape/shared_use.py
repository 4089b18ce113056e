"""How widely a change's files, and the definitions it alters in them, are used from other files."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath, SymbolId, symbol_name, symbol_path
from weighbridge.domain.impact import Certainty, ChangeDepth
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.fan_in import fan_in
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.walk import NEIGHBOURS, Walk, WalkLimits

MANY: Final = 10
"""From how many other files on a file, or a definition, counts as shared."""

MOST_SYMBOLS: Final = 40
"""Definitions whose users are counted in one file."""
_FARTHEST: Final = 4
"""Steps inside a definition's own file that are followed to what other files use."""


class Users(Struct, frozen=True, kw_only=True):
    """The other files that use a definition, or what leads to it in its own file."""

    files: int
    seen: int
    """Those of which it is seen; for the others a name speaks."""
    tests: int


class SharedUse(Struct, frozen=True, kw_only=True):
    """How many other files import each changed file, and who uses what changed in those that many do."""

    importing: Mapping[RepoPath, int] = field(default_factory=dict)
    users: Mapping[SymbolId, Users] = field(default_factory=dict)


def shared_use(landscapes: Landscapes, code: CodeChange) -> SharedUse:
    """The use of all changed files; definitions are asked about where their file is imported by many."""
    head = landscapes.head
    importing = {path: fan_in(head, path, least=MANY) for path in code.files if path in head.landscape.tree}
    users: dict[SymbolId, Users] = {}
    for path, count in importing.items():
        for symbol, is_gone in _asked(code.files[path]) if count >= MANY else ():
            users[symbol] = users_of(landscapes.base if is_gone else head, symbol)
    return SharedUse(importing=importing, users=users)


def users_of(view: View, symbol: SymbolId) -> Users:
    """Who uses a definition from other files; what its own file makes of it is followed, where that is seen."""
    own = symbol_path(symbol)
    found: dict[RepoPath, bool] = {}
    known, asked = {symbol}, {symbol}
    for _ in range(_FARTHEST):
        walk = Walk(view, WalkLimits(distance=NEIGHBOURS))
        walk.start(sorted(asked))
        walk.run()
        asked = set()
        for user in walk.dependents:
            is_seen = user.certainty is Certainty.SEEN
            if symbol_path(user.symbol) != own:
                found[symbol_path(user.symbol)] = is_seen or found.get(symbol_path(user.symbol), False)
            elif is_seen and symbol_name(user.symbol) and user.symbol not in known:
                asked.add(user.symbol)
        known |= asked
        if not asked:
            break
    return Users(files=len(found), seen=sum(found.values()), tests=sum(map(is_test, found)))


def _asked(file: FileCode) -> Iterable[tuple[SymbolId, bool]]:
    skipped = (ChangeDepth.TEXT, ChangeDepth.ADDED)
    named = [s for s in file.symbols if s.depth not in skipped and symbol_name(s.symbol)]
    return ((s.symbol, s.depth is ChangeDepth.REMOVED) for s in named[:MOST_SYMBOLS])
