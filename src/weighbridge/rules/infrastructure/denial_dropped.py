"""A rule of a network that refuses is gone, or lets pass."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.denials import TYPES, undenied

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    weaknesses=(284,),
    tags=("terraform", "network", "exposure"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for all of a type that go together, and for each that is altered."""
    infrastructure = case[Infrastructure]
    alterations = infrastructure.alterations
    if not any(each.change.type in TYPES for each in alterations):
        return
    folders = {each.path: each for each in infrastructure.sources.folders}
    for each in undenied(alterations, Companions(alterations), folders=folders):
        yield RULE.finding(
            f"{each.words}{each.first.caveat}",
            each.first.at(each.name),
            anchor=each.first.anchor("denial", each.name),
            severity=Severity.MEDIUM if each.is_of_few else Severity.HIGH,
            confidence=each.first.confidence,
        )
