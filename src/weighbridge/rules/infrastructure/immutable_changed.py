"""A manifest changes what the server lets nobody change."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.fixed import fixed_changes
from weighbridge.landscape.infrastructure.kubernetes.fixed_lines import FixedLine, fixed_lines
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import HELPERS, ROLES, Manifests

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=(*ROLES, HELPERS),
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
    if manifests.helpers:
        yield from _by_name(manifests)
    alike: dict[tuple[str, str, str], list[FixedLine]] = {}
    for path, old, new in manifests.templates:
        for each in fixed_lines(old, new, path=path) if path not in known and _may_differ(old, new) else ():
            alike.setdefault((path.rpartition("/")[0], each.kind, each.part), []).append(each)
    for (folder, kind, part), (first, *others) in alike.items():
        more = f"; the same holds for {len(others)} more of this chart" if others else ""
        yield RULE.finding(
            f"{first.words}{more}",
            first.place,
            anchor=f"{kind} {part} {folder}",
            related=tuple(RelatedPlace(place=each.place, message=f"`{part}` is another here too") for each in others),
        )


def _by_name(manifests: Manifests) -> Iterable[Finding]:
    from weighbridge.landscape.infrastructure.kubernetes.named_templates import NamedChange, named_changes  # noqa: PLC0415 - few changes have named templates

    alike: dict[tuple[str, int, str], list[NamedChange]] = {}
    for each in named_changes(manifests):
        alike.setdefault((each.place.path, each.place.line, each.turn), []).append(each)
    for (_, _, turn), (first, *others) in alike.items():
        more = f", and so for {len(others)} more" if others else ""
        may = "is" if first.is_sure else "may be"
        yield RULE.finding(
            f"{first.kind} of the chart{more}: `{first.part}` {may} another by what `{first.template}` puts in, as {turn}: the server lets nobody change that,"
            " an upgrade of what is installed stops there, and whoever deletes the object to go on stops it",
            first.place,
            anchor=f"{first.kind} {first.part} {first.template} {turn}",
            confidence=Confidence.MEDIUM if first.is_sure else Confidence.LOW,
            related=tuple(
                RelatedPlace(place=each.object_place, message=f"`{each.part}` asks for it here")
                for each in (first, *others)
            ),
        )


def _may_differ(old: bytes, new: bytes) -> bool:
    """Whether a template has a part at all that is fixed."""
    return any(word in old and word in new for word in (b"matchLabels", b"volumeClaimTemplates"))
