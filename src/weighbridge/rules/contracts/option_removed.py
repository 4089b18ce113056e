"""An option of a command line is gone or renamed, while scripts still give it."""

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
    for each in case[OptionChanges].removed:
        yield _finding(each)
    for each in case[OptionChanges].short:
        yield _finding(each, of=each.option.long)


def _finding(change: OptionChange, *, of: str = "") -> Finding:
    run = [line for line in change.callers if not line.is_note]
    name = change.option.names[0] if of else change.option.long
    what = f"`{name}` is called `{change.now}` now" if change.now else f"`{name}` is no longer an option"
    if of:
        what = (
            f"`{name}` is short for `{change.now}` now and was" if change.is_taken else f"`{name}` is no longer short"
        )
        what = f"{what} for `{of}`"
    if run:
        more = f" and {counted(len(run) - 1, 'other line')}" if len(run) > 1 else ""
        gives = "still gives it and does something else" if change.is_taken else "still gives it and fails"
        who = f"{run[0].place}{more} {gives}"
    elif change.callers:
        who = f"{change.callers[0].place} still tells people to give it"
    else:
        meets = "gets the other" if change.is_taken else "gets an error for an unknown option"
        who = f"no use of it is known in this repository; whoever uses it elsewhere {meets}"
    return RULE.finding(
        f"{what}: {who}",
        change.place,
        anchor=name,
        related=tuple(RelatedPlace(place=line.place, message="gives it") for line in change.callers[:_MOST_SHOWN]),
        severity=Severity.HIGH if run else Severity.MEDIUM if change.callers else Severity.LOW,
    )
