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
    found = case[Infrastructure]
    for turn in backend_turns(found.sources):
        realm = found.realm_of(turn.place.path)
        words = (
            f"the state lies in {turn.after} by what is written here now, and a part of that was given by `-backend-config` before:"
            " where it is not the same, the next plan finds nothing and makes everything a second time; compare the two"
            if turn.is_written_out
            else f"the state moves from {turn.before} to {turn.after}: unless it is brought there by `init -migrate-state`, the next plan"
            " finds nothing and makes everything a second time"
        )
        yield RULE.finding(
            words + (f"; `{realm}` is not production's" if realm else ""),
            turn.place,
            anchor=f"backend {turn.folder}",
            severity=Severity.MEDIUM if turn.is_written_out else Severity.HIGH,
            confidence=Confidence.LOW if realm else Confidence.MEDIUM,
        )
