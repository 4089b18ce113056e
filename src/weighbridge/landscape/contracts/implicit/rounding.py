"""Numbers that are rounded otherwise than they were: to other places, another way, or cut where they were divided."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Either, Expr, Name, Number, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten, form
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.test_files import is_test

_PLACES: Final = {
    "round": "1",
    "toFixed": "0",
    "toPrecision": "0",
    "setScale": "0",
    "round_": "1",
    "around": "1",
    "Round": "0",
}
"""By the last name of what rounds: which argument says to how many places."""
_STEPS: Final = frozenset({"quantize"})
_WAYS: Final = frozenset(
    {
        "round",
        "floor",
        "ceil",
        "trunc",
        "rint",
        "Round",
        "Floor",
        "Ceil",
        "Trunc",
        "RoundToEven",
        "int",
        "toFixed",
        "fix",
    }
)
_MODES: Final = ("HALF_UP", "HALF_EVEN", "HALF_DOWN", "UP", "DOWN", "CEILING", "FLOOR", "05UP", "UNNECESSARY")
_MOST_BYTES: Final = 1_000_000
_DIVISIONS: Final = frozenset({"/", "//"})


class RoundingChange(Struct, frozen=True, kw_only=True):
    """One number that is rounded otherwise, with what is said of it in words."""

    rewrite: Rewrite
    words: str


def rounding_changes(rewritten: Rewritten) -> Iterator[RoundingChange]:
    """Every such number; what is no longer rounded at all, or newly is, too."""
    for each in rewritten:
        words = _places(each) or _mode(each) or _way(each) or _division(each) or _cut(each)
        if words:
            yield RoundingChange(rewrite=each, words=words)


def comparing(each: Rewrite, view: View) -> tuple[Place, ...]:
    """Where other files, tests left out, ask whether what the definition gives is just what they have."""
    holder, _, name = each.symbol.rpartition(".")
    facts = each.file.head
    if facts is None or not name:
        return ()
    scope = next((at for at in range(len(facts.definitions)) if facts.qualified_name(at) == holder), 0)
    call = re.escape(name.encode()) + rb"\("
    asks = re.compile(rb"\b" + call + rb"[^\n]*\)\s*[!=]==?(?!=)|[!=]==?\s*(?:[\w.]+\.)?" + call)
    found: dict[Place, None] = {}
    for reference in view.references.to((each.file.change.path, scope, name)):
        path = reference.source.path
        lines = [] if is_test(path) else (view.landscape.bytes_of(path, _MOST_BYTES) or b"").split(b"\n")
        if 0 < reference.line <= len(lines) and asks.search(lines[reference.line - 1]):
            found[Place(path=path, line=reference.line, end_line=reference.line)] = None
    return tuple(found)


def _places(each: Rewrite) -> str:
    """Other places: `round(x, 2)`, `x.toFixed(2)`, `x.setScale(2)`, `x.quantize(Decimal("0.01"))`."""
    before, after = each.before, each.after
    if not each.slots:
        return ""
    calls = [(last_name(slot.of.function), slot.key) for slot in each.slots if type(slot.of) is Call]
    if type(before) is Number and type(after) is Number and calls and _PLACES.get(calls[-1][0]) == calls[-1][1]:
        return f"it is rounded to {after.value} places, not to {before.value}"
    is_step = type(before) is Text and type(after) is Text and len(calls) > 1 and calls[-2][0] in _STEPS
    if is_step and type(before) is Text and type(after) is Text:
        return f"it is rounded to `{after.value}`, not to `{before.value}`"
    return ""


def _mode(each: Rewrite) -> str:
    before, after = _mode_of(each.before), _mode_of(each.after)
    return f"it is rounded `{after}`, not `{before}`" if before and after and before != after else ""


def _mode_of(expr: Expr | None) -> str:
    if type(expr) is Text:
        name = expr.value
    elif type(expr) is Name or type(expr) is Attribute:
        name = last_name(expr)
        if type(expr) is Attribute and last_name(expr.of) != "RoundingMode" and not name.startswith("ROUND_"):
            return ""
    else:
        return ""
    mode = name.removeprefix("ROUND_")
    is_said = name.startswith("ROUND_") or (type(expr) is Attribute and last_name(expr.of) == "RoundingMode")
    return name if is_said and mode in _MODES else ""


def _way(each: Rewrite) -> str:
    """Another function around the same number."""
    before, after = each.before, each.after
    if type(before) is not Call or type(after) is not Call:
        return ""
    one, other = last_name(before.function), last_name(after.function)
    if one == other or one not in _WAYS or other not in _WAYS or not before.arguments or not after.arguments:
        return ""
    if form(before.arguments[0].value) != form(after.arguments[0].value):
        return ""
    return f"it is rounded by `{other}`, not by `{one}`"


def _division(each: Rewrite) -> str:
    before, after = each.before, each.after
    if type(before) is not Either or type(after) is not Either or {before.operator, after.operator} != _DIVISIONS:
        return ""
    if [form(option) for option in before.options] != [form(option) for option in after.options]:
        return ""
    if any(type(part) is Text for option in before.options for part in walk(option)):
        return ""  # paths
    return (
        "it is cut to a whole number now" if after.operator == "//" else "it keeps its fraction now, where it was cut"
    )


def _cut(each: Rewrite) -> str:
    """`round(x, 2)` that is `int(x * 100) / 100` now, or the other way round."""
    before, after = each.before, each.after
    for one, other, words in (
        (before, after, "it is cut now, where it was rounded"),
        (after, before, "it is rounded now, where it was cut"),
    ):
        is_rounded = type(one) is Call and last_name(one.function) in _ROUNDS
        if is_rounded and other is not None and _is_cut(other):
            return words
    return ""


def _is_cut(expr: Expr) -> bool:
    """Whether a number is cut to whole ones of a power of ten: `int(x * 100) / 100`."""
    if type(expr) is not Either or expr.operator not in ("/", "") or len(expr.options) != len(("a", "b")):
        return False
    inner, by = expr.options
    is_whole = type(inner) is Call and last_name(inner.function) in _CUTS
    return is_whole and type(by) is Number and by.value.rstrip("0").rstrip(".") == "1" and by.value != "1"


_ROUNDS: Final = frozenset({"round", "quantize", "toFixed"})
_CUTS: Final = frozenset({"int", "floor", "trunc"})
