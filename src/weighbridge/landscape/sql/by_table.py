"""What a script does to many columns of one table, told as one: whoever reads it decides once."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import RelatedPlace

MOST_ALONE: Final = 3
"""Columns of one table that are told each by itself."""


def by_table(found: Iterable[tuple[str, Finding]]) -> Iterator[Finding]:
    """Findings of one rule, each given with its table: of more columns of one table in one script, as grave and as sure, the first,
    with the others as related places. What is critical, for code still asks for it, is told by itself.
    """
    groups: dict[tuple[RepoPath, str, Severity, Confidence], list[Finding]] = {}
    for table, each in found:
        groups.setdefault((each.place.path, table, each.severity, each.confidence), []).append(each)
    for (_, table, severity, _), (first, *others) in groups.items():
        if len(others) < MOST_ALONE or severity is Severity.CRITICAL:
            yield from (first, *others)
            continue
        more = tuple(RelatedPlace(place=each.place, message=each.message) for each in others)
        words = f"{first.message}; and so it is with {len(others)} more columns of `{table}`"
        yield replace(first, message=words, related=(*first.related, *more))
