"""Somebody may do more than before: rights are compared as sets, not by words."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.iam.policies import Unreadable, Widening, widenings
from weighbridge.landscape.infrastructure.iam.powers import POWER_WORDS, Power

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "iam"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each policy, role or binding; and why one could not be compared."""
    for each in case[Infrastructure].alterations:
        for found in widenings(each.change, each.documents):
            if isinstance(found, Unreadable):
                if each.is_planned:
                    yield CouldNotLook(
                        reason=Reason.UNPARSED,
                        detail=f"`{found.argument}` of {each.name}: {found.why}",
                        remedy="read what it grants by hand, or plan again once what it refers to is there",
                    )
                continue
            severity = _severity(found)
            if severity is not None:
                yield RULE.finding(
                    f"{each.name} grants {found.words}: {POWER_WORDS[found.power]}{each.caveat}",
                    each.at(found.argument),
                    anchor=each.anchor(found.argument, str(found.is_condition)),
                    severity=severity,
                    confidence=each.confidence,
                )


def _severity(found: Widening) -> Severity | None:
    """How bad it is; None where a new thing gets what such things need."""
    match found.power:
        case Power.ADMIN:
            return Severity.CRITICAL
        case Power.PUBLIC:
            return Severity.HIGH
        case Power.PERMISSIONS:
            return Severity.HIGH
        case Power.PRINCIPAL:
            return None if found.is_new else Severity.HIGH if found.is_trust else Severity.MEDIUM
        case Power.MANY:
            return Severity.LOW if found.is_new else Severity.MEDIUM
        case Power.SOME:
            return None if found.is_new else Severity.MEDIUM if found.is_condition else Severity.LOW
