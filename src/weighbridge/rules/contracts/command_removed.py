"""A command of a program is gone or renamed, while scripts still give it."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.contracts.implicit.command_lines import OptionChanges
from weighbridge.landscape.contracts.implicit.commands import CommandChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(OptionChanges,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "command-line"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each command."""
    for each in case[OptionChanges].commands:
        yield _finding(each)


def _finding(change: CommandChange) -> Finding:
    run = [line for line in change.callers if not line.is_note]
    name = change.name
    what = f"the command `{name}` is called `{change.now}` now" if change.now else f"`{name}` is no longer a command"
    if run:
        more = f" and {counted(len(run) - 1, 'other line')}" if len(run) > 1 else ""
        who = f"{run[0].place}{more} still gives it and fails"
    elif change.callers:
        who = f"{change.callers[0].place} still tells people to give it"
    else:
        who = "no use of it is known in this repository; calls from elsewhere fail with an unknown command"
    return RULE.finding(
        f"{what}: {who}",
        change.place,
        anchor=name,
        related=tuple(RelatedPlace(place=line.place, message="gives it") for line in change.callers[:_MOST_SHOWN]),
        severity=Severity.HIGH if run else Severity.MEDIUM if change.callers else Severity.LOW,
    )
