"""Messages that are put together by whoever calls the function that sends them: `publishPlaced(channel, { orderId, … })`."""

from collections.abc import Callable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Item, Name, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.sent import FORMS, Sent, held_keys, payloads_in
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Symbol

_SENDING: Final = LatePattern(
    r"(?i)_*(?:publish|emit|produce|dispatch|enqueue|broadcast|send|notify|trigger|announce)\w+"
)
"""How functions are called that send what they are given."""
_RECEIVERS: Final = frozenset({"self", "cls"})

TextIn = Callable[[tuple[RepoPath, int], Expr], str]
"""What an expression in a scope of a file is, where it is one text."""


def may_send_through(facts: FileFacts | None) -> bool:
    """Whether any call is called as one that sends what it is given."""
    return facts is not None and any(True for _ in _calls(facts))


def sent_through(facts: FileFacts, path: RepoPath, *, view: View, text_in: TextIn) -> Iterator[Sent]:
    """The messages that a file gives to functions which send them as they are."""
    for step, call in _calls(facts):
        values = view.evaluator.evaluate(path, step.scope, expr=call.function)
        for sender in values if len(values) == 1 else ():
            found = _through(sender, call, view=view, text_in=text_in) if isinstance(sender, Symbol) else ("", None)
            topic, payload = found
            keys = held_keys(facts, step, value=payload) if topic and payload is not None else None
            if keys:
                symbol = facts.qualified_name(step.scope)
                yield Sent(topic=topic, symbol=symbol, line=call.line, keys=keys, is_whole=True)


def _calls(facts: FileFacts) -> Iterator[tuple[Step, Call]]:
    for step in facts.steps:
        for part in walk(step.value) if step.kind in ("use", "return", "bind") else ():
            if type(part) is Call and part.arguments and _SENDING.fullmatch(last_name(part.function)):
                yield step, part


def _through(sender: Symbol, call: Call, *, view: View, text_in: TextIn) -> tuple[str, Expr | None]:
    """The topic on which a function sends what it is given, and what a call gives it."""
    facts = view.landscape.facts(sender.path)
    if facts is None:
        return "", None
    names = [each.name for each in facts.definitions[sender.index].parameters if each.name not in _RECEIVERS]
    for step, topic, given_all in payloads_in(facts, text_of=lambda scope, expr: text_in((sender.path, scope), expr)):
        passed = [name for name in map(_passed, given_all) if name in names] if step.scope == sender.index else []
        if passed and not _is_given_anew(facts, sender.index, name=passed[-1]):
            return topic, _given(call, passed[-1], at=names.index(passed[-1]))
    return "", None


def _given(call: Call, name: str, *, at: int) -> Expr | None:
    by_name = (given.value for given in call.arguments if given.name == name)
    placed = [given.value for given in call.arguments if not given.name]
    return next(by_name, placed[at] if at < len(placed) else None)


def _passed(value: Expr) -> str:
    """The name of what is put into another form and sent: `Buffer.from(JSON.stringify(order))`."""
    while type(value) is Call and FORMS.fullmatch(last_name(value.function)):
        if value.arguments:
            value = value.arguments[0].value
        elif type(value.function) is Attribute:
            value = value.function.of
        else:
            break
    return value.id if type(value) is Name else ""


def _is_given_anew(facts: FileFacts, scope: int, *, name: str) -> bool:
    """Whether a function puts anything into what it is given, or in its place."""
    for step in facts.steps:
        target = step.target
        while type(target) is Item or type(target) is Attribute:
            target = target.of
        if step.scope == scope and step.kind == "bind" and type(target) is Name and target.id == name:
            return True
    return False
