"""What two versions of a schema of documents or messages break for those who write them, and for those who read them.

Such a schema says neither who writes nor who reads. What is narrower refuses what was written as was right; what is wider meets
readers who do not know it. Where nobody says which it is, both are told, the second as what may be.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.contracts.breaks import Break, Level, Operation
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.contracts.schema_breaks import SchemaComparison, Way

NARROWED: Final = "payload-narrowed"
WIDENED: Final = "payload-widened"
_KINDS: Final = {Way.REQUEST: NARROWED, Way.RESPONSE: WIDENED}
_QUOTED: Final = LatePattern(r"(`[^`]*`)")
_DEFAULT: Final = "default-changed"
"""What is told under its own name, where the program reads what others write: it fills in what they leave out."""
_UNSAID: Final = "; who writes such {} and who reads them is not said here"

DOCUMENTS: Final = {"requests": "documents", "answers": "documents", "clients": "readers", "the body": "the document"}
MESSAGES: Final = {"requests": "messages", "answers": "messages", "clients": "receivers", "the body": "the message"}


class Payload(Struct, frozen=True, kw_only=True):
    """Two versions of what is written and read, and what it is called; `way` is None where nobody says who writes it."""

    old: Spot
    new: Spot
    way: Way | None
    part: str = "body"
    operation: Operation = Operation("", "")


def payload_breaks(payload: Payload, comparison: SchemaComparison, *, words: Mapping[str, str]) -> Iterator[Break]:
    """What is otherwise, in words of what it is."""
    narrower = _along(payload, comparison, way=Way.REQUEST) if payload.way is not Way.RESPONSE else []
    wider = _along(payload, comparison, way=Way.RESPONSE) if payload.way is not Way.REQUEST else []
    if payload.way is None:
        for each in narrower:
            each.level = Level.NOTE if each.kind == "request-field-removed" and each.level < Level.ERROR else each.level
        narrower, wider = _once(narrower, wider)
        for each in wider:
            each.level = min(each.level, Level.WARNING)
        for each in (*narrower, *wider):
            each.words += _UNSAID.format(words["requests"])
    for each in narrower:
        if each.kind == _DEFAULT and payload.way is None:
            continue  # a word for people, of which nobody says that a program heeds it
        if each.kind == _DEFAULT and each.check.endswith("default-value-changed"):
            each.level = Level.WARNING
        yield _named(each, each.kind if each.kind == _DEFAULT else NARROWED, words=words)
    for each in wider:
        yield _named(each, WIDENED, words=words)


def _once(narrower: Sequence[Break], wider: Sequence[Break]) -> tuple[list[Break], list[Break]]:
    """Both without what is told of one place twice: who writes is told of it, but where only who reads certainly fails."""
    lost = {each.place for each in wider if each.kind == "response-field-removed" and each.level is Level.ERROR}
    hardly = {each.place for each in narrower if each.level is Level.NOTE} & lost
    told = {each.place for each in narrower} - hardly
    return [each for each in narrower if each.place not in hardly], [each for each in wider if each.place not in told]


def _along(payload: Payload, comparison: SchemaComparison, *, way: Way) -> list[Break]:
    """The breaks one way."""
    compared = comparison.compare((payload.old,), (payload.new,), way=way, part=payload.part)
    return list(comparison.tell(compared, payload.operation, is_read=True)) if compared is not None else []


def _named(found: Break, kind: str, *, words: Mapping[str, str]) -> Break:
    """A break by the rule that tells of it, in words of what is written and read."""
    found.kind = kind
    found.words = in_terms(found.words, words)
    found.cause = in_terms(found.cause, words)
    found.operations = [each for each in found.operations if each.method]
    return found


def in_terms(text: str, words: Mapping[str, str]) -> str:
    """A sentence about requests and answers as one about something else; what is quoted stays."""
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b")
    parts = _QUOTED.split(text)
    return "".join(
        part if place % 2 else pattern.sub(lambda found: words[found.group(0)], part)
        for place, part in enumerate(parts)
    )
