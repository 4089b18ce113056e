"""A condition: an expression that was checked, and everything that is known of it before a document is there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Final, TypeVar

from cel_expr_python import cel
from msgspec import Struct

from weighbridge.landscape.documents.nodes import Mark
from weighbridge.landscape.documents.shapes import Problem
from weighbridge.policy.conditions.asks import Ask
from weighbridge.policy.conditions.check import check
from weighbridge.policy.conditions.cost import Cost
from weighbridge.policy.conditions.flaws import Flaw, Flawed
from weighbridge.policy.conditions.guards import Guard
from weighbridge.policy.conditions.language import language
from weighbridge.policy.conditions.nodes import Node
from weighbridge.policy.conditions.notes import Notes
from weighbridge.policy.conditions.parse import Parsed, parse, take_apart, too_deep
from weighbridge.policy.conditions.seen import Seen
from weighbridge.policy.conditions.shapes import Flag, Unclear, in_words
from weighbridge.policy.conditions.wire import write
from weighbridge.policy.view.view import VOLATILE

_KEPT: Final = 2_048
"""How many expressions are remembered, at some 10 kB: a policy is loaded again for each change that a server weighs."""


_Before = TypeVar("_Before")
_After = TypeVar("_After")


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


_KNOWN: Final[dict[str, Condition | Flawed]] = {}
_REMEMBERING: Final = Lock()


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
    (found,) = compile_conditions([text])
    if isinstance(found, Condition):
        return found
    raise ConditionError(problems_of(found, place or _place_in(text)))


def problems_of(wrong: Flawed, place: Callable[[int], Mark]) -> tuple[Problem, ...]:
    """What is wrong with a text, where `place` tells where a character of it stands in a document."""
    return tuple(Problem(mark=place(flaw.offset), message=flaw.message) for flaw in wrong.flaws)


def compile_conditions(texts: Sequence[str]) -> list[Condition | Flawed]:
    """The condition in each of `texts`, or what is wrong with it."""
    found = {text: known for text in texts if (known := _KNOWN.get(text)) is not None}
    unknown = [text for text in dict.fromkeys(texts) if text not in found]
    if unknown:
        made = dict(zip(unknown, _compiled(unknown), strict=True))
        _remember(made)
        found |= made
    return [found[text] for text in texts]


def _remember(made: Mapping[str, Condition | Flawed]) -> None:
    with _REMEMBERING:
        _KNOWN.update(made)
        if len(_KNOWN) > _KEPT:
            for text in list(_KNOWN)[: -_KEPT * 3 // 4]:  # the oldest, and not one at a time
                del _KNOWN[text]


def _compiled(texts: Sequence[str]) -> list[Condition | Flawed]:
    """Each step is taken for all of them before the next: in turn they take a third longer, for the library's code and
    ours drive each other out of the processor's caches.
    """
    parsed = _each(texts, parse)
    read = _each(parsed, _read)
    checked = _each(read, _checked)
    written = _each(checked, _written)
    return _each(written, _runnable)


def _each(ones: Iterable[_Before | Flawed], step: Callable[[_Before], _After | Flawed]) -> list[_After | Flawed]:
    return [one if isinstance(one, Flawed) else step(one) for one in ones]


class _Read(Struct, frozen=True, eq=False):
    """An expression with its nodes."""

    parsed: Parsed
    root: Node


class _Checked(Struct, frozen=True, eq=False):
    """An expression that is a condition, with what was noted of it; whether another is run for it."""

    parsed: Parsed
    seen: Seen
    notes: Notes
    is_changed: bool


class _Written(Struct, frozen=True, eq=False):
    """A condition with what is run for it in bytes, which are empty where it is run as it was parsed."""

    checked: _Checked
    message: bytes


def _read(parsed: Parsed) -> _Read | Flawed:
    root = take_apart(parsed)
    return root if isinstance(root, Flawed) else _Read(parsed, root)


def _checked(one: _Read) -> _Checked | Flawed:
    notes = Notes(one.parsed.text, one.parsed.places)
    seen = check(one.root, notes)
    if not isinstance(seen.shape, Flag | Unclear):
        message = f"a condition must be true or false; this is {in_words(seen.shape)}"
        notes.flaws.append(Flaw(offset=0, message=message))
    if notes.flaws:
        return Flawed(tuple(sorted(notes.flaws, key=lambda flaw: flaw.offset)))
    return _Checked(one.parsed, seen, notes, seen.node is not one.root)


def _written(one: _Checked) -> _Written:
    return _Written(one, write(one.seen.node) if one.is_changed else b"")


def _runnable(one: _Written) -> Condition | Flawed:
    parsed, seen, notes = one.checked.parsed, one.checked.seen, one.checked.notes
    try:
        program = language().deserialize(one.message) if one.message else parsed.program
    except (RuntimeError, ValueError):
        return Flawed((too_deep(),))
    return Condition(
        text=parsed.text,
        reads=frozenset([path.partition(".")[0].removesuffix("[]") for path in notes.reads]),
        needs=tuple([path for path, is_needed in notes.reads.items() if is_needed]),
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
