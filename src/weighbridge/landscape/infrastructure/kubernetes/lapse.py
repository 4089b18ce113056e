"""One thing that is worse than before, and how a rule tells it."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Rule
from weighbridge.landscape.folding import folded
from weighbridge.landscape.infrastructure.kubernetes.objects import Object

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.realms import Realms

_NAME: Final = LatePattern(r"`[^`]*`")
_TURN: Final = "` and no longer `"
_MOST_ALONE: Final = 3
"""Like lapses of one file, and the same turn of a value in several, that are told each by itself: more of them come of one decision."""
_MOST_ALIKE: Final = 100
_NAMED: Final = 3


class Lapse(Struct, frozen=True, kw_only=True):
    """One thing that is worse than before: where, in words, and how bad."""

    steps: tuple[str, ...]
    words: str
    severity: Severity = Severity.MEDIUM
    anchor: str = ""
    """What tells it from others of the object; its words up to the first colon where it is empty."""
    related: tuple[RelatedPlace, ...] = ()
    """What else it is about."""
    of_trials: Severity | None = None
    """How bad it is in an environment that no customer uses, where it is less there: what is used by nobody may rest."""


def told(rule: Rule, found: Iterable[tuple[Object, Lapse]], *, realms: "Realms") -> Iterator[Finding]:
    """A finding for each lapse; one for those of an object that several files declare alike, and for many like ones of a file.

    What stands in an environment that is no production is less sure to matter.
    """
    alike: dict[tuple[str, str], tuple[Object, Lapse, list[Place]]] = {}
    for of, lapse in found:
        _, _, places = alike.setdefault((of.anchor, lapse.words), (of, lapse, []))
        places.append(of.at(*lapse.steps))
    for (of, lapse, (first, *same)), *others in folded(alike.values(), _sort, alone=_MOST_ALONE):
        words = f"{of.name}: {lapse.words}"
        if others:
            names = ", ".join(f"`{each.key[3]}`" for each, _, _ in others[:_NAMED])
            rest = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
            words += f"; the same holds for {len(others)} more: {names}{rest}"
        spaces = {realms.of(place.path) for place in (first, *same)}
        realm = "" if "" in spaces else min(spaces)
        yield rule.finding(
            f"{words}; `{realm}` is not production" if realm else words,
            first,
            anchor=f"{of.anchor} {lapse.anchor or lapse.words.partition(':')[0]}",
            related=(
                *lapse.related,
                *(RelatedPlace(place=each, message="the same here") for each in same),
                *(
                    RelatedPlace(place=place, message=f"{each.name}: {its.words}")
                    for each, its, places in others[:_MOST_ALIKE]
                    for place in places[:1]
                ),
            ),
            severity=lapse.of_trials if realm and lapse.of_trials is not None else lapse.severity,
            confidence=Confidence.LOW if realm else of.confidence,
        )


def _sort(told_of: tuple[Object, Lapse, Sequence[Place]]) -> Hashable | None:
    """What like lapses have in common; nothing where one is critical, and decided by itself."""
    of, lapse, _ = told_of
    if lapse.severity is Severity.CRITICAL:
        return None
    if _TURN in lapse.words:  # one value for another, in whichever files
        return "", of.kind, lapse.severity, of.confidence, lapse.words
    return of.path, of.kind, lapse.severity, of.confidence, _NAME.sub("`…`", lapse.words)
