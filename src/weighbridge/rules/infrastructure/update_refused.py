"""CloudFormation refuses the update of a stack as a whole."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.cloudformation.refused import other_types

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("cloudformation", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each logical id that is of another type."""
    found = case[Infrastructure]
    cloud = found.cloudformation
    by = CLOUDFORMATION.by_sources(is_beside_plan=bool(cloud and cloud.change_sets))
    for each in other_types(cloud.templates) if cloud is not None else ():
        realm = found.realm_of(each.place.path)
        note = f"; `{realm}` is not production's" if realm else ""
        yield RULE.finding(
            f"`{each.name}` was `{each.was}` and is `{each.now}`: CloudFormation lets no logical id be of another type, and refuses the whole update of its stack{note}; {by}",
            each.place,
            anchor=f"type {each.name}",
            confidence=Confidence.LOW if realm or each.is_spared else Confidence.MEDIUM,
        )
