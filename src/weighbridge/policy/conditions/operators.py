"""What operators take, and what they give."""

from collections.abc import Callable
from typing import Final

from weighbridge.policy.conditions.cost import Cost, Size, each
from weighbridge.policy.conditions.flaws import shown, suggestion
from weighbridge.policy.conditions.fusion import contained
from weighbridge.policy.conditions.notes import Called, Notes
from weighbridge.policy.conditions.orders import order_of
from weighbridge.policy.conditions.seen import Seen, cost_of, plain
from weighbridge.policy.conditions.shapes import (
    Flag,
    Listing,
    Moment,
    Number,
    Record,
    Shape,
    Span,
    Text,
    Unclear,
    Whole,
    in_words,
)

_Rule = Callable[[Notes, Called], Seen]
_NUMBERS: Final = (Whole, Number)


def joined(one: Shape | None, other: Shape | None) -> Shape | None:
    """The shape that holds both, None when none does (or nothing is known of either)."""
    if one is None or isinstance(one, Unclear):
        return other or one
    if other is None or isinstance(other, Unclear):
        return one
    match one, other:
        case Text(), Text():
            return one if one == other else Text(is_long=one.is_long or other.is_long)
        case Listing(), Listing():
            return Listing(joined(one.of, other.of))
        case _:
            return one if one == other else None


def _flags(notes: Notes, call: Called) -> Seen:
    for part in call.parts:
        if not part.is_flag:
            notes.flaw(part.node, f"this is {in_words(part.shape)}; here it must be true or false")
    return plain(call.made, Flag(), *call.parts)


def _choice(notes: Notes, call: Called) -> Seen:
    asked, then, otherwise = call.parts
    if not asked.is_flag:
        notes.flaw(asked.node, f"this is {in_words(asked.shape)}; here it must be true or false")
    shape = joined(then.shape, otherwise.shape)
    if shape is None:
        return notes.flaw(call.node, f"one side is {in_words(then.shape)}, the other {in_words(otherwise.shape)}")
    of = then.of or otherwise.of
    size = then.size + otherwise.size
    return Seen(node=call.made, shape=shape, of=of, size=size, cost=cost_of(call.parts))


def _equal(notes: Notes, call: Called) -> Seen:
    one, other = call.parts
    for part in call.parts:
        if isinstance(part.shape, Record | Listing):
            what = "fields" if isinstance(part.shape, Record) else "its elements or its size()"
            return notes.flaw(call.node, f"{in_words(part.shape)} cannot be compared; compare {what}")
    are_numbers = isinstance(one.shape, _NUMBERS) and isinstance(other.shape, _NUMBERS)
    if not are_numbers and joined(one.shape, other.shape) is None:
        return notes.flaw(call.node, f"{in_words(one.shape)} is never equal to {in_words(other.shape)}")
    _words(notes, one, given=other)
    _words(notes, other, given=one)
    return plain(call.made, Flag(), *call.parts)


def _words(notes: Notes, asked: Seen, *, given: Seen) -> None:
    """Words that a field cannot hold are mistakes: the comparison would always say the same."""
    words = asked.shape.words if isinstance(asked.shape, Text) else ()
    for literal in given.literals if words else ():
        if isinstance(literal.value, str) and literal.value not in words:
            notes.flaw(literal, f"`{shown(literal.value)}` is none of its words: {suggestion(literal.value, words)}")


def _order(notes: Notes, call: Called) -> Seen:
    one, other = (part.shape for part in call.parts)
    for part in call.parts:
        if isinstance(part.shape, Text) and part.shape.words:
            has_order = order_of(part.shape.words)
            hint = 'write .at_least("...") or .at_most("...")' if has_order else "compare them with =="
            return notes.flaw(call.node, f"words are not compared by their letters: {hint}")
    are_numbers = isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS)
    fits = joined(one, other) is not None and not isinstance(one, Flag | Record | Listing)
    if not are_numbers and not fits:
        return notes.flaw(call.node, f"{in_words(one)} and {in_words(other)} have no order")
    return plain(call.made, Flag(), *call.parts)


_SUMS: Final[dict[tuple[str, type[Shape], type[Shape]], Shape]] = {
    ("_+_", Moment, Span): Moment(),
    ("_+_", Span, Moment): Moment(),
    ("_+_", Span, Span): Span(),
    ("_-_", Moment, Moment): Span(),
    ("_-_", Moment, Span): Moment(),
    ("_-_", Span, Span): Span(),
    **{(sign, Whole, Whole): Whole() for sign in ("_+_", "_-_", "_*_", "_/_", "_%_")},
    **{(sign, Number, Number): Number() for sign in ("_+_", "_-_")},  # no other can come to what is no number
}


def _arithmetic(notes: Notes, call: Called) -> Seen:
    one, other = call.parts
    if isinstance(one.shape, Unclear) or isinstance(other.shape, Unclear):
        return plain(call.made, Unclear(), *call.parts)
    if one.is_list and other.is_list and call.node.function == "_+_":
        return _concatenation(notes, call)
    shape = _SUMS.get((call.node.function, type(one.shape), type(other.shape)))
    if shape is None:
        return notes.flaw(call.node, _why_no_sum(one.shape, other.shape))
    return plain(call.made, shape, *call.parts)


def _why_no_sum(one: Shape, other: Shape) -> str:
    if isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS):
        if type(one) is type(other):
            return "numbers with a fraction are only added and subtracted"
        return "whole numbers and those with a fraction do not mix: write 1.0 for 1"
    return f"{in_words(one)} and {in_words(other)} cannot be put together"


def _concatenation(notes: Notes, call: Called) -> Seen:
    one, other = call.parts
    shape = joined(one.shape, other.shape)
    if not isinstance(shape, Listing) or (shape.of is None and one.shape != other.shape):
        return notes.flaw(call.node, "these lists hold different kinds of values")
    return Seen(
        node=call.made,
        shape=shape,
        of=one.of if one.size != Size() else other.of or one.of,
        size=one.size + other.size,
        cost=cost_of(call.parts),
    )


def _negative(notes: Notes, call: Called) -> Seen:
    if not isinstance(call.parts[0].shape, Whole | Number | Unclear):
        return notes.flaw(call.node, f"{in_words(call.parts[0].shape)} has no negative")
    return plain(call.made, call.parts[0].shape, *call.parts)


def _index(notes: Notes, call: Called) -> Seen:
    holder, number = call.parts
    if not isinstance(holder.shape, Listing | Unclear):
        return notes.flaw(call.node, f"{in_words(holder.shape)} has no numbered elements")
    if not isinstance(number.shape, Whole | Unclear):
        return notes.flaw(number.node, "an element is named by its number, from 0")
    shape = (holder.shape.of if isinstance(holder.shape, Listing) else None) or Unclear()
    return Seen(
        node=call.made,
        shape=shape,
        path=holder.of,
        of=f"{holder.of}[]",
        size=Size(0, (holder.of,)) if holder.of else Size(),
        cost=cost_of(call.parts),
    )


def _within(notes: Notes, call: Called) -> Seen:
    one, many = call.parts
    if not isinstance(many.shape, Listing | Unclear):
        return notes.flaw(many.node, f"this is {in_words(many.shape)}; behind `in` stands a list")
    inner = many.shape.of if isinstance(many.shape, Listing) else None
    if isinstance(one.shape, Record | Listing):
        return notes.flaw(call.node, f"{in_words(one.shape)} cannot be compared; use .exists(one, ...)")
    if inner is not None and joined(one.shape, inner) is None:
        return notes.flaw(call.node, f"{in_words(one.shape)} is never in a list of another kind")
    _words(notes, one, given=many)
    if isinstance(inner, Text):
        _words(notes, Seen(node=many.node, shape=inner), given=one)
    if many.gathering:
        found, cost = contained(many.gathering, one, node_id=call.node.id)
        return Seen(node=found, shape=Flag(), cost=one.cost + cost)
    cost = cost_of(call.parts) + each(many.size, Cost(1))
    return Seen(node=call.made, shape=Flag(), cost=cost)


RULES: Final[dict[str, _Rule]] = {
    "_&&_": _flags,
    "_||_": _flags,
    "!_": _flags,
    "@not_strictly_false": _flags,
    "_?_:_": _choice,
    "_==_": _equal,
    "_!=_": _equal,
    **dict.fromkeys(("_<_", "_<=_", "_>_", "_>=_"), _order),
    **dict.fromkeys(("_+_", "_-_", "_*_", "_/_", "_%_"), _arithmetic),
    "-_": _negative,
    "_[_]": _index,
    "@in": _within,
}
