"""Kustomize applies less, or applies all of it under other names."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse, told
from weighbridge.landscape.infrastructure.kubernetes.listings import listing_lapses, missing, unseen
from weighbridge.landscape.infrastructure.kubernetes.manifests import KUSTOMIZATION, ROLE, Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.kubernetes.ways_back import of_kustomize
from weighbridge.landscape.infrastructure.kubernetes.whole_files import Kustomizations

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Kustomizations, Manifests),
    roles=(KUSTOMIZATION, ROLE),
    tags=("kubernetes", "kustomize"),
)

_OF_ONE: Final = ("replicas", "images", "patches")


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each thing that is dropped or done to all; what is done to an object that is known, rules for that one tell.

    What lies elsewhere and is another was not looked at, unless it was rendered.
    """
    manifests = case[Manifests]
    found = listing_lapses(case[Kustomizations], manifests.fates)
    built = manifests.built
    names = {f"`{each}`" for _, new in built.pairs for each in _called(new)} if built is not None else set()
    yield from told(
        RULE,
        (each for each in found if each[1].steps[0] not in _OF_ONE or not _names(each[1], names)),
        realms=manifests.realms,
    )
    if not manifests.has_rendered:
        lost = [each for reader in (unseen, missing, of_kustomize) for each in reader(case[Kustomizations])]
        yield from (each for _, each in lost)
        said = {path for path, _ in lost}
        yield from (each for path, each in built.unknown.items() if path not in said) if built is not None else ()


def _called(of: Object) -> Iterator[str]:
    """What an object and the images of its pods are called."""
    yield of.key[3]
    yield from (str(each.get("image")).rpartition(":")[0] for each in of.containers.values())


def _names(lapse: Lapse, names: set[str]) -> bool:
    return any(each in lapse.words for each in names)
