"""A new file is taken in place of another one."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.shadow import Shadow, beside, over_outside
from weighbridge.landscape.tree import Tree

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, Tree),
    weaknesses=(427, 426),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each new file that is found under the name of another, or is itself not found for it."""
    return _found(case[Change], case[Tree])


def _found(change: Change, tree: Tree) -> Iterator[Finding]:
    for shadow in (*beside(change, tree), *over_outside(change, tree)):
        stands = shadow.stands
        yield RULE.finding(
            _words(shadow),
            Place(path=shadow.path),
            anchor=shadow.over,
            related=(RelatedPlace(place=Place(path=stands), message="of the same name"),) if stands else (),
            severity=Severity.LOW if shadow.is_for_checkers else Severity.MEDIUM if shadow.is_loser else RULE.severity,
        )


def _words(shadow: Shadow) -> str:
    if shadow.is_for_checkers:
        return f"what checks types reads this instead of {shadow.over}, which is what runs"
    if shadow.is_loser:
        return f"no import finds this file: {shadow.over} comes before it"
    return f"this takes the place of {shadow.over}: imports that meant that one get this one now"
