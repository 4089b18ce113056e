"""An option of a command line is something else where it is left out."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.command_lines import OptionChange, OptionChanges

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(OptionChanges,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "command-line"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each option."""
    for each in case[OptionChanges].defaults:
        yield _finding(each)


def _finding(change: OptionChange) -> Finding:
    run = [line for line in change.callers if not line.is_note]
    name = change.option.long
    who = "no call without it is known in this repository; calls elsewhere get the new default"
    if change.callers:
        who = f"{(run or change.callers)[0].place} {'calls' if run else 'tells people to call'} without it"
    return RULE.finding(
        f"`{name}` is `{change.option.default}` where it is left out, and was `{change.was}`: {who}",
        change.place,
        anchor=f"{name} {change.option.default}",
        related=tuple(RelatedPlace(place=x.place, message="calls without it") for x in change.callers[:_MOST_SHOWN]),
        severity=Severity.MEDIUM if change.callers else Severity.LOW,
    )
