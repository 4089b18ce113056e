"""A condition: an expression that was checked, and everything that is known of it before a document is there."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from cel_expr_python import cel
from msgspec import Struct

from weighbridge.landscape.documents.nodes import Mark
from weighbridge.landscape.documents.shapes import Problem
from weighbridge.policy.conditions.asks import Ask
from weighbridge.policy.conditions.check import check
from weighbridge.policy.conditions.cost import Cost
from weighbridge.policy.conditions.flaws import Flaw, FlawsError
from weighbridge.policy.conditions.guards import Guard
from weighbridge.policy.conditions.language import language
from weighbridge.policy.conditions.notes import Notes
from weighbridge.policy.conditions.parse import parse, too_deep
from weighbridge.policy.conditions.shapes import Flag, Unclear, in_words
from weighbridge.policy.conditions.wire import write
from weighbridge.policy.view.view import VOLATILE

_KEPT: Final = 2_048
"""How many expressions are remembered, at some 10 kB: a policy is loaded again for each change that a server weighs."""


class Condition(Struct, frozen=True, eq=False):
    """A checked expression. `reads` are the names it uses, `needs` the paths it cannot do without, in order of the text."""

    text: str
    reads: frozenset[str]
    needs: tuple[str, ...]
    asks: tuple[Ask, ...]
    guards: tuple[Guard, ...]
    cost: Cost
    program: cel.Expression

    @property
    def is_volatile(self) -> bool:
        """Whether it depends on what is known only when the gate is asked, such as the time."""
        return not self.reads.isdisjoint(VOLATILE)


class ConditionError(Exception):
    """An expression is no condition: everything that is wrong with it, in order of the text."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def compile_condition(text: str, place: Callable[[int], Mark] | None = None) -> Condition:
    """The condition in `text`; `place` tells where a character of it stands in a document.

    Raises:
        ConditionError: if it is none, holding every problem.
    """
    found = _compiled(text)
    if isinstance(found, Condition):
        return found
    placed = place or _place_in(text)
    raise ConditionError(tuple(Problem(mark=placed(flaw.offset), message=flaw.message) for flaw in found))


@lru_cache(maxsize=_KEPT)
def _compiled(text: str) -> Condition | tuple[Flaw, ...]:
    try:
        parsed = parse(text)
    except FlawsError as error:
        return error.flaws
    notes = Notes(text, parsed.places)
    seen = check(parsed.root, notes)
    if not isinstance(seen.shape, Flag | Unclear):
        message = f"a condition must be true or false; this is {in_words(seen.shape)}"
        notes.flaws.append(Flaw(offset=0, message=message))
    if notes.flaws:
        return tuple(sorted(notes.flaws, key=lambda flaw: flaw.offset))
    try:
        program = parsed.program if seen.node is parsed.root else language().deserialize(write(seen.node))
    except (RuntimeError, ValueError):
        return (too_deep(),)
    return Condition(
        text=text,
        reads=frozenset(path.partition(".")[0].removesuffix("[]") for path in notes.reads),
        needs=tuple(path for path, is_needed in notes.reads.items() if is_needed),
        asks=tuple(notes.asks),
        guards=tuple(notes.guards),
        cost=seen.cost,
        program=program,
    )


def _place_in(text: str) -> Callable[[int], Mark]:
    def place(offset: int) -> Mark:
        before = text[:offset]
        return Mark(line=before.count("\n") + 1, column=offset - (before.rfind("\n") + 1) + 1)

    return place
