"""A message lacks a key that a listener of the repository reads, always or at times."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.event_keys import LostEventKey, lost_event_keys, may_send_otherwise
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
        for lost in lost_event_keys(case[CodeChange], case[Landscapes]):
            yield _finding(lost)


def _finding(lost: LostEventKey) -> Finding:
    if lost.is_at_times:
        what = f"`{lost.key}` is left out at times now, and was always"
    else:
        what = f"`{lost.key}` is called `{lost.now}` now" if lost.now else f"`{lost.key}` is no longer"
    more = f" and {len(lost.readers) - 1} more" if len(lost.readers) > 1 else ""
    topic = lost.sent.topic
    return RULE.finding(
        f"{what} in what is sent as `{topic}`: {lost.readers[0]}{more} listens for it and reads `{lost.key}`,"
        f" which is missing {'then' if lost.is_at_times else 'from then on'}",
        lost.file.at(lost.line, symbol=lost.sent.symbol),
        anchor=f"{topic} {lost.key}",
        related=tuple(RelatedPlace(place=place, message=f"reads `{lost.key}`") for place in lost.readers[:_MOST_SHOWN]),
    )
