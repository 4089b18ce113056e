"""What a function of Python is called as, and what it gives or raises, against what it was."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.facts.model import Call, Definition, FileFacts
from weighbridge.facts.names import last_name
from weighbridge.landscape.arguments import decorator_name
from weighbridge.landscape.contracts.code.api_breaks import TYPE, Difference, promised
from weighbridge.landscape.contracts.code.failing_callers import NONE, ONE_BY_ONE
from weighbridge.landscape.contracts.code.python_fields import spelled

_PROPERTIES: Final = frozenset({"property", "cached_property", "locked_cached_property", "functools.cached_property"})
_CONTEXTS: Final = frozenset({"contextmanager", "asynccontextmanager", "fixture"})
_NUMBERS: Final = frozenset({"bool", "int", "float"})
_PLAIN: Final = _NUMBERS | frozenset({"str", "bytes", "dict", "list", "tuple", "set"})
"""Types of Python itself of which none is another, but numbers."""


def given_otherwise(old: Definition, new: Definition, *, facts: FileFacts) -> Iterator[Difference]:
    """What a function says that it gives, where it is another thing; `facts` are of the file that the old one stood in."""
    given, gives = (
        spelled(each.signature.rpartition("->")[2]) if "->" in each.signature else "" for each in (old, new)
    )
    is_done = bool(old.body) and old.body != new.body  # else it was only said otherwise
    if given and gives.endswith(" | None") and gives.removesuffix(" | None") == given != "None":
        words = "it may give `None` now: what uses what it gives fails where it does"
        yield Difference(TYPE, Severity.MEDIUM, words, gives=NONE if is_done else "")
    roots = [each.partition("[")[0] for each in (given, gives)]
    if roots[0] != roots[1] and all(each in _PLAIN for each in roots) and not set(roots) <= _NUMBERS:
        yield Difference(
            TYPE, Severity.MEDIUM, f"it gives `{gives}` and gave `{given}`", gives=roots[1] if is_done else ""
        )
    elif roots[1] in _PLAIN and roots[0] == given and _is_class(facts, given):
        words = f"it gives `{gives}` and gave `{given}`: what asks that for what it has fails"
        yield Difference(TYPE, Severity.HIGH if is_done else Severity.MEDIUM, words, gives=roots[1] if is_done else "")


def _is_class(facts: FileFacts, name: str) -> bool:
    """Whether a name is that of a class which the file defines, and that is nothing of Python itself."""
    found = [each for each in facts.definitions if each.name == name and each.parent == 0 and each.kind == "class"]
    return bool(found) and not any(
        last_name(base) in _PLAIN or "Enum" in last_name(base) for each in found for base in each.bases
    )


def no_longer_raised(before: tuple[FileFacts, int], after: tuple[FileFacts, int]) -> Iterator[Difference]:
    """What documentation said is raised, and neither it nor the function says any more."""
    name = before[0].qualified_name(before[1])
    kept = {each for where, each in promised(after[0]) if where == name} | _raised(*after)
    if not after[0].definitions[after[1]].documentation:
        return
    for where, each in sorted(promised(before[0])):
        if where == name and each not in kept and each in _raised(*before):
            words = (
                f"it does not raise `{each}` any more, as it said: what catches that does not catch what comes instead"
            )
            yield Difference(TYPE, Severity.MEDIUM, words)


def _raised(facts: FileFacts, index: int) -> set[str]:
    raising = (step.value for step in facts.steps if step.scope == index and step.kind == "raise")
    return {last_name(value.function if isinstance(value, Call) else value) for value in raising}


def other_form(was: str, now: str) -> Iterator[Difference]:
    """What those who call a function, or read it, meet when it is of another form."""
    if now == "property":
        yield Difference(TYPE, Severity.HIGH, "it is a property now: calling it calls its value")
    elif was == "property":
        yield Difference(TYPE, Severity.HIGH, "it is a method now: what reads it gets the method")
    elif was == "plain" and now == "async":
        yield Difference(
            TYPE, Severity.HIGH, "it is asynchronous now: what calls it and does not wait gets a coroutine"
        )
    elif was == "async" and now == "plain":
        yield Difference(TYPE, Severity.HIGH, "it is no longer asynchronous: what awaits its result fails")
    elif "generator" in now:
        yield Difference(
            TYPE,
            Severity.MEDIUM,
            "it is a generator now: it does nothing before its results are asked for",
            gives=ONE_BY_ONE,
        )
    elif "generator" in was:
        yield Difference(TYPE, Severity.MEDIUM, "it is no longer a generator: it does all its work when it is called")


def form_of(facts: FileFacts, index: int) -> str:
    """How a function is used: read, called, waited for, or asked for its results one by one."""
    definition = facts.definitions[index]
    decorators = {decorator_name(each) for each in definition.decorators}
    if decorators & _PROPERTIES:
        return "property"
    is_async = "async def " in definition.signature
    yields = any(step.kind == "yield" and step.scope == index for step in facts.steps)
    if yields and not decorators & _CONTEXTS:
        return "async generator" if is_async else "generator"
    return "async" if is_async and not decorators & _CONTEXTS else "plain"
