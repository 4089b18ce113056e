"""A component leans on another for the first time."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.decisions import DecisionRecords
from weighbridge.landscape.drift import Drift

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(DecisionRecords, Drift),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("architecture", "drift"),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each pair of components, where the first use of it stands."""
    uses = case[Drift].new_uses
    if isinstance(uses, CouldNotLook):
        return uses
    first = {(new.source, new.target): new for new in reversed(uses) if new.is_first}
    return [
        RULE.finding(
            f"{new.source} leans on {new.target} for the first time: it imports {new.use.written}",
            Place(path=new.use.source, line=new.use.line, end_line=new.use.line),
            anchor=f"{new.source} {new.target}",
            related=case[DecisionRecords].naming(new.source, new.target),
            confidence=Confidence.HIGH if new.is_declared else Confidence.MEDIUM,
        )
        for new in first.values()
    ]
