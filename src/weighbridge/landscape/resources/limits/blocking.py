"""Calls that hold the thread of an event loop."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from weighbridge.domain.tables import read_table
from weighbridge.facts.expressions import without_lines
from weighbridge.facts.model import Item
from weighbridge.facts.names import last_name
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.resources.limits.reading import SCRIPTS, Reading, Use, method_of
from weighbridge.landscape.resources.limits.seen import Spot

KIND: Final = "blocking"
SERVED: Final = "blocking where it is served"
"""Of what no event loop is seen around, only that it serves others tells that there is one."""
_REACTIVE: Final = frozenset({"Mono", "Flux"})


@cache
def _table() -> Mapping[str, Mapping[str, frozenset[str]]]:
    read: dict[str, dict[str, Any]] = read_table(__file__, "blocking.toml")
    return {language: {key: frozenset(held) for key, held in rows.items()} for language, rows in read.items()}


def blocking_calls(reading: Reading) -> Iterator[Spot]:
    """The calls of a file that hold an event loop's thread."""
    language = "javascript" if reading.facts.language in SCRIPTS else reading.facts.language
    rows = _table().get(language)
    if rows is None:
        return
    for use in reading.uses:
        is_ending = not use.call.arguments and method_of(use.call) in rows.get("endings", ())
        is_known = use.origin in rows["origins"] or is_ending
        if is_known and (found := _in_loop(reading, use)):
            kind, words = found
            yield Spot(
                kind=kind,
                about=use.origin if use.origin in rows["origins"] else method_of(use.call),
                symbol=reading.symbol(use.scope),
                line=use.line,
                scope=use.scope,
                text=without_lines(use.call),
                words=words,
            )


def _in_loop(reading: Reading, use: Use) -> tuple[str, str] | None:
    """Whether an event loop runs what a call stands in, and how that is told."""
    facts = reading.facts
    if facts.language == "java":
        around = function_around(facts, use.scope)
        returned = facts.definitions[around].returns
        returned = returned.of if isinstance(returned, Item) else returned
        is_reactive = returned is not None and last_name(returned) in _REACTIVE
        return (KIND, "others are waiting for the thread that it holds") if is_reactive else None
    if reading.is_async(use.scope):
        return KIND, "the event loop stands still until it is done"
    if facts.language in SCRIPTS:
        return (SERVED, "the event loop stands still until it is done") if use.scope else None
    caller = _async_caller(reading, use.scope)
    return (KIND, f"`{caller}` calls it in the event loop, which stands still until it is done") if caller else None


def _async_caller(reading: Reading, scope: int) -> str:
    """An async function of the same file that calls the function around a scope directly; empty where there is none."""
    definition = reading.facts.definitions[scope]
    if definition.kind not in ("function", "method") or not definition.name:
        return ""
    owner = reading.facts.definitions[definition.parent]
    if definition.kind == "function" and owner.kind != "module":
        return ""
    own = definition.name if definition.kind == "function" else f"self.{definition.name}"
    callers = (
        scope for scope in reading.async_callers.get(own, ()) if _shares_class(reading, scope, of=definition.parent)
    )
    return reading.symbol(next(callers, 0))


def _shares_class(reading: Reading, scope: int, *, of: int) -> bool:
    return of == 0 or reading.facts.definitions[function_around(reading.facts, scope)].parent == of
