"""What is sent under a key is of another type, or in another unit."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.event_keys import ChangedValue, changed_values, may_send_otherwise
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "messages"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each key."""
    if may_send_otherwise(case[CodeChange]):
        for changed in changed_values(case[CodeChange], case[Landscapes]):
            yield _finding(changed)


def _finding(changed: ChangedValue) -> Finding:
    if changed.readers:
        more = f" and {len(changed.readers) - 1} more" if len(changed.readers) > 1 else ""
        who = f"{changed.readers[0]}{more} listens for it and reads `{changed.key}` as it was"
    else:
        who = "nobody here is known to read it as it was"
    return RULE.finding(
        f"`{changed.key}` {changed.words} in what is sent as `{changed.sent.topic}`: {who}",
        changed.file.at(changed.line, symbol=changed.sent.symbol),
        anchor=f"{changed.sent.topic} {changed.key}",
        related=tuple(
            RelatedPlace(place=place, message=f"reads `{changed.key}`") for place in changed.readers[:_MOST_SHOWN]
        ),
        severity=Severity.HIGH if changed.readers else Severity.LOW,
    )
