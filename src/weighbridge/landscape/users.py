"""Who uses a changed definition and was not changed with it, for each definition by itself."""

from collections.abc import Mapping
from typing import Final

from weighbridge.domain.ids import SymbolId, symbol_path
from weighbridge.domain.impact import ChangeDepth, Dependent
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.impact import told_apart_overloads
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.walk import Walk, WalkLimits, sites_of

MOST_SYMBOLS: Final = 40
"""Definitions whose users are asked for one by one."""

_BREAKING: Final = (ChangeDepth.REMOVED, ChangeDepth.SIGNATURE)


def unchanged_users(landscapes: Landscapes, code: CodeChange) -> Mapping[SymbolId, tuple[Dependent, ...]]:
    """The direct users of each definition that is gone or used differently, those that the change alters left out.

    Impact shows each dependent by its shortest path to anything changed, so who uses two changed definitions is counted
    there for one of them only.
    """
    breaking = [s for s in code.symbols if s.depth in _BREAKING][:MOST_SYMBOLS]
    changed = {s.symbol for s in code.symbols if s.depth is not ChangeDepth.TEXT}
    may_mean = told_apart_overloads(landscapes.head, code)
    found: dict[SymbolId, tuple[Dependent, ...]] = {}
    for symbol in breaking:
        is_gone = symbol.depth is ChangeDepth.REMOVED
        view = landscapes.base if is_gone else landscapes.head
        walk = Walk(view, WalkLimits(distance=1), may_mean=None if is_gone else may_mean)
        walk.start([symbol.symbol])
        walk.run()
        found[symbol.symbol] = tuple(
            user
            for user in walk.dependents
            if user.symbol not in changed
            and symbol_path(user.symbol) in landscapes.head.landscape.tree
            and (not is_gone or any(True for _ in sites_of(landscapes.head, user.symbol)))
        )
    return found
