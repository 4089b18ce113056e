"""An option or an argument of a program no longer takes a value that it took."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.argument_told import told
from weighbridge.landscape.contracts.implicit.command_lines import OptionChanges

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(OptionChanges,),
    roles=("python", "javascript", "typescript", "tsx", "go"),
    tags=("contract", "command-line"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each option or argument."""
    for each in case[OptionChanges].arguments.values():
        yield told(RULE, each)
