"""Where code put what it hands out in order and no longer does: calls that sort, queries that say by what, a model's own order."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten, Slot, form

_METHODS: Final = frozenset(
    {"order_by", "orderBy", "addOrderBy", "Order", "toSorted", "sorted", "sort", "OrderBy", "orderByDesc"}
)
_AROUND: Final = frozenset({"sorted"})
"""Functions that are given what they put in order."""
_COPIES: Final = frozenset({"list", "tuple"})
"""Functions that leave what they are given as it lies."""
_KEYS: Final = frozenset({"orderBy", "order", "sort", "ordering", "order_by"})
_CLAUSE: Final = LatePattern(
    r"\border\s+by\s+[^()]*?(?=\s*(?:\blimit\b|\boffset\b|\bfor\s+update\b|\bfetch\b|[;)]|$))",
    re.IGNORECASE | re.DOTALL,
)
_CHOOSING: Final = frozenset(
    {
        "first",
        "last",
        "limit",
        "take",
        "skip",
        "offset",
        "slice",
        "First",
        "Limit",
        "Offset",
        "paginate",
        "findFirst",
        "one_or_none",
    }
)
"""Calls behind an order that hand out a part of what was put in order."""
_CARELESS: Final = frozenset(
    {
        "count",
        "exists",
        "len",
        "set",
        "sum",
        "delete",
        "update",
        "frozenset",
        "aggregate",
        "Count",
        "sorted",
        "subquery",
        "max",
        "min",
        "any",
        "all_",
        "dict",
    }
)
"""Calls behind an order to which it makes no difference."""
_LIMITED: Final = LatePattern(r"\blimit\b|\boffset\b|\bfetch\s+first\b", re.IGNORECASE)


class LostOrder(Struct, frozen=True, kw_only=True):
    """One order that is gone: `by` as written where that is short, `chooses` what takes a part of the unordered."""

    rewrite: Rewrite
    by: str = ""
    chooses: str = ""
    of_model: str = ""
    """The class whose own order it was."""


def lost_orders(rewritten: Rewritten) -> Iterator[LostOrder]:
    """Every order that a changed definition gave and does not give any more, and that did not move elsewhere."""
    told: set[tuple[str, str]] = set()
    for each in rewritten:
        found = _lost(each)
        if found is None or (each.file.change.path, each.symbol) in told:
            continue
        if sum(map(_orders, rewritten.on(Side.HEAD))) < sum(map(_orders, rewritten.on(Side.BASE))):
            told.add((each.file.change.path, each.symbol))
            yield found


def _lost(each: Rewrite) -> LostOrder | None:
    if each.after is None:
        return _of_statement(each)
    if {_called(slot) for slot in each.slots} & _CARELESS:
        return None
    before, after = each.before, each.after
    found = _of_text(each) or _of_keys(each)
    if found is not None:
        return found
    root, names, by = _chain(before)
    other_root, others, _ = _chain(after)
    kept = [name for name in names if name not in _METHODS]
    if len(kept) == len(names) or kept != others or form(root) != form(other_root):
        return None
    if by and by.lstrip("-") in _filled(before):
        return None  # all that is found has the same there
    return LostOrder(rewrite=each, by=by, chooses=_chooser(each, names))


def _filled(expr: Expr) -> set[str]:
    """The names that calls are given values by: `filter(id=number)`."""
    return {given.name for part in walk(expr) if type(part) is Call for given in part.arguments}


def _called(slot: Slot) -> str:
    return last_name(slot.of.function) if type(slot.of) is Call else ""


def _chain(expr: Expr) -> tuple[Expr, list[str], str]:
    """What a chain of calls begins with, the methods called on it, outermost first, and what it is put in order by."""
    names: list[str] = []
    by = ""
    while type(expr) is Call:
        if type(expr.function) is Attribute:
            names.append(expr.function.name)
            by = by or (_by(expr, 0) if names[-1] in _METHODS else "")
            expr = expr.function.of
        elif type(expr.function) is Name and expr.function.id in _AROUND and expr.arguments:
            names.append("sorted")
            by = by or _by(expr, 1)
            expr = expr.arguments[0].value
        elif type(expr.function) is Name and expr.function.id in _COPIES and len(expr.arguments) == 1:
            expr = expr.arguments[0].value
        else:
            break
    return expr, names, by


def _by(call: Call, start: int) -> str:
    given = call.arguments[start].value if len(call.arguments) > start else None
    if type(given) is Text and not given.parts:
        return given.value
    return last_name(given) if given is not None and type(given) is not Call else ""


def _chooser(each: Rewrite, names: list[str]) -> str:
    """What takes a part of what is no longer in order: behind it in the chain, or in the statement around."""
    behind = names[: next((at for at, name in enumerate(names) if name in _METHODS), 0)]
    around = _behind(each.step.value, each.before)
    return next((name for name in (*behind, *around) if name in _CHOOSING), "")


def _behind(whole: Expr, part: Expr) -> list[str]:
    """The methods that a statement calls on a part of it."""
    calls = (expr for expr in walk(whole) if type(expr) is Call and type(expr.function) is Attribute)
    return [last_name(call.function) for call in calls if any(inner is part for inner in walk(call.function))]


def _of_text(each: Rewrite) -> LostOrder | None:
    before, after = each.before, each.after
    if type(before) is not Text or type(after) is not Text or not _CLAUSE.search(before.value):
        return None
    if _CLAUSE.search(after.value) or _spaced(_CLAUSE.sub(" ", before.value)) != _spaced(after.value):
        return None
    by = _CLAUSE.search(before.value)
    words = _spaced(by[0])[len("order by ") :] if by else ""
    if words and re.search(rf"\b{re.escape(words.split()[0])}\s*=", before.value):
        return None  # all that is found has the same there
    return LostOrder(rewrite=each, by=words, chooses="LIMIT" if _LIMITED.search(before.value) else "")


def _spaced(text: str) -> str:
    return " ".join(text.replace(";", " ").split())


def _of_keys(each: Rewrite) -> LostOrder | None:
    """An object of options without the one that says the order: `findMany({ where, orderBy })`."""
    before, after = each.before, each.after
    if type(before) is not Collection or type(after) is not Collection or not each.slots:
        return None
    old = {element.key: element.value for element in before.elements}
    new = {element.key: element.value for element in after.elements}
    gone = old.keys() - new.keys()
    if (
        not gone
        or not gone <= _KEYS
        or new.keys() - old.keys()
        or not _called(each.slots[-1]).startswith(("find", "query", "select"))
    ):
        return None
    chooses = next((key for key in ("take", "limit", "skip", "offset") if key in new), "")
    return LostOrder(rewrite=each, chooses=chooses or ("findFirst" if "First" in _called(each.slots[-1]) else ""))


def _of_statement(each: Rewrite) -> LostOrder | None:
    """A statement that went: `rows.sort()`, `query = query.order_by(…)`, or a model's `ordering`."""
    step, base = each.step, each.file.base
    if step.kind == "use" and _sorts(step.value):
        return LostOrder(rewrite=each)
    if step.kind == "bind" and type(step.target) is Name and type(step.value) is Call:
        root, names, by = _chain(step.value)
        if root == step.target and names and all(name in _METHODS for name in names):
            return LostOrder(rewrite=each, by=by)
    if base is not None and _is_ordering(step, base):
        model = base.definitions[base.definitions[step.scope].parent].name
        return LostOrder(rewrite=each, of_model=model)
    return None


def _is_ordering(step: Step, facts: FileFacts) -> bool:
    is_named = step.kind == "bind" and type(step.target) is Name and step.target.id == "ordering"
    holder = facts.definitions[step.scope]
    return is_named and holder.kind == "class" and holder.name == "Meta" and type(step.value) is Collection


def _sorts(expr: Expr) -> bool:
    if type(expr) is not Call or type(expr.function) is not Attribute:
        return False
    name, of = expr.function.name, expr.function.of
    is_package = type(of) is Name and of.id in ("sort", "slices", "Collections", "Arrays")
    return (name == "sort" and type(of) in (Name, Attribute)) or (
        is_package and name in ("Slice", "SliceStable", "Sort", "SortFunc", "Strings", "sort")
    )


def _orders(facts: FileFacts) -> int:
    """How often a file puts something in order, by any means."""
    count = 0
    for step in facts.steps:
        count += _is_ordering(step, facts)
        for expr in walk(step.value):
            if type(expr) is Call:
                count += last_name(expr.function) in _METHODS or _sorts(expr)
            elif type(expr) is Text:
                count += len(_CLAUSE.findall(expr.value)) if "rder" in expr.value or "RDER" in expr.value else 0
            elif type(expr) is Collection:
                count += sum(element.key in _KEYS for element in expr.elements)
    return count
