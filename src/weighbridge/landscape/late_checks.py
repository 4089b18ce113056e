"""Checks that come too late, or only sometimes: what they stood before is done first, or without them.

`perm.ensure_can_edit(user, doc)` behind `doc.save()` reads like a check, and refuses what was done already.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import without_lines
from weighbridge.facts.model import Attribute, Call, Conditional, Definition, FileFacts, Item, Step
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.conditions import Form, form_of, opposite
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.file_names import FUNCTION_KINDS
from weighbridge.landscape.functions import doing_of, steps_by_function
from weighbridge.landscape.guards import GuardKind, guard_kind, refusal_lines, spoken
from weighbridge.landscape.weakened_checks import WeakenedCheck, Weakening

_TELLING: Final = frozenset({"log", "debug", "info", "warn", "warning", "error", "print", "println", "printf", "trace"})
"""Words of calls that only tell somebody."""

_Key = tuple[object, ...]


def late_checks(code: CodeChange, of_tests: Container[RepoPath]) -> Iterator[WeakenedCheck]:
    """The checks of changed functions that are made behind what they stood before, or only under a new condition."""
    for path, file in code.files.items():
        yield from _in_file(path, file) if file.change.removed and path not in of_tests else ()


def _in_file(path: RepoPath, file: FileCode) -> Iterator[WeakenedCheck]:
    base, head = file.base, file.head
    changed = {
        symbol_name(each.symbol) for each in file.symbols if each.depth in (ChangeDepth.BODY, ChangeDepth.SIGNATURE)
    }
    if base is None or head is None or not changed:
        return
    before, after = _bodies(base, changed), _bodies(head, changed)
    for name in sorted(before.keys() & after.keys()):
        for kind, stood, check, now in _late(before[name], after[name]):
            where = file.change.base
            yield WeakenedCheck(
                kind=kind,
                place=Place(path=path, line=check.line, end_line=check.line, symbol=name),
                stood=Place(path=where.path, line=stood.line, end_line=stood.line, side=Side.BASE) if where else None,
                subject=name,
                before=stood.words,
                now=now,
            )


class _Check(Struct, frozen=True):
    """A check by what it asks: the lines it takes."""

    words: str
    line: int
    last: int
    is_call: bool


class _Body(Struct, frozen=True):
    """What one function checks and does, each that it does once."""

    checks: Mapping[_Key, _Check]
    deeds: Mapping[_Key, Step]
    conditionals: Sequence[Conditional]

    def around(self, line: int) -> dict[Form, Conditional]:
        """The conditions under which a line is run."""
        return {form_of(each.condition): each for each in self.conditionals if each.first <= line <= each.last}


def _late(before: _Body, after: _Body) -> Iterator[tuple[Weakening, _Check, _Check, str]]:
    """How a check comes late, as it stood and stands, with what is done before it or the condition it is made under."""
    asked = {form_of(each.condition) for each in before.conditionals}
    asked |= {opposite(form) for form in asked}
    for key, stood in before.checks.items():
        check = after.checks.get(key)
        if check is None:
            continue
        behind = [deed for deed, step in before.deeds.items() if step.line > stood.last and deed in after.deeds]
        first = [after.deeds[deed] for deed in behind if after.deeds[deed].line < check.line]
        if first:
            yield Weakening.LATE, stood, check, _named(first[0])
            continue
        for form, each in after.around(check.line).items() if check.is_call else ():
            if form not in asked and any(after.deeds[deed].line > each.last for deed in behind):
                yield Weakening.NARROWED, stood, check, str(form)
                break


def _bodies(facts: FileFacts, changed: set[str]) -> dict[str, _Body]:
    steps, refusing = steps_by_function(facts), refusal_lines(facts)
    found: dict[str, _Body] = {}
    for index, definition in enumerate(facts.definitions):
        name = facts.qualified_name(index)
        if name in changed and name not in found and definition.kind in FUNCTION_KINDS:
            found[name] = _body(facts, definition, steps=steps.get(name, ()), refusing=refusing)
    return found


def _body(facts: FileFacts, definition: Definition, *, steps: Sequence[Step], refusing: frozenset[int]) -> _Body:
    inside = [each for each in facts.conditionals if definition.line <= each.line <= definition.end_line]
    checks: dict[_Key, list[_Check]] = {}
    for each in inside:
        if each.leaves in ("raise", "return") and not refusing.isdisjoint(range(each.first, each.last + 1)):
            form = form_of(each.condition)
            checks.setdefault(("if", form), []).append(_Check(str(form), each.line, each.last, is_call=False))
    deeds: dict[_Key, list[Step]] = {}
    for step in steps:
        called = spoken(step.value.function) if step.kind == "use" and isinstance(step.value, Call) else ""
        last = called.rpartition(".")[2]
        if called and guard_kind(last) is GuardKind.ACCESS:
            check = _Check(called, step.line, step.line, is_call=True)
            checks.setdefault((without_lines(step.value),), []).append(check)
        elif (called and _TELLING.isdisjoint(words_of(last))) or isinstance(step.target, Attribute | Item):
            deeds.setdefault(doing_of(step), []).append(step)
    refused = {line for found in checks.values() for each in found for line in range(each.line, each.last + 1)}
    return _Body(
        {key: found[0] for key, found in checks.items() if len(found) == 1},
        {key: found[0] for key, found in deeds.items() if len(found) == 1 and found[0].line not in refused},
        inside,
    )


def _named(step: Step) -> str:
    if isinstance(step.value, Call) and step.kind == "use":
        return spoken(step.value.function)
    return spoken(step.target) if step.target is not None else ""
