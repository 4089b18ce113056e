"""A command line asks for an option that it did without."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.contracts.implicit.command_lines import OptionChange, OptionChanges

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(OptionChanges,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "command-line"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each option."""
    for each in case[OptionChanges].required:
        yield _finding(each)


def _finding(change: OptionChange) -> Finding:
    run = [line for line in change.callers if not line.is_note]
    name = change.option.long
    was = f"`{name}` may no longer be left out" if change.was_there else f"`{name}` is new and may not be left out"
    if run:
        more = f" and {counted(len(run) - 1, 'other line')}" if len(run) > 1 else ""
        who = f"{run[0].place}{more} calls without it and fails"
    elif change.callers:
        who = f"{change.callers[0].place} tells people to call without it"
    else:
        who = "no call without it is known in this repository; calls elsewhere fail"
    return RULE.finding(
        f"{was}: {who}",
        change.place,
        anchor=name,
        related=tuple(RelatedPlace(place=x.place, message="calls without it") for x in change.callers[:_MOST_SHOWN]),
        severity=Severity.HIGH if run else Severity.MEDIUM if change.callers else Severity.LOW,
    )
