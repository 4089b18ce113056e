"""A change makes a comment or documentation false that stands unchanged beside it."""

from collections.abc import Iterator, Sequence

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.comments.falsified import Claims, Falsified

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, ChangedBytes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1116,),
    tags=("documents", "comments"),
)


def check(case: Case) -> Iterator[Finding]:
    """One finding for each sentence that was true on the base and is not in head."""
    contents = case[ChangedBytes]
    for path, file in case[CodeChange].files.items():
        if file.base is None or file.head is None or file.change.base is None or file.head.is_generated:
            continue
        before, after = contents.text(file.change.base.path, Side.BASE), contents.text(path)
        for each in Claims(file.base, file.head, before=before, after=after).falsified():
            yield _finding(file, each, lines=after.splitlines())


def _finding(file: FileCode, found: Falsified, *, lines: Sequence[str]) -> Finding:
    sentence = found.sentence.strip(" *#/")
    said = file.at(found.line, symbol=found.symbol)
    return RULE.finding(
        f'"{sentence}" is false now: {found.now}',
        file.at(_changed(file, found, lines=lines), symbol=found.symbol),
        anchor=f"{sentence} {found.now}",
        related=(RelatedPlace(place=said, message="it is said here"),),
        severity=Severity.MEDIUM if found.is_grave else Severity.LOW,
    )


def _changed(file: FileCode, found: Falsified, *, lines: Sequence[str]) -> int:
    """The first changed line of the definition, of those that hold what it is about if any does."""
    within = [
        number
        for added in file.change.added
        for number in range(max(added.start, found.first), min(added.end, found.last, len(lines)) + 1)
    ]
    about = (number for number in within if found.about and found.about in lines[number - 1])
    return next(about, within[0] if within else found.first)
