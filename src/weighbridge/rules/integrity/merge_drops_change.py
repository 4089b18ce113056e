"""A merge takes back what one of its sides had changed, and no difference against its first parent shows it."""

from collections.abc import Iterable, Iterator, Sequence

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.merges import Lost, MergeWork, Settled, SettledMerge

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(MergeWork,),
    weaknesses=(440,),
    tags=("integrity",),
)
_MOST_SHOWN = 10
_MOST_QUOTED = 80


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """For each side of a merge one finding of each severity, with the files in which the side's change is gone."""
    work = case[MergeWork]
    found = [finding for done in work.merges for finding in _found(done)]
    return [*found, *([work.missing] if work.missing else ())]


def _found(done: SettledMerge) -> Iterator[Finding]:
    for side in range(len(done.merge.sides)):
        gone = [(file, lost) for file in done.files for lost in file.lost if lost.side == side]
        for severity in (Severity.HIGH, Severity.MEDIUM, Severity.LOW):
            alike = [(file, lost) for file, lost in gone if _severity(file, lost) is severity]
            if alike:
                yield _finding(done, alike, severity=severity)


def _severity(file: Settled, lost: Lost) -> Severity:
    """What nobody else had touched was never in anybody's way; of a conflict, one side's variant may well be all that is wanted."""
    if not file.is_shared:
        return Severity.HIGH
    return Severity.LOW if lost.is_replaced else Severity.MEDIUM


def _finding(done: SettledMerge, gone: Sequence[tuple[Settled, Lost]], *, severity: Severity) -> Finding:
    file, lost = gone[0]
    others = f" and {len(gone) - 1:,} more file{'s' if len(gone) > 2 else ''}" if len(gone) > 1 else ""
    why = "nobody else had changed it" if severity is Severity.HIGH else "the sides had to be put together there"
    quoted = f", such as `{lost.line.strip()[:_MOST_QUOTED]}`" if lost.line.strip() else ""
    return RULE.finding(
        f"merge {done.merge.commit[:12]} takes back what {_name(done, lost.side)} changed here{others}{quoted}: {why}",
        _place(file),
        anchor=" ".join(each.path for each, _ in gone),
        related=tuple(
            RelatedPlace(place=_place(each), message="taken back here too") for each, _ in gone[1 : 1 + _MOST_SHOWN]
        ),
        severity=severity,
        confidence=Confidence.HIGH if severity is Severity.HIGH else Confidence.MEDIUM,
    )


def _name(done: SettledMerge, side: int) -> str:
    return f"{'its first parent' if side == 0 else 'the merged'} {done.merge.sides[side][:12]}"


def _place(file: Settled) -> Place:
    return Place(path=file.path, side=Side.BASE if file.is_gone else Side.HEAD)
