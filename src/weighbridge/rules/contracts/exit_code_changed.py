"""A program ends with another number than the one that scripts ask for."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.contracts.implicit.command_lines import OptionChanges
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(OptionChanges, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "command-line"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each number."""
    for each in (*case[OptionChanges].exits, *case[OptionChanges].exits_by_constants(case[Landscapes])):
        first, *others = each.askers
        more = f" and {counted(len(others), 'other line')}" if others else ""
        instead = f", but with `{each.now}`" if each.now else ""
        what = f"it no longer exits with `{each.code}`{instead}"
        if each.by:
            what = f"it exits with `{each.now}` where it exited with `{each.code}`, as `{each.by}` says"
        yield RULE.finding(
            f"{what}: {first}{more} {'check' if others else 'checks'} for `{each.code}`, and take{'' if others else 's'} what comes instead for something else",
            each.place,
            anchor=f"exit {each.code}",
            related=tuple(RelatedPlace(place=place, message="asks for it") for place in each.askers[:_MOST_SHOWN]),
        )
