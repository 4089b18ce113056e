"""A status that a handler answered with where something was wrong, and answers with no more, while who requests it here asks for it."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, Collection, Expr, FileFacts, Item
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten
from weighbridge.landscape.contracts.implicit.statuses import askers_of, status_given, status_of
from weighbridge.landscape.landscapes import Landscapes

_WELL: Final = range(200, 300)
_PAIR: Final = 2
_PLAIN: Final = frozenset(
    {"jsonify", "json", "JSON", "send", "Response", "JSONResponse", "JsonResponse", "HttpResponse", "status", "end"}
    | {"Write", "Encode", "NewEncoder", "byte", "Fprint", "Fprintln", "Fprintf", "ok", "build", "body", "dict"}
)
"""What answers without saying that anything is wrong."""


class StatusGone(Struct, frozen=True, kw_only=True):
    """One status that is answered no more; not `is_sure` where what is called instead may answer with it."""

    rewrite: Rewrite
    status: int
    askers: tuple[Place, ...]
    is_sure: bool


def statuses_gone(rewritten: Rewritten, landscapes: Landscapes) -> Iterator[StatusGone]:
    """Every status of what went wrong that no changed file says any more as often as before, and that somebody here asks for."""
    told: set[tuple[str, str, int]] = set()
    for each in rewritten:
        after = () if each.after is None else tuple(walk(each.after))
        if any(type(part) is Call and not _is_plain(part) for part in after):
            continue  # what is called instead may answer with it, or it is told as another status
        for status in dict.fromkeys(_answered(each)):
            key = (each.file.change.path, each.symbol, status)
            if status in _WELL or key in told or _is_elsewhere(status, rewritten):
                continue
            askers = tuple(askers_of(each, status, landscapes=landscapes))
            if askers:
                told.add(key)
                yield StatusGone(rewrite=each, status=status, askers=askers, is_sure=not _calls_more(each))


def _is_plain(call: Call) -> bool:
    """Whether a call answers that all is well, or is part of what does."""
    is_made = type(call.function) is Item  # a value of a type of Go: `[]byte("{}")`
    return is_made or (last_name(call.function) in _PLAIN and status_given(call) in (None, *_WELL))


def _answered(each: Rewrite) -> Iterator[int]:
    """The statuses that a part of a statement answered with."""
    calls = (part for part in walk(each.before) if type(part) is Call)
    yield from (status for call in calls if (status := status_given(call)) is not None)
    if each.step.kind == "return" and each.step.value is each.before and (status := _of_pair(each.before)) is not None:
        yield status


def _of_pair(expr: Expr) -> int | None:
    """The status of an answer that is handed out as a pair: `return jsonify(error="…"), 404`."""
    is_pair = type(expr) is Collection and len(expr.elements) >= _PAIR
    return status_of(expr.elements[1].value) if is_pair and type(expr) is Collection else None


def _is_elsewhere(status: int, rewritten: Rewritten) -> bool:
    """Whether changed files say a status as often as before: it may have moved."""
    before, after = (sum(_count(facts, status) for facts in rewritten.on(side)) for side in (Side.BASE, Side.HEAD))
    return after >= before


def _count(facts: FileFacts, status: int) -> int:
    return sum(_says(part, status) for step in facts.steps for part in walk(step.value))


def _says(part: Expr, status: int) -> bool:
    is_built = type(part) is Call and not part.arguments and status_given(part) == status
    return is_built or status_of(part) == status


def _calls_more(each: Rewrite) -> bool:
    """Whether the definition calls, or raises, what it did not before and what may answer with a status of its own."""
    base, head = each.file.base, each.file.head
    if base is None or head is None:
        return True
    before = set(_called(base, each.symbol))
    return any(name not in before for name in _called(head, each.symbol))


def _called(facts: FileFacts, symbol: str) -> Iterator[str]:
    for step in facts.steps:
        at = step.scope
        while at > 0 and facts.definitions[at].kind == "lambda":
            at = facts.definitions[at].parent
        if facts.qualified_name(at) == symbol:
            calls = (part for part in walk(step.value) if type(part) is Call and not _is_plain(part))
            yield from (last_name(call.function) for call in calls)
            if step.kind == "raise":
                yield last_name(step.value)
