"""What others use stops for a while."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import TERRAFORM, Alteration, pause_words
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.kinds import Holds, holds
from weighbridge.landscape.infrastructure.pauses import has_standby, is_at_once, waits
from weighbridge.landscape.infrastructure.versions import raised

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "cloudformation", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each resource that is not replaced, and yet not there all the time; another major version is another rule's."""
    for each in case[Infrastructure].alterations:
        if each.pauses and raised(each) is None:
            what = f"stops for a while{_when(each)}: {pause_words(each)}, and whoever uses it fails until it is back"
            if each.change.type in _CLUSTERS:
                what = f"gets other nodes: {pause_words(each)}, and what runs in that pool is moved, or waits where it does not fit"
            yield RULE.finding(
                f"{each.name} {what}{each.caveat}",
                each.at(*(str(path[0]) for path in each.pauses)),
                anchor=each.anchor("paused"),
                severity=Severity.HIGH if _is_at_once(each) else Severity.MEDIUM,
                confidence=each.confidence,
            )


_CLUSTERS: Final = ("azurerm_kubernetes_cluster",)
"""Types that go on themselves, while the nodes of a pool are made anew."""


def _is_at_once(each: Alteration) -> bool:
    """Whether a database stops as soon as it is applied, whatever the hour, and nothing takes its place."""
    return is_at_once(each.change) and not has_standby(each.change) and holds(each.change.type, Holds.DATABASE)


def _when(each: Alteration) -> str:
    if each.tool is not TERRAFORM or not waits(each.change.type):
        return ""
    return " as soon as it is applied" if is_at_once(each.change) else " in its next maintenance window"
