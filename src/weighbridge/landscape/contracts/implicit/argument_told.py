"""How a rule tells of one argument or option that is otherwise."""

from typing import Final

from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.contracts.implicit.argument_changes import ArgumentChange

_MOST_SHOWN: Final = 10


def told(rule: Rule, change: ArgumentChange) -> Finding:
    """A finding with the lines that give it as before: as grave as they are sure."""
    run = [line for line in change.callers if not line.is_note]
    if run:
        more = f" and {counted(len(run) - 1, 'other line')}" if len(run) > 1 else ""
        who = f"{run[0].place}{more} gives it as before"
    elif change.callers:
        who = f"{change.callers[0].place} tells people to give it as before"
    elif change.is_released:
        who = "the newest release takes it, and who gives it elsewhere cannot be seen from here"
    else:
        who = "no use of it is known in this repository"
    known = Severity.MEDIUM if change.callers or change.is_released else Severity.LOW
    return rule.finding(
        f"{change.words}: {who}",
        change.place,
        anchor=change.what,
        related=tuple(RelatedPlace(place=line.place, message="gives it") for line in change.callers[:_MOST_SHOWN]),
        severity=Severity.HIGH if run else known,
    )
