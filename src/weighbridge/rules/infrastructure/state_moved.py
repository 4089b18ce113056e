"""The state of a folder is looked for in another place."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.settings import backend_turns

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "state"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each folder; of a plan's state nothing says where it lies."""
    for turn in backend_turns(case[Infrastructure].sources):
        yield RULE.finding(
            f"the state moves from {turn.before} to {turn.after}: unless it is brought there by `init -migrate-state`, the next plan"
            " finds nothing and makes everything a second time",
            turn.place,
            anchor=f"backend {turn.folder}",
        )
