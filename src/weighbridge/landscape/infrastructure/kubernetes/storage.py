"""Where a workload keeps its data, and whether it still finds it there and outlives its pods."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.kubernetes.data_folders import Found, data_folder, lies
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, named, part, table, tables
from weighbridge.landscape.infrastructure.kubernetes.selection import HOLD_DATA, is_kept

_POLICY: Final = "persistentVolumeClaimRetentionPolicy"


def detached(old: Object, new: Object) -> Iterator[Lapse]:
    """What no longer outlives its pods, its claim or its set."""
    if not (old.is_whole and new.is_whole):
        return
    policy = "persistentVolumeReclaimPolicy"
    if old.spec.get(policy) == "Retain" and new.spec.get(policy) in ("Delete", "Recycle"):
        yield Lapse(
            steps=("spec", policy),
            words="its disk is deleted with the claim, and was kept before",
            severity=Severity.HIGH,
        )
    if is_kept(old) and not is_kept(new):
        words = "nothing says any more that it stays when nobody declares it: it is deleted then, with what it holds"
        severity = Severity.HIGH if new.kind in HOLD_DATA else Severity.MEDIUM
        yield Lapse(steps=("metadata", "annotations"), words=words, severity=severity)
    for when, words in (("whenDeleted", "when it is deleted"), ("whenScaled", "when it is scaled down")):
        was, now = part(old.spec, _POLICY, when), part(new.spec, _POLICY, when)
        if was != "Delete" and now == "Delete":
            yield Lapse(
                steps=("spec", _POLICY, when),
                words=f"its claims and their data are deleted {words}",
                severity=Severity.HIGH,
            )
    before, after = (named(each.pod.get("volumes")) for each in (old, new))
    for name, volume in before.items():
        yield from _of_volume(new, name, was=volume, now=after.get(name))
    yield from _of_mounts(old, new)


def _of_volume(of: Object, name: str, *, was: Mapping[str, Any], now: Mapping[str, Any] | None) -> Iterator[Lapse]:
    claim = part(was, "persistentVolumeClaim", "claimName")
    if claim is None or now is None:
        return
    steps = (*of.pod_steps, "volumes", name)
    other = part(now, "persistentVolumeClaim", "claimName")
    if other is None and "emptyDir" in now:
        words = f"the volume `{name}` is empty at each start and goes with its pod: what was on the claim `{claim}` is not seen"
        yield Lapse(steps=steps, words=words, severity=Severity.HIGH)
    elif other is not None and other != claim:
        words = f"the volume `{name}` is the claim `{other}` and no longer `{claim}`: what was stored is not there"
        yield Lapse(steps=steps, words=words, severity=Severity.HIGH)


def _of_mounts(old: Object, new: Object) -> Iterator[Lapse]:
    kept = {name for name, each in named(old.pod.get("volumes")).items() if "persistentVolumeClaim" in each}
    kept |= {str(part(each, "metadata", "name")) for each in tables(old.spec.get("volumeClaimTemplates"))}
    for name, container in new.containers.items():
        former = table(old.containers.get(name))
        was, now = (_mounts(each) for each in (former, container))
        first, then = lies(former, was), lies(container, now)
        is_known = bool(data_folder(former) and data_folder(container))
        if is_known and first is not None and first[0] in kept & now.keys() and first != then:
            yield _of_store(new, name, was=first, now=then, folder=data_folder(container))
        for volume in sorted(kept & was.keys()):
            path = was[volume]
            other = next((each for each, where in now.items() if where == path), "")
            if volume not in now and other:
                words = (
                    f"`{name}` finds `{path}` on `{other}` and no longer on `{volume}`: what was stored is not there"
                )
                yield Lapse(steps=new.in_container(name, "volumeMounts", other), words=words, severity=Severity.HIGH)
            elif volume not in now:
                words = f"`{name}` no longer mounts `{volume}`: what it writes to `{path}` goes with its pod"
                yield Lapse(steps=new.in_container(name), words=words, severity=Severity.HIGH)
            elif now[volume] != path and not (is_known and first is not None and volume == first[0]):
                words = f"`{name}` finds `{volume}` below `{now[volume]}` and no longer below `{path}`"
                yield Lapse(steps=new.in_container(name, "volumeMounts", volume), words=words)


def _of_store(of: Object, name: str, *, was: Found, now: Found | None, folder: str) -> Lapse:
    """What is told of a store whose files lie elsewhere, or on no volume at all."""
    if now is None:
        words = f"`{name}` keeps its files in `{folder}`, and `{was[0]}` is not mounted there any more: it begins empty, and what it writes goes with its pod"
    elif now[0] != was[0]:
        words = f"`{name}` keeps its files on `{now[0]}` and no longer on `{was[0]}`: what was stored is not there"
    else:
        words = f"`{name}` keeps its files in another folder of `{was[0]}`: it begins empty beside what was stored"
    return Lapse(steps=of.in_container(name, "volumeMounts", was[0]), words=words, severity=Severity.HIGH)


def _mounts(container: Mapping[str, Any]) -> dict[str, str]:
    """Where a container has each volume that it may write to."""
    found: dict[str, str] = {}
    for each in tables(container.get("volumeMounts")):
        if each.get("readOnly") is not True:
            found.setdefault(str(each.get("name")), str(each.get("mountPath", "")).rstrip("/"))
    return found
