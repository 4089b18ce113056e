"""Checks that are cut out of code whole: an `if` that ended in an error, gone with nothing in its place."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import FileChange
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import Condition
from weighbridge.landscape.code_change import FileCode


def dropped_checks(files: Iterable[FileCode]) -> Iterator[tuple[FileCode, Place]]:
    """Each that no changed file makes any more, with where it stood."""
    every = list(files)
    kept = {_said(c.condition) for file in every if file.head for c in file.head.conditionals if c.leaves == "raise"}
    for file in every:
        base = file.change.base
        if file.base is None or base is None or file.head is None:
            continue
        cut = list(_cut(file.change))
        for each in file.base.conditionals:
            is_cut = any(start <= each.line and each.last <= end <= each.last + 2 for start, end in cut)
            if each.leaves == "raise" and is_cut and _said(each.condition) not in kept:
                yield file, Place(path=base.path, line=each.line, end_line=each.last, side=Side.BASE)


def _said(condition: Condition) -> tuple[object, ...]:
    return (condition.kind, condition.text, *map(_said, condition.parts))


def _cut(change: FileChange) -> Iterator[tuple[int, int]]:
    """The lines that went with none in their place."""
    added = [(each.start, each.end) for each in change.added if each.end >= each.start]
    shift = 0
    for each in change.removed:
        while added and added[0][0] < each.start + shift:
            first, last = added.pop(0)
            shift += last - first + 1
        if each.end >= each.start and not (added and added[0][0] == each.start + shift):
            yield each.start, each.end
        shift -= each.end - each.start + 1
