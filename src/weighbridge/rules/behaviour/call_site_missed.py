"""A function takes other arguments now, and a call of it was left as it was."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted, decorator_name
from weighbridge.landscape.callers import Caller, Callers, rejected
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.kept import KeptFunction, kept_functions
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Landscapes),
    roles=("python", "typescript", "tsx", "go", "java"),
    weaknesses=(628,),
    tags=("behaviour", "compatibility"),
)

MOST_SHOWN: Final = 20
_KEEPS_PARAMETERS: Final = frozenset(
    {
        "staticmethod",
        "classmethod",
        "abstractmethod",
        "override",
        "final",
        "cache",
        "lru_cache",
        "contextmanager",
        "asynccontextmanager",
        "deprecated",
        "profile",
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "route",
        "websocket",
    }
)
"""Decorators after which a function takes what it says; any other may give it different parameters."""

_KNOWN_OUTSIDE: Final[Mapping[str, frozenset[str]]] = {
    "AutoCloseable": frozenset({"close"}),
    "Cloneable": frozenset({"clone"}),
    "Closeable": frozenset({"close"}),
    "Comparable": frozenset({"compareTo"}),
    "Iterable": frozenset({"iterator", "forEach", "spliterator"}),
    "Object": frozenset(
        {"equals", "hashCode", "toString", "clone", "finalize", "wait", "notify", "notifyAll", "getClass"}
    ),
    "Runnable": frozenset({"run"}),
    "Serializable": frozenset({"readObject", "writeObject", "readResolve", "writeReplace", "readObjectNoData"}),
}
"""What Java's own types that nearly every class is below declare: overloads of another name cannot come from there."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each function whose callers were not all brought along."""
    callers = Callers(case[Landscapes].head)
    for function in kept_functions(case[CodeChange], ChangeDepth.SIGNATURE):
        if case[Landscapes].is_test(function.path) or function.file.role not in RULE.roles or _may_be_wrapped(function):
            continue
        missed = list(_missed(function, callers, landscapes=case[Landscapes]))
        if missed:
            yield _finding(function, missed)


def _finding(function: KeptFunction, missed: list[tuple[Caller, str]]) -> Finding:
    missed.sort(key=lambda pair: is_test(pair[0].path))
    first, why = missed[0]
    others = len(missed) - 1
    more = f", and so {'does 1 more' if others == 1 else f'do {others} more'}" if others else ""
    only_tests = is_test(first.path)
    return RULE.finding(
        f"{counted(len(missed), 'call')} of `{function.name}` still keep{'s' if len(missed) == 1 else ''} to its old parameters:"
        f" in {first.path}:{first.call.line} {why}{more}",
        function.at(function.symbol.line if function.symbol.after else 0),  # of several overloads the changed one
        anchor=f"{function.symbol.before} {function.symbol.after}",
        related=tuple(RelatedPlace(place=c.place(), message=w) for c, w in missed[:MOST_SHOWN]),
        severity=Severity.MEDIUM if only_tests else Severity.HIGH,
    )


def _missed(function: KeptFunction, callers: Callers, *, landscapes: Landscapes) -> Iterator[tuple[Caller, str]]:
    base, head = function.file.base, function.file.head
    if base is None or head is None or _has_unseen_overloads(function, landscapes):
        return
    if head.language == "java":
        yield from _missed_overloads(function, callers, landscapes=landscapes)
        return
    for caller in callers.of(function.head):
        why = rejected(caller, [head.definitions[i] for i in function.after], facts=head)
        if why and not rejected(caller, [base.definitions[i] for i in function.before], facts=base):
            yield caller, why


def _missed_overloads(
    function: KeptFunction, callers: Callers, *, landscapes: Landscapes
) -> Iterator[tuple[Caller, str]]:
    """Of Java, whose overloads are told apart by the types of what they take."""
    from weighbridge.landscape.overloads import Overload, Overloads, overloads_of  # noqa: PLC0415 - of Java alone

    base, head = function.file.base, function.file.head
    assert base is not None, "a kept function stands on the base"
    assert head is not None, "a kept function stands in head"
    overloads = Overloads(landscapes.head.evaluator)
    after = overloads_of(function.path, head, indexes=function.after)
    before = overloads_of(function.path, base, indexes=function.before, is_elsewhere=True)

    def refused(caller: Caller, those: list[Overload]) -> str:
        reasons = [overloads.why_not(each, caller.call, at=(caller.path, caller.scope)) for each in those]
        return reasons[-1] if all(reasons) else ""

    for caller in callers.of(function.head):
        why = refused(caller, after)
        if why and not refused(caller, before):
            yield caller, why


def _may_be_wrapped(function: KeptFunction) -> bool:
    """Python's decorators can put another function in this one's place; those of the others only mark it."""
    if function.file.role != "python":
        return False
    return any(decorator_name(d) not in _KEEPS_PARAMETERS for d in function.definition.decorators)


def _has_unseen_overloads(function: KeptFunction, landscapes: Landscapes) -> bool:
    """Java's classes inherit overloads, also from classes that are not in this repository."""
    facts = function.file.head
    if facts is None or facts.language != "java" or function.definition.name == "<init>":
        return False  # a class inherits no constructor
    owner = Symbol(function.path, function.definition.parent)
    evaluator = landscapes.head.evaluator
    name = function.definition.name
    outside = (base.rpartition(".")[2] for base in evaluator.hierarchy.outside(owner))
    if any(base not in _KNOWN_OUTSIDE or name in _KNOWN_OUTSIDE[base] for base in outside):
        return True
    inherited = (value for above in evaluator.order(owner)[1:] for value in evaluator.member(above, name))
    return any(isinstance(value, Symbol) for value in inherited)
