"""Findings of what manifests no longer give."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.contracts.packaging.comparing import PackageLoss


def findings(rule: Rule, found: Iterable[PackageLoss | CouldNotLook]) -> Iterator[Finding | CouldNotLook]:
    """One for each loss, and for what is the same in several packages; what could not be looked at as it is."""
    alike: dict[tuple[str, Severity, str], list[PackageLoss]] = {}
    for each in found:
        if isinstance(each, CouldNotLook):
            yield each
        else:
            alike.setdefault((each.loss.words, each.severity, each.because), []).append(each)
    for (words, severity, because), (first, *others) in alike.items():
        more = f"; and so with {counted(len(others), 'other package')}" if others else ""
        why = f". It is at most {severity}: {because}" if because else ""
        yield rule.finding(
            f"{words}{more}{why}",
            first.place,
            anchor=f"{first.package.name} {first.loss.kind} {first.loss.key}",
            related=tuple(RelatedPlace(place=each.place, message="so is this") for each in others),
            severity=severity,
            confidence=first.loss.confidence,
        )
