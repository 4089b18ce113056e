"""A message lacks a key that a listener of the repository reads."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.event_keys import LostEventKey, lost_event_keys, may_lose_keys
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Rewritten, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "messages"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each key."""
    if may_lose_keys(case[Rewritten]):
        for lost in lost_event_keys(case[Rewritten], case[Landscapes].head):
            yield _finding(lost)


def _finding(lost: LostEventKey) -> Finding:
    each = lost.rewrite
    what = f"`{lost.key}` is called `{lost.now}` now" if lost.now else f"`{lost.key}` is no longer"
    more = f" and {len(lost.readers) - 1} more" if len(lost.readers) > 1 else ""
    return RULE.finding(
        f"{what} in what is sent as `{lost.topic}`: {lost.readers[0]}{more} listens for it and reads `{lost.key}`,"
        " which is missing from then on",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{lost.topic} {lost.key}",
        related=tuple(RelatedPlace(place=place, message=f"reads `{lost.key}`") for place in lost.readers[:_MOST_SHOWN]),
    )
