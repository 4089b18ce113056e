"""A manifest changes what the server lets nobody change."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.fixed import fixed_changes
from weighbridge.landscape.infrastructure.kubernetes.fixed_lines import FixedLine, fixed_lines
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each object and part."""
    manifests = case[Manifests]
    found = list(
        told(
            RULE,
            ((new, each) for old, new in manifests.kept for each in fixed_changes(old, new)),
            realms=manifests.realms,
        )
    )
    yield from found
    known = {each.place.path for each in found}
    alike: dict[tuple[str, str, str], list[FixedLine]] = {}
    for path, old, new in manifests.templates:
        for each in fixed_lines(old, new, path=path) if path not in known and _may_differ(old, new) else ():
            alike.setdefault((path.rpartition("/")[0], each.kind, each.part), []).append(each)
    for (folder, kind, part), (first, *others) in alike.items():
        more = f"; so it is with {len(others)} more of this chart" if others else ""
        yield RULE.finding(
            f"{first.words}{more}",
            first.place,
            anchor=f"{kind} {part} {folder}",
            related=tuple(RelatedPlace(place=each.place, message=f"`{part}` is another here too") for each in others),
        )


def _may_differ(old: bytes, new: bytes) -> bool:
    """Whether a template has a part at all that is fixed."""
    return any(word in old and word in new for word in (b"matchLabels", b"volumeClaimTemplates"))
