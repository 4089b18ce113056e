"""What keeps unseen changes from a branch or an environment of a code host is less."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.branch_guards import TYPES, loosened
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    weaknesses=(284,),
    tags=("terraform", "review", "protection"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each guard that is gone or less."""
    alterations = case[Infrastructure].alterations
    guards = [each for each in alterations if each.change.type in TYPES]
    companions = Companions(alterations) if guards else None
    for each in guards:
        assert companions is not None
        for guard in loosened(each, companions):
            yield RULE.finding(
                f"{each.name}{guard.words}{each.caveat_of(guard.name)}",
                each.at(guard.name) if guard.name else each.place,
                anchor=each.anchor("unguarded", guard.words),
                severity=Severity.HIGH if guard.is_grave else Severity.MEDIUM,
                confidence=each.confidence,
            )
