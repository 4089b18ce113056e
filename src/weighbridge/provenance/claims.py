"""What recorders beside the commit say of its lines, in one form whatever they wrote it in."""

from msgspec import Struct

from weighbridge.domain.change import LineRange
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.provenance import Origin, Source


class LineClaim(Struct, frozen=True, kw_only=True):
    """Lines of one file, numbered as the file stood in the commit spoken of, and whose they are said to be."""

    path: RepoPath
    lines: tuple[LineRange, ...]
    says: Origin
    agent: str
    source: Source
    confidence: Confidence
    detail: str


class Record(Struct, frozen=True, kw_only=True):
    """What one record holds: its claims, and in words what was left out of it and why."""

    claims: tuple[LineClaim, ...] = ()
    problems: tuple[str, ...] = ()


class HeadClaim(Struct, frozen=True, kw_only=True):
    """A claim carried to the lines of the change's head, where those lines still stand."""

    commit: ObjectId
    path: RepoPath
    lines: tuple[int, ...]
    claim: LineClaim


def ranges_of(numbers: list[int]) -> tuple[LineRange, ...]:
    """Ascending line numbers as ranges."""
    found: list[LineRange] = []
    for number in numbers:
        if found and found[-1].end >= number - 1:
            found[-1] = LineRange(start=found[-1].start, end=max(number, found[-1].end))
        else:
            found.append(LineRange(start=number, end=number))
    return tuple(found)
