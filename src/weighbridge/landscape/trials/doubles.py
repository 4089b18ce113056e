"""Tests that put a double in the place of what they try."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name, Step, Text
from weighbridge.landscape.trials.changes import TrialSide
from weighbridge.landscape.trials.collected import chain, last_name
from weighbridge.landscape.trials.trial import Trial

_KEEPING: Final = frozenset({"wraps", "side_effect", "spec_set"})
"""Arguments of a double that may let the original through."""
_ACTUAL: Final = frozenset(
    {"requireActual", "importActual", "importOriginal", "createMockFromModule", "actual", "partial"}
)
_ANSWERS: Final = frozenset(
    {"mockReturnValue", "mockResolvedValue", "mockImplementation", "mockReturnValueOnce", "mockRejectedValue"}
)


class Replaced(Struct, frozen=True, kw_only=True):
    """What is replaced, where, and the line on which the test asks the double as if it was the original."""

    name: str
    line: int
    asked: int


def replaced_in(side: TrialSide, trial: Trial) -> Iterator[Replaced]:
    """What a test replaces and then tries."""
    if side.facts.language == "python":
        yield from _of_python(side, trial)
    elif side.facts.language in ("javascript", "typescript", "tsx"):
        yield from _spied(side.statements.steps(trial))
    elif side.facts.language == "java":
        yield from _of_java(side, trial)


def replaced_module(path: RepoPath, facts: FileFacts) -> Replaced | None:
    """The module of scripts that a file of tests is called after and replaces as a whole."""
    stem = path.rpartition("/")[2].partition(".")[0]
    used = {each.module for each in facts.imports if not each.is_type_only}
    for step in facts.steps if facts.language in ("javascript", "typescript", "tsx") else ():
        call = step.value
        names = chain(call)
        if names[:2] not in (["jest", "mock"], ["vi", "mock"]) or not isinstance(call, Call) or not call.arguments:
            continue
        module = _module(call.arguments[0].value)
        name = module.rpartition("/")[2].partition(".")[0]
        is_kept = len(call.arguments) > 1  # a double of its own making may keep what is tried
        if name == stem and module.startswith(".") and module in used and not is_kept:
            return Replaced(name=module, line=call.line, asked=call.line)
    return None


def _module(expr: Expr) -> str:
    if isinstance(expr, Text):
        return expr.value
    found = [part.value for part in walk(expr) if isinstance(part, Text)]  # vi.mock(import("./total"))
    return found[0] if found else ""


def _of_python(side: TrialSide, trial: Trial) -> Iterator[Replaced]:
    known = _imported(side.facts)
    steps = side.statements.steps(trial)
    definition = side.facts.definitions[trial.scope]
    places = [(each, trial.line) for each in definition.decorators] + [(step.value, step.line) for step in steps]
    targets: dict[str, int] = {}
    for expr, line in places:
        for part in walk(expr):
            if isinstance(part, Call) and (target := _patched(part, known)):
                targets.setdefault(target, part.line or line)
    for target, line in targets.items():
        for asked in _asked(steps, target, known=known):
            yield Replaced(name=target, line=line, asked=asked)
            break


def _imported(facts: FileFacts) -> Mapping[str, str]:
    """What the names that a file imports stand for, dotted."""
    found = {}
    for each in facts.imports:
        if each.alias and each.name and each.name != "*":
            found[each.alias] = f"{each.module}.{each.name}"
        elif each.alias and not each.name:
            found[each.alias] = each.module if each.alias == each.module else each.module.partition(".")[0]
    return found


def _dotted(expr: Expr, known: Mapping[str, str]) -> str:
    names = chain(expr) if not any(isinstance(part, Call) for part in walk(expr)) else []
    return ".".join([known[names[0]], *names[1:]]) if names and names[0] in known else ""


def _patched(call: Call, known: Mapping[str, str]) -> str:
    """What a call puts a double in the place of, dotted; empty where it does not, or lets the original through."""
    names = chain(call)
    if any(each.name in _KEEPING for each in call.arguments) or not call.arguments:
        return ""
    first = call.arguments[0].value
    second = call.arguments[1].value if len(call.arguments) > 1 else None
    if (names[-1:] == ["patch"] or names[-1:] == ["setattr"]) and isinstance(first, Text) and "." in first.value:
        return first.value
    is_object = names[-2:] == ["patch", "object"] or names == ["monkeypatch", "setattr"]
    if is_object and isinstance(second, Text) and (owner := _dotted(first, known)):
        return f"{owner}.{second.value}"
    return ""


def _asked(steps: Sequence[Step], target: str, *, known: Mapping[str, str]) -> Iterator[int]:
    """The lines of statements about what is called by the name that was replaced, through its module or class."""
    for step in steps:
        for part in walk(step.value):
            if (
                isinstance(part, Call)
                and isinstance(part.function, Attribute)
                and _dotted(part.function, known) == target
            ):
                yield part.line


def _spied(steps: Sequence[Step]) -> Iterator[Replaced]:
    """`jest.spyOn(prices, "total").mockReturnValue(3)` with `expect(prices.total(…))` behind it."""
    spied: dict[tuple[str, str], int] = {}
    for step in steps:
        call = step.value
        if not isinstance(call, Call) or last_name(call) not in _ANSWERS:
            continue
        for part in walk(call):
            if (
                isinstance(part, Call)
                and chain(part)[:2] in (["jest", "spyOn"], ["vi", "spyOn"])
                and len(part.arguments) == 2
            ):
                owner, name = part.arguments[0].value, part.arguments[1].value
                if isinstance(owner, Name) and isinstance(name, Text):
                    spied[owner.id, name.value] = part.line
    for step in steps if spied else ():
        if chain(step.value)[:1] != ["expect"]:
            continue
        for part in walk(step.value):
            if isinstance(part, Call) and isinstance(part.function, Attribute) and isinstance(part.function.of, Name):
                key = (part.function.of.id, part.function.name)
                if key in spied:
                    yield Replaced(name=".".join(key), line=spied.pop(key), asked=part.line)


def _of_java(side: TrialSide, trial: Trial) -> Iterator[Replaced]:
    """`Total total = mock(Total.class)` in `TotalTest`, with a statement about what it answers."""
    top = next((d.name for d in side.facts.definitions if d.kind == "class"), "")
    subject = top.removesuffix("Tests").removesuffix("Test").removesuffix("IT")
    doubles: dict[str, int] = {}
    for step in side.statements.steps(trial) if subject and subject != top else ():
        call = step.value
        is_double = isinstance(call, Call) and last_name(call) == "mock" and len(call.arguments) == 1
        if isinstance(step.target, Name) and isinstance(call, Call) and is_double:
            doubled = chain(call.arguments[0].value)[:1]
            doubles |= {step.target.id: step.line} if doubled == [subject] else {}
    for each in side.statements.of(trial) if doubles else ():
        for part in walk(each.subject) if each.subject is not None else ():
            if isinstance(part, Call) and chain(part)[:1] and chain(part)[0] in doubles and len(chain(part)) > 1:
                yield Replaced(name=subject, line=doubles[chain(part)[0]], asked=part.line)
                return
