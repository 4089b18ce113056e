"""The state of a folder is looked for in another place."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.settings import Turn, backend_turns

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "state"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each folder, and each file that leads to a state; of a plan's state nothing says where it lies."""
    found = case[Infrastructure]
    of_files = (turn for each in found.backend_files if (turn := each.turn()) is not None)
    for turn in (*backend_turns(found.sources), *of_files):
        realm = found.realm_of(turn.place.path)
        yield RULE.finding(
            _words(turn) + (f"; `{realm}` is not production" if realm else ""),
            turn.place,
            anchor=f"backend {turn.folder}",
            severity=Severity.MEDIUM if turn.is_written_out else Severity.HIGH,
            confidence=Confidence.LOW if realm else Confidence.MEDIUM,
        )


def _words(turn: Turn) -> str:
    """What that means for the next plan."""
    if turn.is_written_out:
        return (
            f"the state lies in {turn.after} by what is written here now, and a part of that was given by `-backend-config` before:"
            " where it is not the same, the next plan finds nothing and makes everything a second time; compare the two"
        )
    what = "the state to which this file leads" if turn.what == turn.folder else "the state"
    told = (
        f"{what} moves from {turn.before} to {turn.after}: unless it is brought there by `init -migrate-state`, the next plan"
        " finds nothing and makes everything a second time"
    )
    if turn.is_merged:
        told += (
            "; and the whole path of the folder that takes this in is no part of it any more: folders that are called alike, or all of them,"
            " come to one state, and each apply destroys what the other made"
        )
    return told
