"""What is done while a lock is held, and whether it is done without it now.

A lock that goes together with what was done under it is no precaution that is gone, nor is one around what is another thing now:
a map that several may use at once needs none.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.facts.expressions import walk, without_lines
from weighbridge.facts.model import Attribute, Expr, FileFacts, Name, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import doing_of, named_around

_MAKING: Final = frozenset({"__init__", "<init>", "constructor"})
LETTING_GO: Final = frozenset({"unlock", "release"})
_SYNCHRONIZED: Final = "synchronized"


def synchronized_methods(facts: FileFacts) -> Iterator[tuple[int, str]]:
    """Java's methods that hold a lock by their modifier, each with what that locks: the object, or the class."""
    for index, definition in enumerate(facts.definitions if facts.language == "java" else ()):
        words = definition.signature.split()
        if definition.kind == "method" and _SYNCHRONIZED in words:
            owner = facts.definitions[definition.parent].name
            yield index, f"{owner}.class" if "static" in words else "this"


def is_done_without(symbol: str, at: int, *, base: FileFacts, head: FileFacts) -> bool:
    """Whether anything that a function did from the step `at` on, which took a lock, is still done and to the same things.

    Of what stands under `with` or `synchronized`, the first statement is known to; a negative step stands for a whole method.
    """
    left = [step for step in head.steps if named_around(head, step.scope) == symbol]
    still = {doing_of(step) for step in left}
    kept = [step for step in _held(symbol, at, facts=base) if doing_of(step) in still]
    changed = _given_otherwise(base, head, but=symbol)
    return bool(kept) and not any(changed & _names(step) for step in kept)


def _held(symbol: str, at: int, *, facts: FileFacts) -> Iterator[Step]:
    """The statements that are run while the lock is held, which one that lets go of it ends unless it directly follows."""
    taken = facts.steps[at] if at >= 0 else None
    behind = (step for step in facts.steps[at + 1 :] if named_around(facts, step.scope) == symbol)
    begun = False
    for step in behind:
        if taken is not None and taken.kind != "enter" and _lets_go(step, taken):
            if begun:
                return
            continue
        begun = True
        yield step
        if taken is not None and taken.kind == "enter":
            return


def _lets_go(step: Step, taken: Step) -> bool:
    """Whether a statement lets go of what another took."""
    held = [without_lines(call.function.of) for call in calls_in(taken.value) if isinstance(call.function, Attribute)]
    ending = (call.function for call in calls_in(step.value) if LETTING_GO & set(words_of(last_name(call.function))))
    return any(isinstance(each, Attribute) and without_lines(each.of) in held for each in ending)


def _plain(expr: Expr | None) -> bytes:
    return without_lines(expr) if expr is not None else b""


def _names(step: Step) -> frozenset[str]:
    parts = (part for expr in (step.value, step.target) if expr is not None for part in walk(expr))
    return frozenset(last_name(part) for part in parts if isinstance(part, Name | Attribute))


def _given_otherwise(base: FileFacts, head: FileFacts, *, but: str) -> frozenset[str]:
    """The members and variables that another value, or another type, is given outside a function."""
    old, new = _given(base, but=but), _given(head, but=but)
    return frozenset(name for name, values in old.items() if name in new and values != new[name])


def _given(facts: FileFacts, *, but: str) -> Mapping[str, set[bytes]]:
    found: dict[str, set[bytes]] = {}
    for definition in facts.definitions:
        if definition.kind == "variable":
            found.setdefault(definition.name, set()).add(definition.signature.encode())
    for step in facts.steps:
        name = last_name(step.target) if step.target is not None and step.kind == "bind" else ""
        if name and _keeps(facts, step.scope) and named_around(facts, step.scope) != but:
            found.setdefault(name, set()).add(_plain(step.value) + _plain(step.annotation))
    return found


def _keeps(facts: FileFacts, scope: int) -> bool:
    """Whether what is bound in a scope is there for all functions: a module, a class, what makes an object."""
    definition = facts.definitions[scope]
    return definition.kind in ("module", "class") or definition.name in _MAKING
