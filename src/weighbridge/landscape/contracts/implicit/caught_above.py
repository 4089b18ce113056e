"""Callers of a function of Python that catch what it raised by a class above that, and not what it raises now."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from weighbridge.domain.places import Place
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.callers import Caller, Callers
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol

_WHATEVER: Final = frozenset({"Exception", "BaseException", "object"})
_MOST_CALLS: Final = 3
"""Calls between who catches an error and who raises it."""
_MOST_CALLERS: Final = 60


def catching(function: Symbol, error: str, *, head: View, is_caught: Callable[[str], bool]) -> Iterator[Place]:
    """The calls of a function, and of what calls it, in a `try` that catches an error by a class of which `is_caught` says so."""
    callers = Callers(head)
    waiting, seen = [function], {function}
    for _ in range(_MOST_CALLS):
        further: list[Symbol] = []
        for caller in (each for symbol in waiting for each in callers.of(symbol)):
            facts = None if is_test(caller.path) else head.landscape.in_detail(caller.path)
            names = _types_around(caller, facts) if facts is not None else set()
            if any(is_caught(name) for name in names - _WHATEVER):
                yield caller.place()
            elif facts is not None and not names & {*_WHATEVER, error}:
                outer = Symbol(caller.path, caller.scope)
                further += [outer] if outer not in seen else []
                seen.add(outer)
        waiting = further[:_MOST_CALLERS]


def _types_around(caller: Caller, facts: FileFacts) -> set[str]:
    """What is caught around a call, by the last names of the classes as written."""
    line = caller.call.line
    caught = (each for attempt in facts.attempts if attempt.first <= line <= attempt.last for each in attempt.caught)
    return {name for each in caught for name in re.findall(r"\w+(?![\w.])", each.types) or ["Exception"]}
