"""What is sent or answered under a key is of another type, or in another unit."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.answers import ChangedAnswer, changed_answers
from weighbridge.landscape.contracts.implicit.event_keys import ChangedValue, changed_values, may_send_otherwise
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Rewritten, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "messages", "api"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each key."""
    if may_send_otherwise(case[CodeChange]):
        for changed in changed_values(case[CodeChange], case[Landscapes]):
            yield _finding(changed)
    for answered in changed_answers(case[Rewritten], case[Landscapes], code=case[CodeChange]):
        yield _answered(answered)


def _answered(changed: ChangedAnswer) -> Finding:
    each = changed.rewrite
    who = _who(changed.readers, changed.key, does="requests it")
    return RULE.finding(
        f"`{changed.key}` {changed.words} in the answer of `{changed.route}`: {who}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{changed.route} {changed.key}",
        related=_related(changed.readers, changed.key),
        severity=Severity.HIGH if changed.readers else Severity.LOW,
    )


def _who(readers: tuple[Place, ...], key: str, *, does: str) -> str:
    if not readers:
        return "no reader of the old form is known in this repository"
    more = f" and {len(readers) - 1} more" if len(readers) > 1 else ""
    return f"{readers[0]}{more} {does} and reads `{key}` as it was"


def _related(readers: tuple[Place, ...], key: str) -> tuple[RelatedPlace, ...]:
    return tuple(RelatedPlace(place=place, message=f"reads `{key}`") for place in readers[:_MOST_SHOWN])


def _finding(changed: ChangedValue) -> Finding:
    who = _who(changed.readers, changed.key, does="listens for it")
    return RULE.finding(
        f"`{changed.key}` {changed.words} in what is sent as `{changed.sent.topic}`: {who}",
        changed.file.at(changed.line, symbol=changed.sent.symbol),
        anchor=f"{changed.sent.topic} {changed.key}",
        related=_related(changed.readers, changed.key),
        severity=Severity.HIGH if changed.readers else Severity.LOW,
    )
