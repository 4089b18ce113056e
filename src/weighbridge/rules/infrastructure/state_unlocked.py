"""Two runs may write one state at once."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.state_locks import unlocked

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "state"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each folder, and each file that leads to a state."""
    found = case[Infrastructure]
    for turn in unlocked(found.sources, found.backend_files):
        realm = found.realm_of(turn.place.path)
        yield RULE.finding(
            f"nothing locks the state any more, for `{turn.before}` goes and {turn.what} is not locked without it: of two runs at once each"
            " overwrites what the other noted, and what it made is forgotten"
            + (f"; `{realm}` is not production" if realm else ""),
            turn.place,
            anchor=f"lock {turn.folder}",
            confidence=Confidence.LOW if realm else Confidence.MEDIUM,
        )
