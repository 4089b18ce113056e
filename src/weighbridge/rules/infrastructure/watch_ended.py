"""What records what is done, or looks for attacks and faults, is ended."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.watching import blindnesses

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "evidence"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each resource that goes, and each setting that is off."""
    found = case[Infrastructure]
    companions = Companions(found.alterations, within=lambda each: _within(each, found))
    for each in found.alterations:
        for blind in blindnesses(each, companions):
            joint = " " if not blind.name else ": "
            yield RULE.finding(
                f"{each.name}{joint}{blind.words}{each.caveat_of(blind.name)}",
                each.at(blind.name),
                anchor=each.anchor("unwatched", blind.words if not blind.name else blind.name),
                severity=Severity.HIGH if blind.is_grave else Severity.MEDIUM,
                confidence=each.confidence,
            )


def _within(stack: Alteration, infrastructure: Infrastructure) -> frozenset[str]:
    from weighbridge.landscape.infrastructure.nested_templates import made_within  # noqa: PLC0415 - few changes make one

    return made_within(stack, infrastructure)
