"""A component leans on one that so far leaned on it."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.decisions import DecisionRecords
from weighbridge.landscape.drift import SEVERAL, Drift, NewUse
from weighbridge.landscape.uses import Use

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(DecisionRecords, Drift),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1047,),
    tags=("architecture", "drift"),
)

CLEARLY = 4
"""How many times as many files must lean the one way, for the other to be against the direction."""
MOST_SHOWN = 5


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each pair of components, at the first new use against the direction."""
    drift = case[Drift]
    uses = drift.new_uses
    if isinstance(uses, CouldNotLook):
        return uses
    found = []
    for new in {(new.source, new.target): new for new in reversed(uses)}.values():
        against = drift.files_using(new.target, new.source)
        along = drift.files_using(new.source, new.target)
        if len(against) >= SEVERAL and len(against) >= CLEARLY * len(along):
            found.append(_finding(new, against, records=case[DecisionRecords]))
    return found


def _finding(new: NewUse, against: tuple[Use, ...], *, records: DecisionRecords) -> Finding:
    shown = tuple(
        RelatedPlace(place=use.place, message=f"{new.target} leans on {new.source} here")
        for use in against[:MOST_SHOWN]
    )
    return RULE.finding(
        f"{new.source} leans on {new.target}, against the direction: {len(against)} files lean the other way"
        + (", and the two are a cycle now" if new.is_first else ""),
        new.use.place,
        anchor=f"{new.source} {new.target}",
        related=(*records.naming(new.source, new.target), *shown),
        confidence=Confidence.HIGH if new.is_declared else Confidence.MEDIUM,
    )
