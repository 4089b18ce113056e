"""What runs on one kind of processor was made for another one."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse, told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES as OF_KUBERNETES
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, table
from weighbridge.landscape.infrastructure.processors import INTEL, TYPES, said_in, unfit

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Infrastructure, Manifests),
    roles=(*ROLES, *OF_KUBERNETES),
    tags=("terraform", "cloudformation", "kubernetes", "availability"),
)
_LABEL: Final = "kubernetes.io/arch"
_KINDS: Final = {"amd64": "x86_64", "arm64": "arm64"}


def check(case: Case) -> Iterable[Finding]:
    """One finding for each function, task or container, and each part of it that does not fit."""
    infrastructure = case[Infrastructure]
    for each in infrastructure.alterations:
        for found in unfit(each, infrastructure) if each.change.type in TYPES else ():
            yield RULE.finding(
                f"{each.name} {found.words}{each.caveat}",
                each.at(found.argument, "architectures", "runtime_platform"),
                anchor=each.anchor("processor", found.words),
                severity=found.severity,
                confidence=each.confidence,
            )
    yield from _by_shared(infrastructure)
    manifests = case[Manifests]
    yield from told(
        RULE, ((new, lapse) for old, new in manifests.kept for lapse in _moved(old, new)), realms=manifests.realms
    )


def _by_shared(infrastructure: Infrastructure) -> Iterator[Finding]:
    cloud = infrastructure.cloudformation
    if cloud is None or not cloud.templates:
        return
    from weighbridge.landscape.infrastructure.shared_settings import unfit_by_shared  # noqa: PLC0415 - few changes have templates

    for name, place, found in unfit_by_shared(cloud.templates):
        yield RULE.finding(
            f"`{name}` {found.words}; {CLOUDFORMATION.by_sources(is_beside_plan=bool(cloud.change_sets))}",
            place,
            anchor=f"processor {name} {found.words}",
            severity=found.severity,
            confidence=Confidence.LOW if infrastructure.realm_of(place.path) else Confidence.MEDIUM,
        )


def _moved(old: Object, new: Object) -> Iterator[Lapse]:
    """Containers whose pods are put on nodes of the other kind, with the image that they had."""
    was, now = (_KINDS.get(str(table(each.pod.get("nodeSelector")).get(_LABEL))) for each in (old, new))
    if now is None or was == now:
        return
    for name, container in new.containers.items():
        image = container.get("image")
        if not isinstance(image, str) or table(old.containers.get(name)).get("image") != image:
            continue
        is_told = said_in(image) not in ("", now)
        if not is_told and was is None and now == INTEL:
            continue  # most nodes are of that kind
        why = (
            f"is not for {now}: no pod of it starts"
            if is_told
            else f"stays: unless it was made for {now} too, no pod of it starts"
        )
        yield Lapse(
            steps=(*new.pod_steps, "nodeSelector", _LABEL),
            words=f"`{name}` is put on nodes of {now}, and its image `{image}` {why}",
            severity=Severity.HIGH if is_told else Severity.MEDIUM,
            anchor=f"processor {name}",
        )
