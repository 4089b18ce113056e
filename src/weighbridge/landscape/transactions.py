"""What ends a transaction: what was done in it is kept, or taken back."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.criticality import joined_words, words_of
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import doing_of, named_around

_KEEPING: Final = frozenset({"commit", "committransaction", "committx"})
_TAKING_BACK: Final = frozenset({"rollback", "rollbacktransaction", "aborttransaction", "rollbacktx"})
_ENDING: Final = _KEEPING | _TAKING_BACK | {"close", "end", "endsession", "release", "dispose", "quit", "destroy"}
"""What is done to a connection when nothing else is."""
_HELD: Final = frozenset({"session", "connection", "conn", "tx", "trx", "transaction", "db", "database"})
"""Words of what a transaction is ended on that others have worked with."""
_ITSELF: Final = frozenset({"self", "this", "cls"})
"""What has a method of its own that does so may call it for many reasons."""
_MESSAGES: Final = frozenset({"message", "msg", "title", "mutation"})
_BY_THEMSELVES: Final = frozenset({"transactional", "atomic", "transaction", "autocommit"})
"""Decorators, and settings, by which a transaction is ended whatever a function does."""


def kept_by(call: Call) -> str:
    """What a call ends a transaction of, so that what was done is kept; empty where it does not. A version of a file, told by
    its message, is another thing.
    """
    return _ended(call, _KEEPING)


def taken_back_by(call: Call) -> str:
    """The same for what is taken back."""
    return _ended(call, _TAKING_BACK)


def _ended(call: Call, by: frozenset[str]) -> str:
    if not isinstance(call.function, Attribute) or joined_words(call.function.name) not in by:
        return ""
    if len(call.arguments) > 1 or any(_is_about_it(each.value) for each in call.arguments):
        return ""
    of = call.function.of
    name = last_name(of.function) if isinstance(of, Call) else last_name(of)
    return "" if name in _ITSELF else name


def _is_about_it(given: Expr) -> bool:
    """Whether what a call is given says what is committed: a message, the name of a mutation."""
    if isinstance(given, Name):
        return given.id.isupper() or not _MESSAGES.isdisjoint(words_of(given.id))
    return isinstance(given, Text | Attribute)


def is_open_yet(symbol: str, about: str, *, at: int, base: FileFacts, head: FileFacts) -> bool:
    """Whether something is done in the transaction yet that the step `at` ended, and nothing else sees to its end."""
    if _ends_by_itself(head, symbol) > _ends_by_itself(base, symbol):
        return False
    if {"commit", "rollback"} & set(words_of(symbol.rpartition(".")[2])):
        return True
    inside = [step for step in head.steps if named_around(head, step.scope) == symbol]
    if any(step.kind == "enter" and about in _named(step) for step in inside):
        return False
    if any(about in _used(step) for step in inside):
        return True
    before = (step for step in reversed(base.steps[: max(at, 0)]) if named_around(base, step.scope) == symbol)
    last = next((step for step in before if _does(step)), None) if _HELD & set(words_of(about)) else None
    return last is not None and doing_of(last) in map(doing_of, inside)


def _does(step: Step) -> bool:
    """Whether a statement may change something: it calls, or gives an object another value."""
    return isinstance(step.target, Attribute) or next(calls_in(step.value), None) is not None


def _ends_by_itself(facts: FileFacts, symbol: str) -> int:
    heads = (
        each
        for at, each in enumerate(facts.definitions)
        if each.decorators and _is_around(symbol, facts.qualified_name(at))
    )
    marked = sum(bool(_BY_THEMSELVES & set(words_of(last_name(d)))) for each in heads for d in each.decorators)
    return marked + sum(each.is_on and "autocommit" in joined_words(each.name) for each in facts.switches)


def _is_around(symbol: str, name: str) -> bool:
    return symbol == name or symbol.startswith(f"{name}.")


def _used(step: Step) -> Iterator[str]:
    """The names that a statement does something with: calls something on them, or gives them away."""
    for call in calls_in(step.value):
        if isinstance(call.function, Attribute) and joined_words(call.function.name) not in _ENDING:
            yield last_name(call.function.of)
        yield from (last_name(each.value) for each in call.arguments if isinstance(each.value, Name | Attribute))


def _named(step: Step) -> Iterator[str]:
    yield last_name(step.value)
    yield from _used(step)
