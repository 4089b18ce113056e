"""What a script does to many columns of one table, told as one: whoever reads it decides once."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.landscape.folding import folded

MOST_ALONE: Final = 3
"""Columns of one table that are told each by itself."""


def by_table(found: Iterable[tuple[str, Finding]]) -> Iterator[Finding]:
    """Findings of one rule, each given with its table: of more columns of one table in one script, as grave and as sure, the first,
    with the others as related places. What is critical, for code still asks for it, is told by itself.
    """
    for (table, first), *others in folded(found, _alike, alone=MOST_ALONE):
        more = tuple(RelatedPlace(place=each.place, message=each.message) for _, each in others)
        words = f"; and so it is with {len(more)} more columns of `{table}`" if more else ""
        yield replace(first, message=first.message + words, related=(*first.related, *more))


def _alike(told: tuple[str, Finding]) -> Hashable | None:
    table, found = told
    is_alone = found.severity is Severity.CRITICAL
    return None if is_alone else (found.place.path, table, found.severity, found.confidence)
