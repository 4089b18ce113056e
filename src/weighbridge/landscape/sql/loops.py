"""The loops of a file that go through elements: what each goes through, what its turns are called by, and what stands in it."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import OPAQUE, Attribute, Call, Expr, FileFacts, Function, Name, Step
from weighbridge.landscape.file_names import FileNames
from weighbridge.landscape.flow import Flow
from weighbridge.landscape.sql.chains import is_comprehension

_FOR_EACH: Final = frozenset({"map", "forEach", "flatMap", "filter", "peek"})
"""Methods that call a function once for each element."""
_STREAMS: Final = frozenset({"stream", "parallelStream"})


class Loop(Struct, frozen=True, kw_only=True):
    """One loop: `over` is what it goes through, `target` the name of an element, empty where it is taken apart."""

    line: int
    scope: int
    over: Expr
    target: str
    steps: tuple[Step, ...]
    """What it does again and again, what inner loops do included."""
    names: frozenset[str]
    """The names whose values are another's at each turn: the element's, and what is made of it."""
    is_inline: bool = False
    """Whether it stands within a statement, which does more than the loop does."""

    def varies(self, expr: Expr) -> bool:
        """Whether an expression's value is another at each turn."""
        return any(type(each) is Name and each.id in self.names for each in walk(expr))


class Loops:
    """The loops of one file."""

    def __init__(self, facts: FileFacts) -> None:
        self._facts = facts
        self._flow = Flow(FileNames(facts))

    def around(self, step: Step) -> Loop | None:
        """The innermost loop that does a statement again and again; None where none does, or what does goes on until something holds."""
        found = self._around.get(id(step))
        return found if found is not None and found.over is not OPAQUE else None

    def within(self, step: Step) -> Loop | None:
        """The loop that stands within a statement: a comprehension's."""
        return next((each for each in self.all if each.is_inline and each.steps[0] is step), None)

    @cached_property
    def all(self) -> tuple[Loop, ...]:
        """Every loop, outer ones before those inside them."""
        return (*(self._branches() if self._flow.is_ordered else self._lines()), *self._calls())

    @cached_property
    def _around(self) -> dict[int, Loop]:
        found: dict[int, Loop] = {}
        for loop in self.all:
            found.update((id(step), loop) for step in loop.steps if not loop.is_inline)
        return found

    def _branches(self) -> Iterator[Loop]:
        """Python's. One without elements goes on until something holds, and may well take a part of the rows at each turn."""
        steps = [(self._flow.turn_of(step), step) for step in self._facts.steps]
        givers = {turn: step for turn, step in steps if step.kind == "iterate"}
        for branch in self._facts.branches:
            if branch.is_loop:
                giver = givers.get(branch.first)
                inside = [
                    step
                    for turn, step in steps
                    if step.scope == branch.scope and branch.first <= turn < branch.end and step is not giver
                ]
                around = None
                if all(step.kind == "iterate" for step in inside):
                    later = [step for turn, step in steps if step.scope == branch.scope and turn >= branch.end]
                    around = next(
                        (step for step in later[:1] if any(is_comprehension(each) for each in walk(step.value))), None
                    )
                yield _loop(
                    branch.scope, giver, inside=inside if around is None else [around], is_inline=around is not None
                )

    def _lines(self) -> Iterator[Loop]:
        """Those of other languages, by the lines of their bodies."""
        definitions = self._facts.definitions
        for line, first, last in self._facts.loops:
            giver = next((each for each in self._facts.steps if each.kind == "iterate" and each.line == line), None)
            if giver is not None and definitions[giver.scope].line <= line:
                steps = self._facts.steps
                inside = [s for s in steps if s.scope == giver.scope and first <= s.line <= last and s is not giver]
                yield _loop(giver.scope, giver, inside=inside)

    def _calls(self) -> Iterator[Loop]:
        """Functions that are called once for each element of something: `rows.map(async (row) => …)`."""
        if self._flow.is_ordered:
            return
        for step in self._facts.steps:
            for each in walk(step.value):
                match each:
                    case Call(function=Attribute(of=over, name=name), arguments=(first, *_), line=line) if (
                        name in _FOR_EACH and type(first.value) is Function and self._is_many(over, name)
                    ):
                        yield self._called(first.value.definition, over, line=line)

    def _is_many(self, over: Expr, name: str) -> bool:
        """Whether a method is one of many elements, as Java's `map` is also of an `Optional`."""
        if self._facts.language != "java" or name == "forEach":
            return True
        return any(type(each) is Attribute and each.name in _STREAMS for each in walk(over))

    def _called(self, definition: int, over: Expr, *, line: int) -> Loop:
        names = [each.name for each in self._facts.definitions[definition].parameters[:1]]
        inside = [step for step in self._facts.steps if step.scope == definition]
        return Loop(
            line=line,
            scope=definition,
            over=over,
            target=names[0] if names else "",
            steps=tuple(inside),
            names=_varying(names, inside),
        )


def _loop(scope: int, giver: Step | None, *, inside: Sequence[Step], is_inline: bool = False) -> Loop:
    target = giver.target.id if giver is not None and type(giver.target) is Name else ""
    names = [each.id for each in walk(giver.target) if type(each) is Name] if giver is not None and giver.target else []
    return Loop(
        line=giver.line if giver is not None else 0,
        scope=scope,
        over=giver.value if giver is not None else OPAQUE,
        target="" if "@" in target else target,
        steps=tuple(inside),
        names=_varying(names, () if is_inline else inside),
        is_inline=is_inline,
    )


def _varying(names: Sequence[str], inside: Sequence[Step]) -> frozenset[str]:
    found = set(names)
    for step in inside:
        is_bound = step.kind in ("bind", "iterate", "enter") and step.target is not None
        if is_bound and any(type(each) is Name and each.id in found for each in walk(step.value)):
            found.update(each.id for each in walk(step.target or OPAQUE) if type(each) is Name)
    return frozenset(found)
