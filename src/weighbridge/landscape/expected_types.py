"""What a function written as a value is expected to take: TypeScript gives its bare parameters the types stated around it.

`const open: Handler = (c) => …` and `(): Handler => (c) => …` say nothing of `c`; the type `Handler` does.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from weighbridge.facts.model import Collection, Either, Expr, FileFacts, Function, Item

_LANGUAGES: Final = frozenset({"typescript", "tsx"})


class ExpectedTypes:
    """Answers for one file."""

    def __init__(self, facts: FileFacts) -> None:
        self._facts = facts

    def of(self, function: int) -> tuple[tuple[int, Expr], ...]:
        """The types stated for a function where it is written, each with the scope that it is stated in."""
        return tuple(self._stated.get(function, ()))

    @cached_property
    def _stated(self) -> dict[int, list[tuple[int, Expr]]]:
        found: dict[int, list[tuple[int, Expr]]] = {}
        for step in self._facts.steps if self._facts.language in _LANGUAGES else ():
            if isinstance(step.value, Function):
                around = self._facts.definitions[step.scope].returns if step.kind == "return" else step.annotation
                if around is not None:
                    found.setdefault(step.value.definition, []).append((step.scope, around))
        return found


def parameter_types(facts: FileFacts, index: int, *, position: int) -> Iterator[Expr]:
    """What a type of functions says of the parameter at a position; nothing when the type at `index` is of another kind."""
    for step in facts.steps:
        if step.scope == index and step.kind == "use" and isinstance(step.value, Collection):
            first = step.value.elements[0] if step.value.elements else None
            if first is not None and first.key == "0" and isinstance(first.value, Collection):
                yield from (e.value for e in first.value.elements[position : position + 1])


def named_types(expr: Expr) -> Iterator[Expr]:
    """The names in a stated type that can each be what is stated: without type arguments, each of a union."""
    match expr:
        case Item(of=of):
            yield of
        case Either(options=options):
            for option in options:
                yield from named_types(option)
        case _:
            yield expr
