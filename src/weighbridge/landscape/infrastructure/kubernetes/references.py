"""What workloads of a tree look for by name, and no longer find."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table, tables
from weighbridge.landscape.infrastructure.kubernetes.selection import MAKERS, chooses, is_beside, selector_of

_SETTINGS: Final = ("ConfigMap", "Secret")
_DATA: Final = ("data", "stringData", "binaryData")


def missing(manifests: Manifests) -> Iterator[tuple[Object, Lapse]]:
    """Settings, accounts and pods that are gone, and that something still names."""
    for old, new in manifests.pairs:
        if old is None:
            continue
        if old.kind in _SETTINGS:
            yield from _of_settings(old, new, among=manifests)
        elif new is None and old.kind == "ServiceAccount":
            for user in _users(old, manifests):
                if user.pod.get("serviceAccountName") == old.key[3]:
                    words = f"{user.name} runs as it: no new pod of that is started"
                    yield (
                        old,
                        Lapse(steps=(), words=f"is gone, and {words}", severity=Severity.HIGH, anchor=user.anchor),
                    )
    yield from _lost_pods(manifests)


def _users(of: Object, manifests: Manifests) -> Iterator[Object]:
    """The workloads that stand after the change, and may name an object."""
    named = manifests.standing(of).naming(of.key[3])
    return (each for each in named if each.kind in MAKERS and is_beside(each, of))


def _of_settings(old: Object, new: Object | None, *, among: Manifests) -> Iterator[tuple[Object, Lapse]]:
    before, after = _keys(old), _keys(new) if new is not None else set()
    gone = before - after
    if not gone and new is not None:
        return
    for user in _users(old, among):
        wanted = _wanted(user, old)
        lost = sorted(wanted & gone) or (["*"] if new is None and "*" in wanted else [])
        if lost:
            what = f"`{lost[0]}` is gone from it" if new is not None else "is gone"
            words = f"{what}, and {user.name} takes it from there: no new pod of that is started"
            yield (
                new or old,
                Lapse(steps=("data",), words=words, severity=Severity.HIGH, anchor=f"{user.anchor} {lost[0]}"),
            )


def _keys(of: Object) -> set[str]:
    return {key for name in _DATA for key in table(of.values.get(name))}


def _wanted(user: Object, of: Object) -> set[str]:
    """The keys of settings that a workload's pods cannot start without; `*` where they want the whole."""
    name = of.key[3]
    ref, source, volume, field = (
        ("configMapKeyRef", "configMapRef", "configMap", "name")
        if of.kind == "ConfigMap"
        else ("secretKeyRef", "secretRef", "secret", "secretName")
    )
    found: set[str] = set()
    for container in user.containers.values():
        for each in tables(container.get("env")):
            taken = table(part(each, "valueFrom", ref))
            if taken.get("name") == name and taken.get("optional") is not True:
                found.add(str(taken.get("key")))
        if any(_is_needed(table(each.get(source)), name, field="name") for each in tables(container.get("envFrom"))):
            found.add("*")
    for each in tables(user.pod.get("volumes")):
        projected = [table(one.get(volume)) for one in tables(part(each, "projected", "sources"))]
        for one, key in ((table(each.get(volume)), field), *((one, "name") for one in projected)):
            if _is_needed(one, name, field=key):
                found |= {str(item.get("key")) for item in tables(one.get("items"))} or {"*"}
    found |= set(_mounted_keys(user, name, volume=volume, field=field))
    return found


def _is_needed(source: Mapping[str, Any], name: str, *, field: str) -> bool:
    return source.get(field) == name and source.get("optional") is not True


def _mounted_keys(user: Object, name: str, *, volume: str, field: str) -> Iterator[str]:
    """The keys that a container has as files of its own (`subPath`): without one, its pod does not start."""
    volumes = {
        str(each.get("name")) for each in tables(user.pod.get("volumes")) if table(each.get(volume)).get(field) == name
    }
    for container in user.containers.values():
        for mount in tables(container.get("volumeMounts")):
            if str(mount.get("name")) in volumes and isinstance(mount.get("subPath"), str):
                yield mount["subPath"]


def _lost_pods(manifests: Manifests) -> Iterator[tuple[Object, Lapse]]:
    """Services whose selector chose pods, and chooses none any more although these are there."""
    for old, new in manifests.kept:
        if new.kind == "Service" and selector_of(old) != selector_of(new) and selector_of(new):
            workloads = manifests.standing(new)
            known = next(workloads.chosen(old), None)
            if known is not None and next(workloads.chosen(new), None) is None:
                words = (
                    f"its selector no longer chooses the pods of {known.name}, nor any others here: it leads to nothing"
                )
                yield new, Lapse(steps=("spec", "selector"), words=words, severity=Severity.HIGH, anchor="selector")
        elif new.kind in MAKERS and old.pod_labels != new.pod_labels and new.is_whole and old.is_whole:
            yield from _unchosen(old, new, among=manifests)


def _unchosen(old: Object, new: Object, *, among: Manifests) -> Iterator[tuple[Object, Lapse]]:
    around = among.standing(new)
    for each in around.choosing(old):
        if each.kind not in ("Service", "PodDisruptionBudget", "NetworkPolicy") or not is_beside(each, new):
            continue
        if not chooses(each, new) and next(around.chosen(each), None) is None:
            ends = {"Service": "it leads to nothing", "NetworkPolicy": "these may be reached by all others"}
            end = ends.get(each.kind, "these may be taken down all at once")
            words = f"its pods have other labels, by which {each.name} no longer chooses them: {end}"
            yield (
                new,
                Lapse(
                    steps=(*new.pod_steps[:-1], "metadata", "labels"),
                    words=words,
                    severity=Severity.HIGH,
                    anchor=each.anchor,
                ),
            )
