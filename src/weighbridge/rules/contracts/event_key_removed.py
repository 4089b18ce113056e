"""A message lacks a key that a listener of the repository reads, always or at times."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.event_keys import LostEventKey, lost_event_keys, may_send_otherwise
from weighbridge.landscape.contracts.implicit.untold_topics import LostUntold, lost_untold
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
        for untold in lost_untold(case[CodeChange], case[Landscapes]):
            yield _of_untold(untold)


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


def _of_untold(lost: LostUntold) -> Finding:
    first, *others = lost.readers
    more = f" and {len(others)} more" if others else ""
    if lost.is_left_out:
        what, does = "is left out where it is nothing, and was sent as null", "goes by whether it is null"
    else:
        what, does = "is no longer sent", "reads it from such messages"
    return RULE.finding(
        f"`{lost.key}` {what} by `{lost.symbol}`: {first}{more} {does}",
        lost.file.at(lost.line, symbol=lost.symbol),
        anchor=f"{lost.symbol} {lost.key}",
        related=tuple(RelatedPlace(place=place, message=does) for place in lost.readers[:_MOST_SHOWN]),
    )
