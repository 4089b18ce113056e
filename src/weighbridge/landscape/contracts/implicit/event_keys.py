"""Keys that a message no longer holds, and who here listens on its topic and reads them."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import words_in
from weighbridge.facts.model import Call, FileFacts, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.answers import is_left, keys_changed, reads_key
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.terms import WORD, expressions
from weighbridge.landscape.test_files import is_test

_PUBLISHING: Final = LatePattern(
    r"(?i)(?:publish|emit|produce|dispatch|enqueue|broadcast|send|notify|trigger)(?:_?(?:event|message|async|to|all))*"
)
_TOPIC: Final = LatePattern(r"[A-Za-z][\w]*(?:[.:/_-][A-Za-z]\w*)+")
"""What says enough to be the name of a topic: two words at least."""

_MOST_FILES: Final = 60


class LostEventKey(Struct, frozen=True, kw_only=True):
    """One key that a message no longer holds; `now` is the one that came in its place, `readers` read the old one."""

    rewrite: Rewrite
    topic: str
    key: str
    now: str
    readers: tuple[Place, ...]


def lost_event_keys(rewritten: Rewritten, view: View) -> Iterator[LostEventKey]:
    """Every key that went from what is published on a topic which is written out, and that is read here."""
    for each in rewritten:
        topic = _topic(each)
        if not topic:
            continue
        gone, come = keys_changed(each)
        for key in gone:
            if is_left(each, key):
                continue
            readers = tuple(_readers(each, key, topic=topic, view=view))
            if readers:
                now = come[0] if len(gone) == len(come) == 1 else ""
                yield LostEventKey(rewrite=each, topic=topic, key=key, now=now, readers=readers)


def may_lose_keys(rewritten: Rewritten) -> bool:
    """Whether any message may hold less: only then the rest of the code is asked for."""
    return any(_topic(each) and keys_changed(each)[0] for each in rewritten)


def _topic(each: Rewrite) -> str:
    """What a message is published on, where it is given together with the name of a topic."""
    for slot in reversed(each.slots):
        if type(slot.of) is Call and _PUBLISHING.fullmatch(last_name(slot.of.function)):
            texts = (given.value for given in slot.of.arguments)
            named = (text.value for text in texts if type(text) is Text and not text.parts)
            return next((name for name in named if _TOPIC.fullmatch(name)), "")
    return ""


def _readers(each: Rewrite, key: str, *, topic: str, view: View) -> Iterator[Place]:
    """Files that say the topic, do not publish on it, and ask something for a member of this name."""
    landscape = view.landscape
    words = sorted(words_in(key), key=len)[-1:]
    named = (
        path
        for term in (*(WORD + word for word in words), f"m:{key}")
        for path in landscape.files_with(term)[:_MOST_FILES]
    )
    for path in dict.fromkeys(named):
        facts = None if is_test(path) or path == each.file.change.path else view.landscape.facts(path)
        line = _reads(facts, key) if facts is not None and _listens(facts, topic) else 0
        if line:
            yield Place(path=path, line=line, end_line=line)


def _listens(facts: FileFacts, topic: str) -> bool:
    said = False
    for _, _, expr in expressions(facts):
        for part in walk(expr):
            if type(part) is Call and _speaks(part, topic):
                return False
            said = said or (type(part) is Text and part.value == topic) or topic in _keys_of(part)
    return said


def _speaks(call: Call, topic: str) -> bool:
    is_named = any(type(given.value) is Text and given.value.value == topic for given in call.arguments)
    return is_named and _PUBLISHING.fullmatch(last_name(call.function)) is not None


def _keys_of(expr: object) -> tuple[str, ...]:
    return tuple(element.key for element in getattr(expr, "elements", ()))


def _reads(facts: FileFacts, key: str) -> int:
    """The first line that asks something for a member of this name; 0 where none does."""
    for _, line, expr in expressions(facts):
        if any(reads_key(part, key) for part in walk(expr)):
            return line
    return 0
