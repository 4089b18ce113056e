"""What a message no longer holds, or holds otherwise, and who here listens on its topic and reads it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import words_in
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Item, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.asking import reads_key
from weighbridge.landscape.contracts.implicit.sent import PUBLISHING, Kept, Sent, may_send, sent_in
from weighbridge.landscape.contracts.implicit.sent_through import may_send_through, sent_through
from weighbridge.landscape.contracts.implicit.units import changes_of
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.terms import WORD, expressions
from weighbridge.landscape.test_files import is_test, stands_aside
from weighbridge.landscape.values import Constant

_LISTENING: Final = LatePattern(
    r"(?i)\w*(?:subscri|consum|listen|receiv|handle|assign|on_?message|poll|queue_?bind|bind_?queue)\w*|on|process|each"
)
_MOST_FILES: Final = 60
_MOST_BYTES: Final = 400_000


class ChangedMessage(Struct, frozen=True, kw_only=True):
    """One message as it was sent and as it is; `file` is the one that sends it."""

    file: FileCode
    before: Sent
    after: Sent


class LostEventKey(Struct, frozen=True, kw_only=True):
    """One key that a message no longer holds, or holds only at times; `now` is the one that came in its place."""

    file: FileCode
    sent: Sent
    key: str
    now: str
    line: int
    is_at_times: bool
    readers: tuple[Place, ...]


class ChangedValue(Struct, frozen=True, kw_only=True):
    """One key under which something of another type or unit is sent, with what is said of it in words."""

    file: FileCode
    sent: Sent
    key: str
    words: str
    line: int
    readers: tuple[Place, ...]


class RenamedTopic(Struct, frozen=True, kw_only=True):
    """One message that is sent on another topic, while `listeners` wait on the old one."""

    file: FileCode
    before: Sent
    after: Sent
    listeners: tuple[Place, ...]


def may_send_otherwise(code: CodeChange) -> bool:
    """Whether any changed file sends anything: only then the rest of the code is asked for."""
    return any(_sends(file.base) and _sends(file.head) for file in _likely(code))


def lost_event_keys(code: CodeChange, landscapes: Landscapes) -> Iterator[LostEventKey]:
    """Every key that went from what is sent on a topic, or that is left out at times, and that is read here."""
    for each in changed_messages(code, landscapes):
        old, new = each.before.keys, each.after.keys
        gone = [key for key in old if key not in new and each.after.is_whole and not _is_left(each, key)]
        come = [key for key in new if key not in old]
        at_times = [key for key in old if key in new and new[key].is_left_out and not old[key].is_left_out]
        for key in (*gone, *at_times):
            is_at_times = key in at_times
            found = _readers(each, key, view=landscapes.head)
            readers = tuple(place for place, must in found if must or not is_at_times)
            if readers:
                now = come[0] if len(gone) == len(come) == 1 and not is_at_times else ""
                line = new[key].line if is_at_times else new[now].line if now else each.after.line
                yield LostEventKey(
                    file=each.file,
                    sent=each.after,
                    key=key,
                    now=now,
                    line=line,
                    is_at_times=is_at_times,
                    readers=readers,
                )


def changed_values(code: CodeChange, landscapes: Landscapes) -> Iterator[ChangedValue]:
    """Every key under which something of another type or unit is sent, whoever reads it."""
    for each in changed_messages(code, landscapes):
        for key, kept in each.before.keys.items():
            now: Kept | None = each.after.keys.get(key)
            for words in changes_of(kept.value, now.value) if now is not None else ():
                assert now is not None, "only what is still sent is compared"
                found = _readers(each, key, view=landscapes.head)
                readers = tuple(place for place, _ in found if place.path not in code.files)
                yield ChangedValue(
                    file=each.file, sent=each.after, key=key, words=words, line=now.line, readers=readers
                )


def renamed_topics(code: CodeChange, landscapes: Landscapes) -> Iterator[RenamedTopic]:
    """Every message that is sent on another topic, while the old one is listened on and nobody sends on it any more."""
    told: set[str] = set()
    for each in changed_messages(code, landscapes):
        old, new = each.before.topic, each.after.topic
        if old == new or old in told:
            continue
        told.add(old)
        found = [*_saying(old, landscapes.head)]
        if any(_speaks_in(facts, old) for _, facts in found):
            continue
        listeners = [(path, _listening(facts, old)) for path, facts in found if not _says(facts, new)]
        places = tuple(Place(path=path, line=line, end_line=line) for path, line in listeners if line)
        if places:
            yield RenamedTopic(file=each.file, before=each.before, after=each.after, listeners=places)


class Heard(Struct, frozen=True, kw_only=True):
    """One file that sends on a topic or begins to listen on it; `knows` where it says the name that stands in its place too."""

    place: Place
    sends: bool
    knows: bool


def heard_on(topic: str, view: View, *, now: str) -> Iterator[Heard]:
    """Who sends or listens on a topic, as far as the call tells that is given its name."""
    for path, facts in dict(_saying(topic, view)).items():
        sent = _speaks_in(facts, topic)
        line = sent or _listening(facts, topic)
        if line:
            yield Heard(place=Place(path=path, line=line, end_line=line), sends=bool(sent), knows=_says(facts, now))


def changed_messages(code: CodeChange, landscapes: Landscapes) -> Iterator[ChangedMessage]:
    """Every message of a changed file that is sent in head too, by the same definition."""
    for file in _likely(code):
        base, head = file.base, file.head
        if base is None or head is None or not _sends(base) or not _sends(head):
            continue
        path = file.change.path
        before_path = file.change.base.path if file.change.base else path
        before = _by_symbol(base, before_path, view=landscapes.base)
        after = _by_symbol(head, path, view=landscapes.head)
        for symbol in (each for each in before if each in after):
            old, new = before[symbol], after[symbol]
            if len(old) != len(new):
                old, new = _of_one_topic(old, new)
            pairs = zip(old, new, strict=True)
            yield from (ChangedMessage(file=file, before=one, after=other) for one, other in pairs)


def _of_one_topic(old: Sequence[Sent], new: Sequence[Sent]) -> tuple[list[Sent], list[Sent]]:
    """The messages of a topic on which one is sent before and one is sent now."""
    topics = [each.topic for each in old]
    others = [each.topic for each in new]
    single = [topic for topic in topics if topics.count(topic) == others.count(topic) == 1]
    return [each for each in old if each.topic in single], sorted(
        (each for each in new if each.topic in single), key=lambda each: single.index(each.topic)
    )


def _likely(code: CodeChange) -> Iterator[FileCode]:
    return (file for path, file in code.files.items() if not stands_aside(path))


def _sends(facts: FileFacts | None) -> bool:
    return may_send(facts) or may_send_through(facts)


def _by_symbol(facts: FileFacts, path: RepoPath, *, view: View) -> Mapping[str, list[Sent]]:
    def text_in(where: tuple[RepoPath, int], expr: Expr) -> str:
        values = view.evaluator.evaluate(*where, expr=expr)
        texts = {value.text for value in values if isinstance(value, Constant) and value.kind == "str"}
        return texts.pop() if len(texts) == 1 and len(values) == 1 else ""

    found: dict[str, list[Sent]] = {}
    own = sent_in(facts, text_of=lambda scope, expr: text_in((path, scope), expr))
    for each in (*own, *sent_through(facts, path, view=view, text_in=text_in)):
        found.setdefault(each.symbol, []).append(each)
    return found


def _is_left(each: ChangedMessage, key: str) -> bool:
    """Whether the definition still names the key: it may be put in by other means."""
    facts = each.file.head
    return facts is None or any(
        key in _words(part)
        for step in facts.steps
        if facts.qualified_name(step.scope).startswith(each.after.symbol)
        for whole in (step.value, step.target)
        if whole is not None
        for part in walk(whole)
    )


def _words(expr: Expr) -> list[str]:
    """The keys that an expression itself names."""
    if type(expr) is Call:
        return [given.name for given in expr.arguments]
    return [expr.value] if type(expr) is Text else [*_keys_of(expr)]


def _saying(topic: str, view: View, *, key: str = "") -> Iterator[tuple[RepoPath, FileFacts]]:
    """The files of code that say a topic, or mention a constant that does; those that name a key are asked too."""
    landscape = view.landscape
    words = [word for text in (topic, key) for word in sorted(words_in(text), key=len)[-1:]]
    terms = [WORD + word for word in words] + ([f"m:{key}"] if key else [])
    for path in dict.fromkeys(path for term in terms for path in landscape.files_with(term)[:_MOST_FILES]):
        facts = None if is_test(path) else landscape.facts(path)
        if facts is not None and _says(facts, topic):
            yield path, facts
            yield from _importing(path, facts, topic=topic, view=view)


def _importing(path: RepoPath, facts: FileFacts, *, topic: str, view: View) -> Iterator[tuple[RepoPath, FileFacts]]:
    """The files that use a constant of a file that is a topic."""
    for name in _constants(facts, topic):
        for reference in view.references.to((path, 0, name)):
            other = reference.source.path
            reading = None if is_test(other) or other == path else view.landscape.facts(other)
            if reading is not None:
                yield other, reading


def _constants(facts: FileFacts, topic: str) -> list[str]:
    return [
        step.target.id
        for step in facts.steps
        if step.kind == "bind" and step.scope == 0 and type(step.target) is Name and _is_text(step.value, topic)
    ]


def _is_text(expr: Expr, text: str) -> bool:
    return type(expr) is Text and expr.value == text and not expr.parts


def _says(facts: FileFacts, topic: str) -> bool:
    return any(
        _is_text(part, topic) or topic in _keys_of(part) for _, _, expr in expressions(facts) for part in walk(expr)
    )


def _readers(each: ChangedMessage, key: str, *, view: View) -> list[tuple[Place, bool]]:
    """Files that say the topic, do not send on it, and ask something for a member of this name; whether they must find it there."""
    found: dict[RepoPath, tuple[Place, bool]] = {}
    for path, facts in _saying(each.before.topic, view, key=key):
        if path == each.file.change.path or _speaks_in(facts, each.before.topic):
            continue
        line, must = _reads(facts, key)
        must = must and not _is_asked_for(path, key, view=view)
        line = line or (_tagged(path, key, view=view) if facts.language == "go" else 0)
        if line:
            found.setdefault(path, (Place(path=path, line=line, end_line=line), must))
    return [*found.values()]


def _tagged(path: RepoPath, key: str, *, view: View) -> int:
    """The line of a field of Go that is filled from a key, as its tag says; 0 where there is none."""
    data = view.landscape.bytes_of(path, _MOST_BYTES)
    tag = re.compile(rb'`[^`\n]*\bjson:"%s[",]' % re.escape(key.encode()))
    found = tag.search(data) if data is not None else None
    return data.count(b"\n", 0, found.start()) + 1 if data is not None and found is not None else 0


def _speaks_in(facts: FileFacts, topic: str) -> int:
    """The line at which a file sends on a topic that it says, or gives a name; 0 where it does not."""
    names = _constants(facts, topic)
    calls = (part for _, _, expr in expressions(facts) for part in walk(expr) if type(part) is Call)
    sending = (each for each in calls if PUBLISHING.fullmatch(last_name(each.function)))
    said = (
        each.line
        for each in sending
        if any(_means(inner, topic, names=names) for given in each.arguments for inner in walk(given.value))
    )
    return next(said, 0)


def _means(expr: Expr, topic: str, *, names: Sequence[str]) -> bool:
    return _is_text(expr, topic) or (type(expr) is Name and expr.id in names)


def _listening(facts: FileFacts, topic: str) -> int:
    """The line at which a file begins to listen on a topic, by a call, a decorator or a table of handlers; 0 where it does not."""
    names = _constants(facts, topic)
    for _, line, expr in expressions(facts):
        for part in walk(expr):
            if topic in _keys_of(part):
                return line
            is_call = type(part) is Call and _LISTENING.fullmatch(last_name(part.function)) is not None
            if type(part) is Call and is_call:
                inner = (inner for given in part.arguments for inner in walk(given.value))
                if any(_means(each, topic, names=names) for each in inner):
                    return part.line
    return 0


def _keys_of(expr: object) -> tuple[str, ...]:
    return tuple(element.key for element in getattr(expr, "elements", ()))


def _reads(facts: FileFacts, key: str) -> tuple[int, bool]:
    """The first line that asks something for a member of this name, and whether it fails without; (0, False) where none does."""
    first = 0
    for _, line, expr in expressions(facts):
        for part in walk(expr):
            if not reads_key(part, key):
                continue
            if type(part) is Item or (type(part) is Attribute and facts.language == "python"):
                return line, True
            first = first or line
    return first, False


def _is_asked_for(path: RepoPath, key: str, *, view: View) -> bool:
    """Whether a file asks first whether a key is there: `"key" in event`."""
    data = view.landscape.bytes_of(path, _MOST_BYTES)
    asks = re.compile(rb"""["']%s["'] (?:not )?in \w""" % re.escape(key.encode()))
    return data is not None and asks.search(data) is not None
