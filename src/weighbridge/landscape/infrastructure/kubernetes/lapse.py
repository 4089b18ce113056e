"""One thing that is worse than before, and how a rule tells it."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Rule
from weighbridge.landscape.infrastructure.kubernetes.objects import Object


class Lapse(Struct, frozen=True, kw_only=True):
    """One thing that is worse than before: where, in words, and how bad."""

    steps: tuple[str, ...]
    words: str
    severity: Severity = Severity.MEDIUM
    anchor: str = ""
    """What tells it from others of the object; its words up to the first colon where it is empty."""
    related: tuple[RelatedPlace, ...] = ()
    """What else it is about."""


def told(rule: Rule, found: Iterable[tuple[Object, Lapse]]) -> Iterator[Finding]:
    """A finding for each lapse; one for those of an object that several files declare alike."""
    alike: dict[tuple[str, str], tuple[Object, Lapse, list[Place]]] = {}
    for of, lapse in found:
        _, _, places = alike.setdefault((of.anchor, lapse.words), (of, lapse, []))
        places.append(of.at(*lapse.steps))
    for of, lapse, (first, *others) in alike.values():
        yield rule.finding(
            f"{of.name}: {lapse.words}",
            first,
            anchor=f"{of.anchor} {lapse.anchor or lapse.words.partition(':')[0]}",
            related=(*lapse.related, *(RelatedPlace(place=each, message="the same here") for each in others)),
            severity=lapse.severity,
            confidence=of.confidence,
        )
