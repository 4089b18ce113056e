"""Values of a type of Go that stand for an interface here, where only the pointer has what the interface asks for now."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.go_interfaces import Interfaces
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Instance, Symbol

_MOST_BYTES: Final = 1_000_000


def values_used_as(owner: Symbol, method: str, *, landscapes: Landscapes) -> Iterator[Place]:
    """Where code, tests left out, gives a value of a type of the base for an interface that asks for one of its methods."""
    look, fit = Interfaces(landscapes), landscapes.base.evaluator.hierarchy.fit
    after = look.now(owner)
    told: set[Place] = set()
    if after is None:
        return
    for stated in filter(None, map(look.now, fit.interfaces(owner, method))):
        for path, facts, step in look.uses(after, stated):
            place = Place(path=path, line=step.line, end_line=step.line, symbol=facts.qualified_name(step.scope))
            if place not in told and not is_test(path) and _is_value(path, step, facts=facts, of=(after, landscapes)):
                told.add(place)
                yield place


def values_stated_as(owner: Symbol, interface: str, *, landscapes: Landscapes) -> Iterator[Place]:
    """Where code, tests left out, gives a value of a type of the base for an interface of Go itself: `fmt.Stringer`."""
    after = Interfaces(landscapes).now(owner)
    facts = landscapes.head.landscape.facts(after.path) if after else None
    if after is None or facts is None:
        return
    evaluator = landscapes.head.evaluator
    of = {Instance(after.path, after.index), after}
    for path in sorted({after.path, *landscapes.head.landscape.files_with("m:" + facts.definitions[after.index].name)}):
        there = landscapes.head.landscape.facts(path) if path.endswith(".go") and not is_test(path) else None
        for step in there.steps if there else ():
            stated = step.annotation if step.kind == "bind" else None
            if there is not None and step.kind == "return":
                stated = there.definitions[step.scope].returns
            if there is None or _spelled(stated) != interface:
                continue
            is_one = not of.isdisjoint(evaluator.evaluate(path, step.scope, expr=step.value))
            if is_one and _is_value(path, step, facts=there, of=(after, landscapes)):
                yield Place(path=path, line=step.line, end_line=step.line, symbol=there.qualified_name(step.scope))


def _spelled(stated: Expr | None) -> str:
    match stated:
        case Name(id=name):
            return name
        case Attribute(of=Name(id=package), name=name):
            return f"{package}.{name}"
    return ""


def _is_value(path: RepoPath, step: Step, *, facts: FileFacts, of: tuple[Symbol, Landscapes]) -> bool:
    """Whether what a step gives is written as a value: taken from a pointer, made without `&`, or a variable that is one."""
    owner, landscapes = of
    defined = landscapes.head.landscape.facts(owner.path)
    kind = defined.definitions[owner.index].name if defined else ""
    lines = _lines(path, landscapes)
    given = [step.value, *(each.value for call in calls_in(step.value) for each in call.arguments)]
    return any(_is_written(each, step, facts=facts, lines=lines, kind=kind) for each in given)


def _is_written(given: Expr, step: Step, *, facts: FileFacts, lines: list[str], kind: str) -> bool:
    text = lines[step.line - 1] if 0 < step.line <= len(lines) else ""
    made = re.compile(rf"(?<![&\w.])(?:\w+\.)?{re.escape(kind)}\{{")
    if type(given) is Call and last_name(given.function) == kind:
        return made.search(text) is not None
    if type(given) is not Name:
        return False
    if re.search(rf"(?:[=(,]|\breturn)\s*\*{re.escape(given.id)}\b", text):
        return True
    if re.search(rf"&\s*{re.escape(given.id)}\b", text):
        return False
    bound = [
        s
        for s in facts.steps
        if s.scope == step.scope and s.kind == "bind" and s.target == given and s.line < step.line
    ]
    stated = re.compile(rf"\bvar\s+{re.escape(given.id)}\s+(?:\w+\.)?{re.escape(kind)}\b")
    texts = [lines[each.line - 1] for each in bound if each.line <= len(lines)]
    return bool(texts) and all(made.search(each) or stated.search(each) for each in texts)


def _lines(path: RepoPath, landscapes: Landscapes) -> list[str]:
    data = landscapes.head.landscape.bytes_of(path, _MOST_BYTES) or b""
    return data.decode("utf-8", "replace").splitlines()
