"""Decisions that a function asked for and kept under a name, and that it takes for granted now: `trusted = true`."""

from collections.abc import Container, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, FileFacts, Name, Step, Switch
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.conditions import form_of
from weighbridge.landscape.guards import is_unreachable, named_around, refusal_lines, spoken
from weighbridge.landscape.middleware import spelled
from weighbridge.landscape.predicates import danger_in
from weighbridge.landscape.weakened_checks import WeakenedCheck, Weakening

_SAID: Final = {True: "yes", False: "no"}


def taken_for_granted(code: CodeChange, of_tests: Container[RepoPath]) -> Iterator[WeakenedCheck]:
    """The names that hold what always lets somebody in, where they held what a check had answered."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or path in of_tests:
            continue
        for switch in file.head.switches:
            is_added = any(added.start <= switch.line <= added.end for added in file.change.added)
            if is_added and any(_is_kept(step, switch.name) for step in file.base.steps):
                yield from _granted(path, file, switch=switch, base=file.base, head=file.head)


def _granted(
    path: RepoPath, file: FileCode, *, switch: Switch, base: FileFacts, head: FileFacts
) -> Iterator[WeakenedCheck]:
    bound = next((s for s in head.steps if s.line == switch.line and spelled(s.target) == switch.name), None)
    if bound is None or is_unreachable(head, switch.line, scope=bound.scope):
        return
    symbol = named_around(head, bound.scope)
    before, after = _in_function(base, symbol), _in_function(head, symbol)
    others = [step for step in after if step is not bound]
    if not _is_read(switch.name, after) or any(_is_kept(step, switch.name) for step in others):
        return
    left = {name for step in others for name in _asked(step)}
    for step in before:
        name = next((n for n in _asked(step) if n not in left), "") if _is_kept(step, switch.name) else ""
        if name and _danger(name, switch.name, facts=head) is switch.is_on:
            stood = file.change.base
            yield WeakenedCheck(
                kind=Weakening.GRANTED,
                place=Place(path=path, line=switch.line, end_line=switch.line, symbol=symbol),
                stood=Place(path=stood.path, line=step.line, end_line=step.line, side=Side.BASE) if stood else None,
                subject=symbol or path,
                before=name,
                now=_SAID[switch.is_on],
            )
            return


def _is_kept(step: Step, name: str) -> bool:
    """Whether a statement keeps under a name what something else says."""
    return step.kind == "bind" and spelled(step.target) == name and next(_asked(step), None) is not None


def _asked(step: Step) -> Iterator[str]:
    """What a statement asks, calls first: a function, a member of an object."""
    for kind in (Call, Attribute):
        yield from (name for part in walk(step.value) if isinstance(part, kind) and (name := spoken(part)))


def _in_function(facts: FileFacts, symbol: str) -> list[Step]:
    return [step for step in facts.steps if named_around(facts, step.scope) == symbol]


def _is_read(name: str, steps: list[Step]) -> bool:
    """Whether anything depends on what a function keeps under a name; what it keeps in an object is there for others."""
    if "." in name:
        return True
    return any(isinstance(part, Name) and part.id == name for step in steps for part in walk(step.value))


def _danger(call: str, name: str, *, facts: FileFacts) -> bool | None:
    """Which answer lets somebody in, by the words of the question or the name it is kept under, or by what is refused for."""
    for told in (call.rpartition(".")[2], name.rpartition(".")[2]):
        danger = danger_in(told)
        if danger is not None:
            return danger
    refusing = refusal_lines(facts)
    for each in facts.conditionals if refusing else ():
        form = form_of(each.condition)
        if form.kind == "is" and form.text == name and any(each.first <= line <= each.last for line in refusing):
            return form.is_negated
    return None
