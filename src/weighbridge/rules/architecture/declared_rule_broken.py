"""A new use goes against a rule that the system's description declares."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.decisions import DecisionRecords
from weighbridge.landscape.declared_rules import Breach, breaches
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.drift import Drift, NewUse

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(DecisionRecords, Drift, SystemDescription),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1054,),
    tags=("architecture", "policy"),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each new use and each declared rule that it goes against; none where nothing is declared."""
    system = case[SystemDescription]
    uses = case[Drift].new_uses if system.architecture else ()
    if isinstance(uses, CouldNotLook):
        return CouldNotLook(reason=Reason.LIMIT, detail=uses.detail, remedy=uses.remedy)
    found: dict[tuple[str, str, int], Finding] = {}
    for new in uses:
        for breach in breaches(new, system):
            key = (breach.rule.name, new.use.source, new.use.line)
            found.setdefault(key, _finding(new, breach, records=case[DecisionRecords]))
    return found.values()


def _finding(new: NewUse, breach: Breach, *, records: DecisionRecords) -> Finding:
    reason = f" ({breach.rule.reason})" if breach.rule.reason else ""
    decided = (*records.naming(breach.rule.name), *records.naming(new.source, new.target))
    return RULE.finding(
        f"it goes against {breach.rule.name!r}: {breach.words}{reason}",
        new.use.place,
        anchor=f"{breach.rule.name} {new.source} {new.target} {new.use.written}",
        related=tuple(dict.fromkeys(decided)),
    )
