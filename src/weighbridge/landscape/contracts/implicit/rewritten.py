"""Where a definition says something else than it did in an otherwise unchanged statement: the smallest expressions that differ.

A statement of the base is compared with the one that stands in its place in head. Both are gone through together as long as they are
alike; where they part, what was there and what is there now is told with the call and the argument that it stands in.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct

from weighbridge.domain.places import Side
from weighbridge.facts.expressions import without_lines
from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, FileFacts, Function, Item, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.pairing import pairs
from weighbridge.landscape.test_files import stands_aside

_MOST_STEPS: Final = 1_500
"""Steps of a definition on either side that are compared."""
_INNER: Final = re.compile(rb'\["f",\d+\]')
"""An unnamed function, by a number that is another in every version."""


class Slot(Struct, frozen=True):
    """Where an expression stands: the argument of a call, or the element of a collection, as it was before."""

    of: Expr
    key: str
    """The argument's name or place; the element's key."""


class Rewrite(Struct, frozen=True, kw_only=True):
    """Two expressions of which one took the other's place; None where a statement went with nothing in its place."""

    file: FileCode
    symbol: str
    before: Expr
    after: Expr | None
    line: int
    step: Step
    """What the base did there."""
    then: Step | None = None
    """What head does there."""
    slots: tuple[Slot, ...] = ()
    """What it stands in, outermost first."""


class Rewritten:
    """All that a change says otherwise in the definitions that it keeps, tests left out."""

    def __init__(self, code: CodeChange) -> None:
        self._code = code
        self._found: list[Rewrite] | None = None

    def on(self, side: Side) -> Iterator[FileFacts]:
        """One side of every changed file, tests left out: what went from one may have come in another."""
        facts = (file.on(side) for path, file in self._code.files.items() if not stands_aside(path))
        return (each for each in facts if each is not None)

    def __iter__(self) -> Iterator[Rewrite]:
        """Each once, file by file."""
        if self._found is None:
            likely = (file for path, file in self._code.files.items() if not stands_aside(path))
            self._found = [each for file in likely for each in _of_file(file)]
        return iter(self._found)


def _of_file(file: FileCode) -> Iterator[Rewrite]:
    base, head = file.base, file.head
    if base is None or head is None:
        return
    before, after = _steps(base), _steps(head)
    for pair in pairs(base, head):
        if pair.base is None or pair.head is None or pair.head.definition.kind == "variable":
            continue
        old, new = before.get(pair.base.index, []), after.get(pair.head.index, [])
        if max(len(old), len(new)) > _MOST_STEPS or pair.base.definition.text == pair.head.definition.text != "":
            continue
        start = pair.head.definition.line
        for step, then in _matched(old, new, own=(pair.base.index, pair.head.index)):
            yield from _of_step(file, pair.head.name, step=step, then=then, start=start)
        decorators = zip(pair.base.definition.decorators, pair.head.definition.decorators, strict=False)
        if len(pair.base.definition.decorators) == len(pair.head.definition.decorators):
            for one, other in decorators:
                step, then = (Step(scope=0, line=start, kind="use", value=each) for each in (one, other))
                yield from _of_step(file, pair.head.name, step=step, then=then, start=start)


def _of_step(file: FileCode, symbol: str, *, step: Step, then: Step | None, start: int) -> Iterator[Rewrite]:
    if then is None:
        yield Rewrite(file=file, symbol=symbol, before=step.value, after=None, line=start, step=step)
        return
    for one, other, slots in differences(step.value, then.value):
        line = other.line if type(other) is Call else then.line
        yield Rewrite(file=file, symbol=symbol, before=one, after=other, line=line, step=step, then=then, slots=slots)


def _steps(facts: FileFacts) -> dict[int, list[Step]]:
    """The steps by the named definition that does them."""
    holders: list[int] = []
    for index, definition in enumerate(facts.definitions):
        holders.append(holders[definition.parent] if definition.kind == "lambda" and definition.parent >= 0 else index)
    found: dict[int, list[Step]] = {}
    for step in facts.steps:
        found.setdefault(holders[step.scope], []).append(step)
    return found


def form(expr: Expr) -> bytes:
    """A form of an expression that is the same in both versions of a file."""
    return _INNER.sub(b"f", without_lines(expr))


def _form(step: Step) -> tuple[str, bytes, bytes]:
    return step.kind, form(step.value), form(step.target) if step.target is not None else b""


def _matched(old: Sequence[Step], new: Sequence[Step], *, own: tuple[int, int]) -> Iterator[tuple[Step, Step | None]]:
    """The steps of the base that are not in head, each with what stands in its place; `own` are the definitions that do them.

    What a function without a name does within is not what the definition itself does.
    """
    matcher = SequenceMatcher(None, [*map(_form, old)], [*map(_form, new)], autojunk=False)
    for _, i, i_end, j, j_end in (code for code in matcher.get_opcodes() if code[0] in ("replace", "delete")):
        left = list(range(j, j_end))
        for step in old[i:i_end]:
            is_own = step.scope == own[0]
            alike = [at for at in left if _is_alike(step, new[at]) and (new[at].scope == own[1]) == is_own]
            if i_end - i == j_end - j == 1 and step.kind == new[j].kind:
                alike = [j]
            if alike:
                left = [at for at in left if at > alike[0]]
            yield step, new[alike[0]] if alike else None


def _is_alike(one: Step, other: Step) -> bool:
    """Whether two steps do the same to the same: give a name, or hand out, or call what is called alike."""
    if one.kind != other.kind or (one.target is None) != (other.target is None):
        return False
    if one.target is not None and other.target is not None:
        return form(one.target) == form(other.target)
    return one.kind == "return" or _outermost(one.value) == _outermost(other.value) != ""


def _outermost(expr: Expr) -> str:
    return last_name(expr.function) if type(expr) is Call else last_name(expr)


def differences(
    before: Expr, after: Expr, *, slots: tuple[Slot, ...] = ()
) -> Iterator[tuple[Expr, Expr, tuple[Slot, ...]]]:
    """The smallest parts in which two expressions differ."""
    if type(before) is Function and type(after) is Function:
        return
    inner = _together(before, after)
    if inner is None:
        if form(before) != form(after):
            yield before, after, slots
        return
    for one, other, key in inner:
        yield from differences(one, other, slots=(*slots, Slot(before, key)) if key else slots)


def _together(before: Expr, after: Expr) -> Iterable[tuple[Expr, Expr, str]] | None:
    """The parts of two expressions of one shape, each with its place; None where they have none, or are of another shape."""
    if type(before) is Call and type(after) is Call:
        return _calls_together(before, after)
    match before, after:
        case Attribute(), Attribute() if before.name == after.name:
            return [(before.of, after.of, "")]
        case Item(), Item():
            return [(before.of, after.of, ""), (before.key, after.key, "")]
        case Collection(), Collection() if [e.key for e in before.elements] == [e.key for e in after.elements]:
            elements = zip(before.elements, after.elements, strict=True)
            return [(a.value, b.value, a.key or "*") for a, b in elements]
        case _:
            return _side_by_side(before, after)


def _side_by_side(before: Expr, after: Expr) -> list[tuple[Expr, Expr, str]] | None:
    """The operands of one operator, or what is put into one text."""
    if type(before) is Either and type(after) is Either and before.operator == after.operator:
        old, new = before.options, after.options
    elif type(before) is Text and type(after) is Text and before.value == after.value:
        old, new = before.parts, after.parts
    else:
        return None
    is_told = len(old) == len(new) and (old or type(before) is Either)
    return [(one, other, "") for one, other in zip(old, new, strict=True)] if is_told else None


def _calls_together(before: Call, after: Call) -> Iterable[tuple[Expr, Expr, str]] | None:
    if last_name(before.function) != last_name(after.function) or type(before.function) is not type(after.function):
        return None
    if [each.name for each in before.arguments] != [each.name for each in after.arguments]:
        return None
    given = zip(before.arguments, after.arguments, strict=True)
    arguments = [(a.value, b.value, a.name or str(at)) for at, (a, b) in enumerate(given)]
    return [(before.function, after.function, ""), *arguments]
