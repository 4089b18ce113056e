"""The tests of one file, by the conventions of the runners of its language."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Argument, Attribute, Call, Definition, Expr, FileFacts, Function, Name, Text
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.trials.trial import Trial

GROUPS: Final = frozenset({"describe", "context", "suite", "xdescribe", "fdescribe", "xcontext", "fcontext"})
SINGLE: Final = frozenset({"it", "test", "specify", "xit", "fit", "xtest", "ftest", "xspecify"})
_ALONE: Final = frozenset({"fit", "ftest", "fdescribe", "fcontext"})
_JAVA_MARKS: Final = frozenset({"Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate", "Property"})
_FUNCTIONS: Final = frozenset({"function", "method"})


_COLLECTED: Final = {
    "python": LatePattern(r"(^|/)(test[^/]*|[^/]*_tests?)\.py$"),
    "go": LatePattern(r"_test\.go$"),
    "java": LatePattern(r"(Tests?|IT|TestCase|Spec)\.java$|(^|/)Test[^/]*\.java$|(^|/)src/(test|it|integrationTest)/"),
}


def is_collected(path: RepoPath, language: str) -> bool:
    """Whether the runners of a language look for tests in a file of this name, where nothing tells them otherwise."""
    pattern = _COLLECTED.get(language)
    return is_test(path) and (pattern is None or bool(pattern.search(path)))


def trials_of(facts: FileFacts) -> list[Trial]:
    """Every test of a file, in its order."""
    collect = _COLLECTORS.get(facts.language)
    return list(collect(facts, _Inner(facts))) if collect else []


class _Inner:
    """Which definitions stand inside which."""

    def __init__(self, facts: FileFacts) -> None:
        self._below: dict[int, list[int]] = {}
        for index, definition in enumerate(facts.definitions):
            self._below.setdefault(definition.parent, []).append(index)

    def of(self, index: int) -> frozenset[int]:
        """A definition and all inside it."""
        found, pending = {index}, [index]
        while pending:
            below = self._below.get(pending.pop(), ())
            found.update(below)
            pending.extend(below)
        return frozenset(found)


def last_name(expr: Expr) -> str:
    """The name behind the last dot; empty where there is none."""
    if isinstance(expr, Call):
        return last_name(expr.function)
    return expr.name if isinstance(expr, Attribute) else expr.id if isinstance(expr, Name) else ""


def chain(expr: Expr) -> list[str]:
    """The names of `a.b(…).c` from the first to the last, calls left out; empty where it begins with no name."""
    names: list[str] = []
    while True:
        if isinstance(expr, Call):
            expr = expr.function
        elif isinstance(expr, Attribute):
            names.append(expr.name)
            expr = expr.of
        else:
            break
    return [expr.id, *reversed(names)] if isinstance(expr, Name) else []


def _of_python(facts: FileFacts, inner: _Inner) -> Iterator[Trial]:
    for index, definition in enumerate(facts.definitions):
        parent = facts.definitions[definition.parent] if definition.parent >= 0 else None
        is_held = parent is not None and parent.kind in ("module", "class")
        is_fixture = any(last_name(each) == "fixture" for each in definition.decorators)
        if definition.kind in _FUNCTIONS and definition.name.startswith("test") and is_held and not is_fixture:
            yield _trial(facts, index, inner=inner, name=facts.qualified_name(index).replace(".", " > "))


def _of_go(facts: FileFacts, inner: _Inner) -> Iterator[Trial]:
    started: dict[int, list[str]] = {}
    for step in facts.steps:
        if isinstance(step.value, Call) and last_name(step.value) == "Run" and step.value.arguments:
            first = step.value.arguments[0].value
            if isinstance(first, Text) and not first.parts:
                started.setdefault(step.scope, []).append(first.value)
    for index, definition in enumerate(facts.definitions):
        if definition.kind in _FUNCTIONS and definition.name.startswith(("Test", "Fuzz")) and _is_of_go(definition):
            found = _trial(facts, index, inner=inner, name=facts.qualified_name(index))
            yield replace(found, parts=tuple(n for scope in sorted(found.scopes) for n in started.get(scope, ())))


def _is_of_go(definition: Definition) -> bool:
    rest = definition.name[4:]
    if rest[:1].islower():
        return False
    return "*testing." in definition.signature if not definition.receiver else definition.signature.endswith("()")


def _of_java(facts: FileFacts, inner: _Inner) -> Iterator[Trial]:
    for index, definition in enumerate(facts.definitions):
        if definition.kind not in _FUNCTIONS:
            continue
        owner = facts.definitions[definition.parent]
        is_old = definition.name.startswith("test") and any(last_name(b).endswith("TestCase") for b in owner.bases)
        if is_old or any(last_name(each) in _JAVA_MARKS for each in definition.decorators):
            yield _trial(facts, index, inner=inner, name=facts.qualified_name(index).replace(".", " > "))


def _trial(facts: FileFacts, index: int, *, inner: _Inner, name: str) -> Trial:
    definition = facts.definitions[index]
    return Trial(
        name=name,
        line=definition.line,
        end_line=definition.end_line,
        scope=index,
        digest=definition.body,
        scopes=inner.of(index),
    )


def _of_scripts(facts: FileFacts, inner: _Inner) -> Iterator[Trial]:
    titles: dict[int, str] = {}
    alone: set[int] = set()
    for call, names in declaring_calls(facts):
        function = function_in(call.arguments)
        if function is None:
            continue
        title = _title(call.arguments)
        if "only" in names or names[0] in _ALONE:
            alone.add(function)
        if is_group(names):
            titles[function] = title
            continue
        groups = _around(facts, function)
        around = [titles[at] for at in groups if at in titles]
        found = _trial(facts, function, inner=inner, name=" > ".join((*around, title)))
        yield replace(found, line=call.line, is_only=function in alone or any(at in alone for at in groups))


def declaring_calls(facts: FileFacts) -> Iterator[tuple[Call, list[str]]]:
    """The calls that declare tests and groups of them."""
    for step in facts.steps:
        call = step.value
        names = chain(call) if isinstance(call, Call) and call.arguments else []
        is_named = names[:1] and (
            names[0] in SINGLE or names[0] in GROUPS or names[:2] in (["t", "test"], ["Deno", "test"])
        )
        if isinstance(call, Call) and is_named:
            yield call, names


def is_group(names: Sequence[str]) -> bool:
    """Whether a call declares a group of tests, by the names of its chain."""
    return names[0] in GROUPS or "describe" in names or "suite" in names


def function_in(arguments: Sequence[Argument]) -> int | None:
    """The function that a declaring call is given behind its title, be it wrapped in others."""
    for given in arguments[1:]:
        if isinstance(given.value, Function):
            return given.value.definition
        if isinstance(given.value, Call):  # fakeAsync(() => …), withServer(async () => …)
            inside = function_in((given, *given.value.arguments))
            if inside is not None:
                return inside
    return None


def _title(arguments: Sequence[Argument]) -> str:
    first = arguments[0].value
    return first.value if isinstance(first, Text) else ".".join(chain(first)) or "(computed)"


def _around(facts: FileFacts, index: int) -> list[int]:
    """The functions that a function stands in, the outermost first."""
    found: list[int] = []
    at = facts.definitions[index].parent
    while at > 0:
        found.append(at)
        at = facts.definitions[at].parent
    return found[::-1]


_COLLECTORS: Final[Mapping[str, Callable[[FileFacts, _Inner], Iterator[Trial]]]] = {
    "python": _of_python,
    "go": _of_go,
    "java": _of_java,
    "javascript": _of_scripts,
    "typescript": _of_scripts,
    "tsx": _of_scripts,
}
