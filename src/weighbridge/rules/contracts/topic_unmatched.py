"""Nobody publishes what is still consumed, or nobody consumes what is still published."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.event_keys import RenamedTopic, may_send_otherwise, renamed_topics
from weighbridge.landscape.contracts.implicit.topics import LeftAlone, left_alone, may_speak
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "messages"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each topic."""
    told: set[str] = set()
    if may_speak(case[CodeChange]):
        for each in left_alone(case[CodeChange], case[Landscapes]):
            told.add(each.topic)
            yield _finding(each)
    if may_send_otherwise(case[CodeChange]):
        renamed = renamed_topics(case[CodeChange], case[Landscapes])
        yield from (_renamed(each) for each in renamed if each.before.topic not in told)


def _renamed(each: RenamedTopic) -> Finding:
    more = f" and {len(each.listeners) - 1} more" if len(each.listeners) > 1 else ""
    return RULE.finding(
        f"nobody here publishes to `{each.before.topic}` any more (`{each.after.topic}` stands in its place), and"
        f" {each.listeners[0]}{more} still waits for it: it no longer receives what is sent",
        each.file.at(each.after.line, symbol=each.after.symbol),
        anchor=f"publishes {each.before.topic}",
        related=tuple(RelatedPlace(place=p, message="still waits for it") for p in each.listeners[:_MOST_SHOWN]),
        confidence=Confidence.MEDIUM,
    )


def _finding(each: LeftAlone) -> Finding:
    if not each.others:
        speaks = "published to" if each.part == "publishes" else "consumed"
        return RULE.finding(
            f"`{each.now}` is {speaks} now, and `{each.topic}` was: nobody here is seen to go by the old name any more, but "
            f"{'what was sent before the change does' if each.is_both else 'who does the other is elsewhere, and relies on it still'}",
            each.place,
            anchor=f"{each.part} {each.topic}",
            severity=Severity.LOW if each.is_both else Severity.MEDIUM,
        )
    others = f"{each.others[0]}" + (f" and {len(each.others) - 1} more" if len(each.others) > 1 else "")
    now = f" (`{each.now}` stands in its place)" if each.now else ""
    if each.part == "publishes":
        words = f"nobody here publishes to `{each.topic}` any more{now}, and {others} still waits for it: it no longer receives what is sent"
    else:
        words = f"nobody here consumes `{each.topic}` any more{now}, and {others} still publishes to it: messages pile up or are lost"
    return RULE.finding(
        words,
        each.place,
        anchor=f"{each.part} {each.topic}",
        related=tuple(
            RelatedPlace(
                place=place, message="still waits for it" if each.part == "publishes" else "still publishes to it"
            )
            for place in each.others[:_MOST_SHOWN]
        ),
        severity=Severity.HIGH if each.now else Severity.MEDIUM,
        confidence=Confidence.HIGH if each.is_certain else Confidence.MEDIUM,
    )
