"""What Terraform gives a release of Helm takes away what kept its pods up, apart or their data."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("kubernetes", "helm", "terraform"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each value; what a chart makes of it, only the chart says."""
    releases = [each for each in case[Infrastructure].alterations if each.change.type == "helm_release"]
    if not releases:
        return
    from weighbridge.landscape.infrastructure.release_values import ARGUMENTS, release_lapses  # noqa: PLC0415 - few changes have one

    for each in releases:
        for lapse in release_lapses(each):
            yield RULE.finding(
                f"{each.name}: {lapse.words}{each.caveat}",
                each.at(*ARGUMENTS),
                anchor=each.anchor(lapse.anchor or lapse.words.partition(":")[0]),
                severity=lapse.severity,
                confidence=each.confidence,
            )
