"""An option or an argument of a program no longer takes a value that it took."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.contracts.implicit.argument_changes import ArgumentChange
from weighbridge.landscape.contracts.implicit.command_lines import OptionChanges

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(OptionChanges,),
    roles=("python", "javascript", "typescript", "tsx", "go"),
    tags=("contract", "command-line"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each option or argument."""
    for each in case[OptionChanges].arguments.values():
        yield _finding(each)


def _finding(change: ArgumentChange) -> Finding:
    run = [line for line in change.callers if not line.is_note]
    if run:
        more = f" and {counted(len(run) - 1, 'other line')}" if len(run) > 1 else ""
        who = f"{run[0].place}{more} gives it as before"
    elif change.callers:
        who = f"{change.callers[0].place} tells people to give it as before"
    elif change.is_released:
        who = "the newest release takes it, and who gives it elsewhere cannot be seen from here"
    else:
        who = "nothing here is known to give it"
    known = Severity.MEDIUM if change.callers or change.is_released else Severity.LOW
    return RULE.finding(
        f"{change.words}: {who}",
        change.place,
        anchor=change.what,
        related=tuple(RelatedPlace(place=line.place, message="gives it") for line in change.callers[:_MOST_SHOWN]),
        severity=Severity.HIGH if run else known,
    )
