"""Two paths of the tree are one on many disks."""

from collections.abc import Iterable

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.collisions import collisions
from weighbridge.landscape.tree import Tree

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change, Tree),
    weaknesses=(178, 41),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each added path that another spelling stands in the way of; to take the place of a file is worse."""
    for each in collisions(case[Change].files, lambda: case[Tree].blobs):
        words = f"on a disk that {each.reason} this is the same as {each.other}"
        yield RULE.finding(
            f"{words}: one overwrites the other" if each.overwrites else f"{words}: what is written to one is in both",
            Place(path=each.path),
            anchor=each.other,
            severity=Severity.HIGH if each.overwrites else RULE.severity,
            related=(RelatedPlace(place=Place(path=each.other), message="the other spelling"),),
        )
