"""Two paths of the tree are one on many disks."""

from collections.abc import Iterable

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.paths import collisions
from weighbridge.landscape.tree import Tree

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change, Tree),
    weaknesses=(178, 41),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each added path that another spelling stands in the way of."""
    added = [
        file.head.path
        for file in case[Change].files
        if file.head is not None and (file.base is None or file.base.path != file.head.path)
    ]
    for path, other in collisions(added, case[Tree].blobs):
        yield RULE.finding(
            f"on a disk that ignores case or composes letters this is the same as {other}: one overwrites the other",
            Place(path=path),
            anchor=other,
            related=(RelatedPlace(place=Place(path=other), message="the other spelling"),),
        )
