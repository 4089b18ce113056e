"""What a function ended that is its class's or its caller's, or that it had begun by another call, and ends no more."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import without_lines
from weighbridge.facts.model import Attribute, Call, FileFacts, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import named_around
from weighbridge.landscape.resources.leaks.opened import spelled

_CLOSING: Final = frozenset({"close", "Close", "aclose", "shutdown", "Shutdown", "shutdownNow", "closeQuietly"})
_ENDS_OF: Final = {"removeEventListener": "addEventListener", "removeListener": "addListener", "off": "on"}
"""Names of calls that take back what a call of another name began, when both are given the same."""
_ENDING_WORDS: Final = frozenset(
    {"close", "stop", "shutdown", "cleanup", "clean", "dispose", "release", "teardown", "end", "destroy", "cancel"}
    | {"detach", "disconnect", "reset", "clear", "remove", "abort", "unsubscribe", "terminate", "kill", "quit", "exit"}
)
_ITSELF: Final = frozenset({"self", "this", "cls", "super"})


class Ended(Struct, frozen=True):
    """A thing by the last of its names, and the function that ended it on `line`; `began` is the call that is taken back."""

    subject: str
    symbol: str
    line: int
    began: bytes = b""


class Unended(Struct, frozen=True):
    """The same where head does no more: `line` is where the thing is begun, or the function that ended it."""

    ended: Ended
    line: int


def unended(base: FileFacts, head: FileFacts) -> Iterator[Unended]:
    """What the base ended and head, which still has it and the function, does not."""
    before = list(_endings(base))
    if not before:
        return
    after = {(each.subject, each.began) for each in _endings(head)}
    told: set[tuple[str, bytes]] = set()
    for each in before:
        key = each.subject, each.began
        if key in after or key in told:
            continue
        told.add(key)
        at = head.only(each.symbol)
        if at is None or _ends_otherwise(base, head, ended=each):
            continue
        line = _begun(head, each)
        if line:
            yield Unended(each, line if each.began else head.definitions[at].line)


def _endings(facts: FileFacts) -> Iterator[Ended]:
    for step in facts.steps:
        for call in calls_in(step.value):
            function = call.function
            if type(function) is not Attribute or step.scope == 0:
                continue
            symbol, of = named_around(facts, step.scope), last_name(function.of)
            if function.name in _CLOSING and of and of not in _ITSELF and _is_of_others(facts, step.scope, call=call):
                yield Ended(of, symbol, call.line)
            elif function.name in _ENDS_OF and len(call.arguments) > 1:
                yield Ended(spelled(function.of), symbol, call.line, _beginning(call, _ENDS_OF[function.name]))


def _is_of_others(facts: FileFacts, scope: int, *, call: Call) -> bool:
    """Whether what is closed is a member of the object or a parameter: what else it may be is followed where it is opened."""
    assert type(call.function) is Attribute, "a closing is called on something"
    match call.function.of:
        case Attribute(of=Name()):
            return True
        case Name(id=name):
            return any(each.name == name for each in facts.definitions[scope].parameters)
    return False


def _beginning(call: Call, name: str) -> bytes:
    return name.encode() + b"".join(without_lines(each.value) for each in call.arguments[:2])


def _begun(head: FileFacts, ended: Ended) -> int:
    """Where head still begins it: gives it a value, takes it as a parameter, listens."""
    if ended.began:
        calls = (call for step in head.steps for call in calls_in(step.value))
        return next((call.line for call in calls if _begins(call, ended)), 0)
    at = head.only(ended.symbol)
    if at is not None and any(each.name == ended.subject for each in head.definitions[at].parameters):
        return head.definitions[at].line
    bound = ((each.line, each.target) for each in head.steps if each.kind == "bind" and each.target is not None)
    return next((line for line, target in bound if last_name(target) == ended.subject), 0)


def _begins(call: Call, ended: Ended) -> bool:
    function = call.function
    if type(function) is not Attribute or not call.arguments[1:] or spelled(function.of) != ended.subject:
        return False
    return _beginning(call, function.name) == ended.began


def _ends_otherwise(base: FileFacts, head: FileFacts, *, ended: Ended) -> bool:
    """Whether the function that ended it calls anything new that may end it, or hands it on to something new, or enters it."""
    new = set(_calls(head, ended.symbol, subject=ended.subject)) - set(
        _calls(base, ended.symbol, subject=ended.subject)
    )
    return any(is_given or _ENDING_WORDS & set(words_of(name)) for name, is_given in new)


def _calls(facts: FileFacts, symbol: str, *, subject: str) -> Iterator[tuple[str, bool]]:
    """What a function calls, and whether it gives it the thing."""
    for step in facts.steps:
        if named_around(facts, step.scope) != symbol:
            continue
        if step.kind in ("enter", "return", "yield") and last_name(step.value) == subject:
            yield step.kind, True
        for call in calls_in(step.value):
            yield last_name(call.function), _is_given(call, subject)


def _is_given(call: Call, subject: str) -> bool:
    given: Sequence[str] = [last_name(each.value) for each in call.arguments]
    return subject in given
