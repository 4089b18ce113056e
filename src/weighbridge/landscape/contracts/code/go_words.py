"""In what a declaration of Go is otherwise for those who use it, in words."""

from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import symbol_name
from weighbridge.domain.impact import ChangedSymbol
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.contracts.code.api_breaks import NARROWED, TYPE
from weighbridge.landscape.contracts.code.go_forms import is_same_function, stated_types
from weighbridge.landscape.contracts.code.signature_text import parameters_in, result_in
from weighbridge.landscape.file_names import CLASS_KINDS

OF_TYPES: Final = ("function", "method", "variable")
RECEIVER: Final = LatePattern(r"\Afunc \((?:\w+ )?\*?[^)]*\) ?")
POINTER: Final = LatePattern(r"\Afunc \((?:\w+ )?\*")
OF_POINTER: Final = "it is of the pointer alone now: a value is no longer what has it"
_READABLE: Final = 100
_LONGEST: Final = 300
"""Letters of a signature in a message."""

_KIND: Final = LatePattern(r"type \w+(?:\[[^\]]*\])? (struct|interface|func|map|chan)\b")
"""Of what kind a type is: what is made of one is nothing that another takes."""


def told_of(symbol: ChangedSymbol) -> tuple[str, Severity, str] | None:
    """The kind of what is otherwise, how bad it is, and what it does; None where nobody notices."""
    before, after = symbol.before, symbol.after
    if symbol.kind in ("function", "method"):
        called = symbol_name(symbol.symbol).rpartition(".")[2]
        if is_same_function(*(RECEIVER.sub("", each) for each in (before, after)), name=called):
            if POINTER.match(before) or not POINTER.match(after):
                return None
            return TYPE, Severity.MEDIUM, OF_POINTER
        name = symbol_name(symbol.symbol).rpartition(".")[2]
        old, new = (parameters_in(RECEIVER.sub("", each), name) for each in (before, after))
        if (
            old is not None
            and new is not None
            and new[: len(old)] == old
            and len(new) == len(old) + 1
            and "..." in new[-1]
        ):
            words = "it takes more at its end: what hands it on as a value, or has a method like it, does not compile"
            return NARROWED, Severity.MEDIUM, words
        was, now = _differing(before, after, name=name)
        return (
            NARROWED,
            Severity.HIGH,
            f"it was `{was}` and is `{now}`: calls of it, and what is used in its place, do not compile",
        )
    types = stated_types(before, after) if symbol.kind == "variable" else None
    words = f"it was `{short(before)}`: what relies on that does not compile"
    if types:
        words = f"it is `{types[1]}` now and was `{types[0]}`: what reads or sets it does not compile"
    kinds = [found[1] if (found := _KIND.match(each)) else "" for each in (before, after)]
    severity = Severity.HIGH if all(kinds) and kinds[0] != kinds[1] else Severity.MEDIUM
    return (TYPE, severity, words) if types or symbol.kind in (*CLASS_KINDS, "type") else None


def _differing(before: str, after: str, *, name: str) -> tuple[str, str]:
    """Two signatures in a length that is read: of long ones the parameters in which they differ, and all that they give."""
    sides = [RECEIVER.sub("", each) for each in (before, after)]
    listed = [parameters_in(each, name) for each in sides]
    old, new = listed
    if max(map(len, sides)) <= _READABLE or old is None or new is None:
        return sides[0][:_LONGEST], sides[1][:_LONGEST]
    first = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    most = min(len(old), len(new)) - first
    same = (one == other for one, other in zip(reversed(old), reversed(new), strict=False))
    last = min(next((at for at, is_same in enumerate(same) if not is_same), most), most)
    shown = [
        f"{name}({', '.join([*['…'][:first], *each[first : len(each) - last], *['…'][:last]])}) {result_in(side, name)}".strip()
        for each, side in zip((old, new), sides, strict=True)
    ]
    return shown[0][:_LONGEST], shown[1][:_LONGEST]


def short(signature: str) -> str:
    """A signature in a length that is read."""
    return signature if len(signature) <= 120 else signature[:117] + "…"
