"""Where code puts what it hands out in order the other way round, or by something else: whoever takes the first takes another."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, FileFacts, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.reversed_orders import turned_round
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten, form

_METHODS: Final = frozenset(
    {
        "order_by",
        "orderBy",
        "addOrderBy",
        "Order",
        "OrderBy",
        "order",
        "sort",
        "orderByAsc",
        "orderByDesc",
        "order_with_respect_to",
    }
)
_KEYS: Final = frozenset({"orderBy", "order", "sort", "ordering", "order_by"})
_WAYS: Final = frozenset({"asc", "desc", "ascending", "descending"})
_CLAUSE: Final = LatePattern(
    r"\border\s+by\s+(?P<terms>[^;()]*(?:\([^()]*\)[^;()]*)*?)(?=\s*(?:\blimit\b|\boffset\b|\bfor\s+update\b|\bfetch\b|[;)]|$))",
    re.IGNORECASE | re.DOTALL,
)
_TERM: Final = LatePattern(
    r"(?P<by>.+?)(?:\s+(?P<way>asc|desc))?(?:\s+nulls\s+(?:first|last))?", re.IGNORECASE | re.DOTALL
)
_CHOOSING: Final = LatePattern(r"(?i)\blimit\s+1\b|\bfetch\s+first\s+(?:1\s+)?row\b")
_FIRST: Final = frozenset({"first", "last", "First", "Last", "findFirst", "one", "get"})
_COMPARED: Final = LatePattern(r"(?:sort|toSorted|sorted|sortBy|SortFunc|sort_by)@\d+\Z")


class Turned(Struct, frozen=True, kw_only=True):
    """One order that is another: in words; `chooses` where the first of it is taken alone, `of_model` the class whose own it is."""

    rewrite: Rewrite
    words: str
    chooses: bool = False
    of_model: str = ""


def turned_orders(rewritten: Rewritten) -> Iterator[Turned]:
    """Every order that a definition gives otherwise than it did, each definition once."""
    told: set[tuple[str, str]] = set()
    for each in rewritten:
        key = (each.file.change.path, each.symbol)
        found = _turned(each) if key not in told else None
        if found is not None:
            told.add(key)
            yield found


def _turned(each: Rewrite) -> Turned | None:
    before, after = each.before, each.after
    if after is None or each.then is None:
        return None
    words = ""
    if type(before) is Text and type(after) is Text:
        words = _of_clauses(before.value, after.value) or (
            _of_names(before.value, after.value) if _in_order(each) else ""
        )
    elif _in_order(each):
        words = _of_calls(before, after)
    words = words or _of_comparison(each) or turned_round(each)
    if not words:
        return None
    chooses = bool(type(before) is Text and _CHOOSING.search(before.value)) or _takes_first(each)
    return Turned(rewrite=each, words=words, chooses=chooses, of_model=_model(each))


def _in_order(each: Rewrite) -> bool:
    """Whether an expression says by what something is put in order."""
    calls = (last_name(slot.of.function) for slot in each.slots if type(slot.of) is Call)
    return (
        any(name in _METHODS for name in calls) or any(slot.key in _KEYS for slot in each.slots) or bool(_model(each))
    )


def _model(each: Rewrite) -> str:
    """The class whose own order a statement says."""
    facts, step = each.file.base, each.step
    if facts is None or step.kind != "bind" or type(step.target) is not Name or step.target.id != "ordering":
        return ""
    holder = facts.definitions[step.scope]
    return facts.definitions[holder.parent].name if holder.kind == "class" and holder.name == "Meta" else ""


def _of_names(before: str, after: str) -> str:
    """`-created` and `created`; `desc` and `asc`."""
    if before.lower() in _WAYS and after.lower() in _WAYS:
        is_same = before.lower().startswith("asc") == after.lower().startswith("asc")
        return "" if is_same else f"it is put in order `{after}` now, and was `{before}`"
    if before.lstrip("-+") == after.lstrip("-+") and before.startswith("-") != after.startswith("-"):
        return f"it is put in order by `{after}` now, and was by `{before}`: the other way round"
    return _of_clauses(f"order by {before}", f"order by {after}") if " " in before + after else ""


def _of_clauses(before: str, after: str) -> str:
    """Two queries that differ in their order alone."""
    old, new = _CLAUSE.search(before), _CLAUSE.search(after)
    if old is None or new is None or _spaced(_CLAUSE.sub(" ", before)) != _spaced(_CLAUSE.sub(" ", after)):
        return ""
    was, now = (_terms(each["terms"]) for each in (old, new))
    shared = list(zip(was, now, strict=False))
    other = next((pair for pair in shared if pair[0] != pair[1]), None)
    if other is None:
        return ""  # one that is longer puts in order what was left to chance
    (by, way), (instead, other_way) = other
    if by == instead:
        return f"it is put in order by `{by} {other_way}` now, and was by `{by} {way}`: the other way round"
    return f"it is put in order by `{instead}` now, and was by `{by}`"


def _terms(written: str) -> list[tuple[str, str]]:
    found = (_TERM.fullmatch(part.strip()) for part in re.split(r",(?![^()]*\))", written))
    return [(_spaced(each["by"]).lower(), (each["way"] or "asc").lower()) for each in found if each is not None]


def _spaced(text: str) -> str:
    return " ".join(text.replace(";", " ").split())


def _of_calls(before: Expr, after: Expr) -> str:
    """`created.desc()` and `created`, `desc(created)` and `asc(created)`."""
    (by, way), (instead, other_way) = _way(before), _way(after)
    if form(by) != form(instead) or way == other_way:
        return ""
    return f"it is put in order by `{last_name(by)}` {other_way} now, and was {way}: the other way round"


def _way(expr: Expr) -> tuple[Expr, str]:
    if type(expr) is Call and (name := last_name(expr.function)) in ("desc", "asc"):
        if type(expr.function) is Attribute and not expr.arguments:
            return expr.function.of, name
        if len(expr.arguments) == 1:
            return expr.arguments[0].value, name
    return expr, "asc"


def _of_comparison(each: Rewrite) -> str:
    """A function that compares two for a sort, and gives the difference the other way round."""
    then, facts = each.then, each.file.base
    if then is None or facts is None or each.step.kind != "return" or not _COMPARED.search(_name(facts, each.step)):
        return ""
    one, other = each.step.value, then.value
    if type(one) is not Either or type(other) is not Either or len(one.options) != len(other.options):
        if type(one) is Call and type(other) is Call and len(one.arguments) == len(other.arguments) == 1:
            parts = (_receiver(one), one.arguments[0].value), (_receiver(other), other.arguments[0].value)
            return _crossed(parts[0], parts[1])
        return ""
    return _crossed(one.options, other.options) if len(one.options) == len(("a", "b")) else ""


def _receiver(call: Call) -> Expr:
    return call.function.of if type(call.function) is Attribute else call.function


def _crossed(one: tuple[Expr, ...], other: tuple[Expr, ...]) -> str:
    was, now = [form(each) for each in one], [form(each) for each in other]
    is_crossed = was != now and was == now[::-1]
    return f"it is put in order by `{last_name(one[0])}` the other way round" if is_crossed else ""


def _name(facts: FileFacts, step: Step) -> str:
    return facts.definitions[step.scope].name


def _takes_first(each: Rewrite) -> bool:
    whole: Expr = each.step.value
    while type(whole) is Call:
        if last_name(whole.function) in _FIRST:
            return True
        whole = whole.function.of if type(whole.function) is Attribute else Collection(())
    return False
