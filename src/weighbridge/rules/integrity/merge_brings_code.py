"""A merge commit brings or removes lines of its own, which neither of its sides shows."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.merges import MergeWork, Settled, SettledMerge

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change, MergeWork),
    weaknesses=(506,),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each file in which a merge is more than its sides."""
    work = case[MergeWork]
    found = list(_found(case[Change], work))
    return [*found, *([work.missing] if work.missing else ())]


def _found(change: Change, work: MergeWork) -> Iterator[Finding]:
    for done in work.merges:
        for file in done.files:
            if file.brought or file.removed:
                yield RULE.finding(
                    f"merge {done.merge.commit[:12]} itself {_does(file)}: in neither of its sides could that be seen",
                    _place(change, done, file=file),
                    anchor=_does(file),
                    severity=Severity.LOW if file.is_shared else Severity.MEDIUM,
                    confidence=Confidence.MEDIUM if file.is_shared else Confidence.HIGH,
                )


def _does(file: Settled) -> str:
    if file.is_whole:
        return "has contents here that no side has" if not file.is_gone else "removes a file that all sides have"
    parts = []
    if file.brought:
        parts.append(f"brings {_lines(len(file.brought))} that no side has")
    if file.removed:
        parts.append(f"removes {_lines(len(file.removed))} that all sides have")
    return " and ".join(parts)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"


def _place(change: Change, done: SettledMerge, *, file: Settled) -> Place:
    """Lines are told only where they are those of the change's own trees."""
    if file.brought and done.merge.commit == change.head_commit:
        return Place(path=file.path, line=file.brought[0], end_line=file.brought[0])
    if file.removed and done.merge.sides[0] == change.base_commit:
        return Place(path=file.path, line=file.removed[0], end_line=file.removed[0], side=Side.BASE)
    return Place(path=file.path, side=Side.BASE if file.is_gone else Side.HEAD)
