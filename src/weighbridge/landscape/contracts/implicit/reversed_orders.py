"""An order that is given the other way round by a word beside it: `reverse=True`, `reversed(…)`, `.reverse()`."""

from typing import Final

from weighbridge.domain.places import Side
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, form

_SORTS: Final = frozenset({"sorted", "sort"})
_KEYWORD: Final = "reverse"
_AROUND: Final = frozenset({"reversed"})
_BEHIND: Final = frozenset({"reverse", "toReversed", "reversed", "Reverse"})


def turned_round(each: Rewrite) -> str:
    """What is said of two expressions of which one gives the same in the other order; empty for others."""
    before, after = each.before, each.after
    if after is None:
        return ""
    was, now = _plain(before, each.file.on(Side.BASE)), _plain(after, each.file.on(Side.HEAD))
    if was is None or now is None or was[1] == now[1] or was[0] != now[0]:
        return ""
    way = "the other way round now" if now[1] else "no longer the other way round"
    return f"it is put in order {way}"


def _plain(expr: Expr, facts: FileFacts | None) -> tuple[bytes, bool] | None:
    """An expression without the word that turns it, and whether one does; None where that is not known."""
    if type(expr) is not Call:
        return form(expr), False
    name, given = last_name(expr.function), expr.arguments
    if name in _AROUND and type(expr.function) is not Attribute and len(given) == 1:
        return form(given[0].value), True
    if name in _BEHIND and type(expr.function) is Attribute and not given:
        return form(expr.function.of), True
    if name not in _SORTS or not any(one.name == _KEYWORD for one in given):
        return form(expr), False
    is_on = _is_on(expr, facts)
    kept = Call(expr.function, tuple(one for one in given if one.name != _KEYWORD), expr.line)
    return None if is_on is None else (form(kept), is_on)


def _is_on(call: Call, facts: FileFacts | None) -> bool | None:
    """Whether a sort is told to turn its order; None where that is not written out."""
    later = (one for one in (facts.switches if facts else ()) if one.name == _KEYWORD and one.line >= call.line)
    first = min(later, key=lambda one: one.line, default=None)
    return first.is_on if first is not None and first.line - call.line <= len(call.arguments) else None
