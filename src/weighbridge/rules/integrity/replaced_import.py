"""An import that was not touched means another file now."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.shadow import Shadow, imported_instead

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Change, Landscapes),
    roles=("python", "javascript", "typescript", "tsx"),
    weaknesses=(427, 426),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each new file and each thing that imports meant before it."""
    return _found(case[Change], case[Landscapes])


def _found(change: Change, landscapes: Landscapes) -> Iterator[Finding]:
    for shadow in imported_instead(change, landscapes):
        related = []
        if shadow.by is not None:
            place = Place(path=shadow.by, line=shadow.line, end_line=shadow.line)
            related.append(RelatedPlace(place=place, message="imports it"))
        if shadow.stands is not None:
            related.append(RelatedPlace(place=Place(path=shadow.stands), message="what it meant before"))
        yield RULE.finding(_words(shadow), Place(path=shadow.path), anchor=shadow.over, related=tuple(related))


def _words(shadow: Shadow) -> str:
    where = f"{shadow.by}:{shadow.line}"
    if shadow.stands is not None:
        return f"the import in {where} may mean this or {shadow.over}: which of them runs depends on what loads it"
    return f"the import in {where} meant {shadow.over}: it gets this file now"
