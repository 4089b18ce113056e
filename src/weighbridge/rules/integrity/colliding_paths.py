"""Two paths of the tree are one on many disks."""

from collections.abc import Iterable

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.landing import MOST_LANDINGS
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.owners import untold_landing
from weighbridge.domain.paths import shortened
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


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each added path that another spelling stands in the way of; to take the place of a file is worse."""
    untold = untold_landing(case[Change].files)
    if untold is not None:
        yield CouldNotLook(
            reason=Reason.LIMIT,
            detail=f"{shortened(untold)} has more than {MOST_LANDINGS} other spellings in this tree, a name longer than any "
            "disk keeps, or a folder above it that is not at hand",
            remedy="leave one short spelling of it, or fetch what the clone lacks",
        )
    for each in collisions(case[Change].files, lambda: case[Tree].blobs):
        words = f"on a disk that {each.reason} this is the same as {each.other}"
        yield RULE.finding(
            f"{words}: one overwrites the other" if each.overwrites else f"{words}: what is written to one is in both",
            Place(path=each.path),
            anchor=each.other,
            severity=Severity.HIGH if each.overwrites else RULE.severity,
            related=(RelatedPlace(place=Place(path=each.other), message="the other spelling"),),
        )
