"""The messages that a file sends: on which topic, and under which keys what stands, through the names that it was given first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Conditional, Expr, FileFacts, Item, Name, Step, Text
from weighbridge.facts.names import last_name

PUBLISHING: Final = LatePattern(
    r"(?i)(?:publish|emit|produce|dispatch|enqueue|broadcast|send|notify|trigger)"
    r"(?:_?(?:event|messages?|async|to|all|queue|and_wait|batch))*|basic_publish|write_?messages|put_records?"
)
TOPIC: Final = LatePattern(r"[A-Za-z][\w]*(?:[.:/_-][A-Za-z]\w*)+")
"""What says enough to be the name of a topic: two words at least."""

_NAMES_TOPIC: Final = frozenset(
    {"topic", "channel", "subject", "routing_key", "routingkey", "queue", "event", "topicarn", "stream", "streamname"}
)
_HOLDS_MESSAGE: Final = frozenset(
    {"value", "body", "messagebody", "data", "payload", "message", "messages", "content", "msg", "detail", "entries"}
)
FORMS: Final = LatePattern(
    r"(?i)(?:json_?)?(?:dumps|stringify|marshal|encode|serialize|to_?json|from|bytes|asdict|model_dump|model_dump_json"
    r"|to_?dict|packb|tobytes|tostring|dump)"
)
"""Calls that put what they are given, or are called on, into another form."""
_MOST_HOPS: Final = 8


class Kept(Struct, frozen=True):
    """What stands under a key; `is_left_out` where it is put in only under some condition."""

    value: Expr
    line: int
    is_left_out: bool = False


class Sent(Struct, frozen=True, kw_only=True):
    """One message as a definition sends it; not `is_whole` where it holds what is not written here."""

    topic: str
    symbol: str
    line: int
    keys: Mapping[str, Kept]
    is_whole: bool


TextOf = Callable[[int, Expr], str]
"""What a name or member is, as seen from a scope, where it is one text that another file may say; else nothing."""


def may_send(facts: FileFacts | None) -> bool:
    """Whether any call is called as one that sends."""
    return facts is not None and any(True for _ in sending_calls(facts))


def sent_in(facts: FileFacts, *, text_of: TextOf) -> Iterator[Sent]:
    """Every message of a file whose topic and keys are written in the repository."""
    for step, topic, given_all in payloads_in(facts, text_of=text_of):
        for given in given_all:
            keys: dict[str, Kept] = {}
            is_whole = _Reader(facts, step).fill(given, keys)
            if keys:
                symbol = facts.qualified_name(step.scope)
                yield Sent(topic=topic, symbol=symbol, line=step.line, keys=keys, is_whole=is_whole)
                break


def payloads_in(facts: FileFacts, *, text_of: TextOf) -> Iterator[tuple[Step, str, list[Expr]]]:
    """Every step that sends on a topic which is known, with all that the call is given."""
    for step, call in sending_calls(facts):
        reader = _Reader(facts, step)
        given_all = _named(call)
        topic = next((name for name in map(reader.topic, given_all) if name), "")
        topic = topic or next((text_of(step.scope, each) for each, _ in given_all if _is_constant(each)), "")
        if topic:
            yield step, topic, [given for given, _ in given_all]


def held_keys(facts: FileFacts, step: Step, *, value: Expr) -> Mapping[str, Kept] | None:
    """The keys of an object where a step hands it on, through the names that it was given first; None where not all are known."""
    keys: dict[str, Kept] = {}
    return keys if _Reader(facts, step).fill(value, keys) else None


def _is_constant(expr: Expr) -> bool:
    """Whether a name is written as one that is given its value once, elsewhere perhaps."""
    name = last_name(expr) if type(expr) is Name or type(expr) is Attribute else ""
    return name.isupper() or (name[:1].isupper() and "opic" in name)


def sending_calls(facts: FileFacts) -> Iterator[tuple[Step, Call]]:
    """Every call of a file that is called as one that sends, with the step that does it."""
    for step in facts.steps:
        for part in walk(step.value) if step.kind in ("use", "return", "bind") else ():
            if type(part) is Call and part.arguments and PUBLISHING.fullmatch(last_name(part.function)):
                yield step, part


def _named(call: Call) -> list[tuple[Expr, str]]:
    """What a call is given, with the name that it is given by; what is described by an object, by its keys."""
    found: list[tuple[Expr, str]] = []
    pending = [(given.value, given.name) for given in call.arguments]
    while pending:
        value, name = pending.pop(0)
        inner = _inside(value)
        if inner and _describes(inner):
            pending += inner
        else:
            found.append((value, name))
    return found


def _inside(value: Expr) -> list[tuple[Expr, str]]:
    if type(value) is Collection:
        return [(element.value, element.key) for element in value.elements]
    if type(value) is Call and value.arguments and all(given.name for given in value.arguments):
        return [(given.value, given.name) for given in value.arguments]
    return []


def _describes(inner: Sequence[tuple[Expr, str]]) -> bool:
    """Whether an object says where its message goes, or only holds one: `{topic, messages: […]}`, `[{value: …}]`."""
    names = {name.lower() for _, name in inner}
    is_list = all(name.isdigit() for name in names)
    return is_list or bool(names & _NAMES_TOPIC and names & _HOLDS_MESSAGE) or names <= {"key", "headers", "value"}


class _Reader:
    """What expressions stand for where a step is done."""

    def __init__(self, facts: FileFacts, step: Step) -> None:
        self._facts = facts
        self._step = step
        self._scopes = _enclosing(facts, step.scope)

    def topic(self, given: tuple[Expr, str]) -> str:
        """The topic that an argument names."""
        value, name = given
        text = self._text(value)
        is_topic = bool(text) and (name.lower() in _NAMES_TOPIC or bool(TOPIC.fullmatch(text)))
        return text if is_topic else ""

    def _text(self, value: Expr) -> str:
        if type(value) is Name:
            texts = {step.value for step in self._bound(value.id)}
            value = next(iter(texts)) if len(texts) == 1 else value
        return value.value if type(value) is Text and not value.parts else ""

    def _bound(self, name: str) -> list[Step]:
        """Where a name is given a value, in the innermost scope that gives it one."""
        for scope in self._scopes:
            found = [
                step
                for step in self._facts.steps
                if step.scope == scope and step.kind == "bind" and type(step.target) is Name and step.target.id == name
            ]
            if found:
                return found
        return []

    def fill(self, value: Expr, keys: dict[str, Kept], *, hops: int = 0) -> bool:
        """Collects the keys of a message; whether all of them are known."""
        if hops > _MOST_HOPS:
            return False
        if type(value) is Collection:
            return self._of_collection(value, keys)
        if type(value) is Call:
            return self._of_call(value, keys, hops=hops)
        if type(value) is Name:
            return self._of_name(value.id, keys, hops=hops)
        if type(value) is Item and type(value.of) is Name and "@" in value.of.id:  # Go: one of several results
            return self.fill(value.of, keys, hops=hops + 1)
        return False

    def _of_collection(self, value: Collection, keys: dict[str, Kept], *, line: int = 0) -> bool:
        at, is_left_out = line or self._step.line, self._is_conditional(line) if line else False
        for element in value.elements:
            if element.key.isidentifier():
                keys[element.key] = Kept(element.value, at, is_left_out)
        return all(element.key.isidentifier() for element in value.elements)

    def _of_call(self, value: Call, keys: dict[str, Kept], *, hops: int) -> bool:
        function = value.function
        if value.arguments and all(given.name.isidentifier() for given in value.arguments):
            is_form = bool(FORMS.fullmatch(last_name(function)))
            if not is_form and (last_name(function) == "dict" or last_name(function)[:1].isupper()):
                keys.update({given.name: Kept(given.value, value.line) for given in value.arguments})
                return True
        if not FORMS.fullmatch(last_name(function)):
            return False
        if value.arguments and self.fill(value.arguments[0].value, keys, hops=hops + 1):
            return True
        return not keys and type(function) is Attribute and self.fill(function.of, keys, hops=hops + 1)

    def _of_name(self, name: str, keys: dict[str, Kept], *, hops: int) -> bool:
        bound = self._bound(name)
        if len(bound) != 1 or bound[0].scope == 0:
            return False
        is_whole = self.fill(bound[0].value, keys, hops=hops + 1)
        keys.update({key: Kept(kept.value, bound[0].line, kept.is_left_out) for key, kept in keys.items()})
        for step in self._facts.steps:
            if step.scope == bound[0].scope and bound[0].line <= step.line <= self._step.line:
                is_whole = self._put_in(step, name, keys=keys) and is_whole
        return is_whole

    def _put_in(self, step: Step, name: str, *, keys: dict[str, Kept]) -> bool:
        """What a statement puts into the object of a name, or takes from it; False where it may be anything."""
        target, value = step.target, step.value
        if step.kind == "bind" and type(target) in (Item, Attribute) and _is_name(target, name):
            key = target.name if type(target) is Attribute else _key(target)
            if key.isidentifier() and (key not in keys or keys[key].is_left_out):
                is_either_way = key in keys and self._is_either_way(keys[key].line, step.line)
                keys[key] = Kept(value, step.line, not is_either_way and self._is_conditional(step.line))
            elif key.isidentifier():
                keys[key] = Kept(value, step.line)
            return bool(key)
        added = _updated(value, name) if step.kind == "use" else None
        if added is not None:
            inner: dict[str, Kept] = {}
            is_known = type(added) is Collection and self._of_collection(added, inner, line=step.line)
            keys.update({key: kept for key, kept in inner.items() if key not in keys or not kept.is_left_out})
            return is_known
        is_passed = type(value) is Call and step.line < self._step.line and _is_given(value, name)
        return not is_passed

    def _is_conditional(self, line: int) -> bool:
        """Whether a line is run under a condition that the one that sends is not under."""
        return bool(self._conditions(line))

    def _conditions(self, line: int) -> list[Conditional]:
        return [
            each
            for each in self._facts.conditionals
            if each.first <= line <= each.last and not each.first <= self._step.line <= each.last
        ]

    def _is_either_way(self, one: int, other: int) -> bool:
        """Whether one of two lines is run whatever the answer to one question is."""
        before, after = self._conditions(one), self._conditions(other)
        return len(before) == len(after) == 1 and before[0].line == after[0].line and before[0] != after[0]


def _updated(value: Expr, name: str) -> Expr | None:
    """What `name.update(…)` puts in."""
    if type(value) is not Call or type(value.function) is not Attribute or value.function.name != "update":
        return None
    of = value.function.of
    return value.arguments[0].value if type(of) is Name and of.id == name and value.arguments else None


def _is_given(call: Call, name: str) -> bool:
    """Whether a call that is told nothing of gets hold of an object; one that puts it into a form, or writes it down, leaves it."""
    is_harmless = FORMS.fullmatch(last_name(call.function)) or last_name(call.function) in _WATCHING
    return not is_harmless and any(type(given.value) is Name and given.value.id == name for given in call.arguments)


_WATCHING: Final = frozenset(
    {"debug", "info", "warning", "warn", "error", "print", "log", "len", "isinstance", "validate"}
)


def _is_name(target: Expr | None, name: str) -> bool:
    of = target.of if type(target) is Item or type(target) is Attribute else None
    return type(of) is Name and of.id == name


def _key(target: Expr | None) -> str:
    return target.key.value if type(target) is Item and type(target.key) is Text and not target.key.parts else ""


def _enclosing(facts: FileFacts, scope: int) -> list[int]:
    found = []
    while scope >= 0:
        found.append(scope)
        scope = facts.definitions[scope].parent
    return found
