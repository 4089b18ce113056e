"""What is told as one, because whoever reads it decides once."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from msgspec.structs import replace

from weighbridge.domain.findings import CausedFinding, Finding, Severity
from weighbridge.domain.places import RelatedPlace

MOST_ALONE: Final = 3
"""Like findings of one file that are told each by itself."""

Told = TypeVar("Told")


def folded(told: Iterable[Told], alike: Callable[[Told], Hashable | None], *, alone: int) -> Iterator[Sequence[Told]]:
    """What is told together: all that `alike` gives the same answer of, if it is more than `alone`; each by itself of which it gives none."""
    groups: dict[Hashable, list[Told]] = {}
    for number, each in enumerate(told):
        key = alike(each)
        groups.setdefault((number,) if key is None else key, []).append(each)
    for group in groups.values():
        yield from [group] if len(group) > alone else ([each] for each in group)


def as_one(
    found: Iterable[tuple[str, Finding]], *, more: Callable[[int, str], str], alone: int = MOST_ALONE
) -> Iterator[Finding]:
    """Findings of one rule, each given with what it shares with others: of more than `alone` of one file that share that, as grave and
    as sure, the first, with how many `more` there are in words, and the others as related places. What is critical is told by itself.
    """
    for (shared, first), *others in folded(found, _alike, alone=alone):
        related = tuple(RelatedPlace(place=each.place, message=each.message) for _, each in others)
        words = more(len(related), shared) if related else ""
        one = replace(first, message=first.message + words, related=(*first.related, *related))
        yield _of_all_causes(one, [each for _, each in others])


def _of_all_causes(one: Finding, others: Sequence[Finding]) -> Finding:
    """What is told for others too comes from all that they come from, or, where that is not known of each, from nothing in particular."""
    if not isinstance(one, CausedFinding):
        return one
    causes = [each.causes if isinstance(each, CausedFinding) else () for each in others]
    whole = dict.fromkeys([*one.causes, *(cause for each in causes for cause in each)])
    return replace(one, causes=tuple(whole) if all(causes) else ())


def _alike(told: tuple[str, Finding]) -> Hashable | None:
    shared, found = told
    is_alone = found.severity is Severity.CRITICAL
    return None if is_alone else (found.place.path, shared, found.severity, found.confidence)
