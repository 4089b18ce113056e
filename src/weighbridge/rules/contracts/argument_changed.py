"""What a command takes by place is asked for as well, taken no more, or stands elsewhere."""

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
    """One finding for each command."""
    for each in case[OptionChanges].arguments.places():
        yield told(RULE, each)
