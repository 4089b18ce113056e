"""What a route answers with no longer holds a key."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.answers import LostKey, lost_keys
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Rewritten, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "api"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each key."""
    for lost in lost_keys(case[Rewritten], case[Landscapes]):
        yield _finding(lost)


def _finding(lost: LostKey) -> Finding:
    each = lost.rewrite
    what = f"`{lost.key}` is called `{lost.now}` now" if lost.now else f"`{lost.key}` is no longer"
    if lost.is_at_times:
        what = f"`{lost.key}` is left out at times now, and was always"
    if lost.is_list:
        what = f"a list is answered now, and `{lost.key}` is no longer"
    if lost.readers:
        more = f" and {len(lost.readers) - 1} more" if len(lost.readers) > 1 else ""
        who = f"{lost.readers[0]}{more} requests it and reads `{lost.key}`, which is missing {'then' if lost.is_at_times else 'from then on'}"
    else:
        who = "no reader of it is known in this repository; readers elsewhere find it missing"
    return RULE.finding(
        f"{what} in the answer of `{lost.route}`: {who}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {lost.key}",
        related=tuple(RelatedPlace(place=place, message=f"reads `{lost.key}`") for place in lost.readers[:_MOST_SHOWN]),
        severity=Severity.HIGH if lost.readers else Severity.LOW,
    )
