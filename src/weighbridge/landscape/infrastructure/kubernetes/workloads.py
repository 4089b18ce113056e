"""What keeps a workload up, and is less than before."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table, tables
from weighbridge.landscape.infrastructure.kubernetes.probes import probe_lapses
from weighbridge.landscape.infrastructure.kubernetes.quantities import amount, share

_BACKUP: Final = LatePattern(r"(?i)backup|snapshot|dump")
_NEVER: Final = LatePattern(r"\S+ \S+ (?:30|31) 0?2 \S+|\S+ \S+ 31 0?[469]|\S+ \S+ 31 (?:0?[469]|11) \S+")
_USUAL_GRACE: Final = 30
_TEN: Final = 10
"""Pods of which a percentage is taken where nobody says how many there are."""


def lapses(old: Object | None, new: Object) -> Iterator[Lapse]:
    """What keeps a workload up and is less than before; of what is new, what a patch stops."""
    if old is None:
        yield from _stopped(new)
    else:
        yield from _lessened(old, new)


def _lessened(old: Object, new: Object) -> Iterator[Lapse]:
    yield from _of_replicas(old, new)
    if old.kind in ("Deployment", "DaemonSet", "StatefulSet"):
        yield from _of_rollout(old, new)
    if old.kind == "HorizontalPodAutoscaler":
        yield from _of_scaling(old, new)
    elif old.kind == "PodDisruptionBudget":
        yield from _of_disruption(old, new)
    elif old.kind == "CronJob":
        yield from _of_schedule(old, new)
    if new.is_whole and old.is_whole:
        yield from _of_pod(old, new)
    for name, container in new.containers.items():
        before = old.containers.get(name)
        if before is not None:
            yield from _of_container(new, name, was=before, now=container)


def _stopped(new: Object) -> Iterator[Lapse]:
    if new.spec.get("replicas") == 0 and new.spec.get("replicas") is not False and not new.is_whole:
        yield Lapse(
            steps=("spec", "replicas"),
            words="the patch sets `replicas` to 0: nothing of it runs any more",
            severity=Severity.HIGH,
            of_trials=Severity.MEDIUM,
        )


def _of_replicas(old: Object, new: Object) -> Iterator[Lapse]:
    was, now = old.spec.get("replicas"), new.spec.get("replicas")
    if isinstance(now, bool) or not isinstance(now, int) or new.kind == "HorizontalPodAutoscaler":
        return
    was = was if isinstance(was, int) else 1
    if now == 0 and was > 0:
        yield Lapse(
            steps=("spec", "replicas"),
            words=f"`replicas` goes from {was} to 0: nothing of it runs any more",
            severity=Severity.HIGH,
            of_trials=Severity.MEDIUM,
            anchor="replicas",
        )
    elif now * 2 <= was:
        end = "the death of one node or pod stops it" if now == 1 else f"{now} take what {was} took"
        yield Lapse(steps=("spec", "replicas"), words=f"`replicas` goes from {was} to {now}: {end}", anchor="replicas")


def _of_rollout(old: Object, new: Object) -> Iterator[Lapse]:
    name = "strategy" if old.kind == "Deployment" else "updateStrategy"
    was, now = table(old.spec.get(name)), table(new.spec.get(name))
    if was.get("type") != "Recreate" and now.get("type") == "Recreate" and not _holds_claim(new):
        yield Lapse(steps=("spec", name), words="`Recreate` stops all of it before anything new starts")
    steps = ("rollingUpdate", "maxUnavailable")
    replicas = new.spec.get("replicas")
    count = replicas if isinstance(replicas, int) and replicas > 1 else _TEN
    before, after = share(part(was, *steps), count), share(part(now, *steps), count)
    before = before if before is not None else (0.25 * count if old.kind == "Deployment" else 1.0)
    if after is not None and after > before:
        is_all = after >= count
        words = "all of it may be gone during a rollout" if is_all else "more of it may be gone during a rollout"
        yield Lapse(
            steps=("spec", name, *steps),
            words=f"`maxUnavailable` is {part(now, *steps)}: {words}",
            severity=Severity.HIGH if is_all else Severity.MEDIUM,
            anchor="maxUnavailable",
        )
    if old.spec.get("paused") is not True and new.spec.get("paused") is True:
        yield Lapse(
            steps=("spec", "paused"), words="`paused`: no further version of it is rolled out, mended ones neither"
        )


def _of_scaling(old: Object, new: Object) -> Iterator[Lapse]:
    least, most = new.spec.get("minReplicas"), new.spec.get("maxReplicas")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        words = f"`minReplicas` {least} is more than `maxReplicas` {most}: the server refuses it, and the rollout stops there"
        yield Lapse(steps=("spec", "maxReplicas"), words=words, severity=Severity.HIGH)
        return
    for name, words in (
        ("maxReplicas", "it grows no further under load"),
        ("minReplicas", "so few are left in quiet times, and take the first of the load"),
    ):
        was, now = old.spec.get(name), new.spec.get(name)
        if isinstance(was, int) and isinstance(now, int) and now < was and (name == "maxReplicas" or now * 2 <= was):
            yield Lapse(steps=("spec", name), words=f"`{name}` goes from {was} to {now}: {words}", anchor=name)


def scaled_twice(manifests: Manifests) -> Iterator[tuple[Object, Lapse]]:
    """Workloads whose number two have their word about, since the change: a manifest and what scales them."""
    for old, new in manifests.present:
        is_scaled = new.kind == "HorizontalPodAutoscaler" and (old is None or "scaleTargetRef" not in old.spec)
        is_counted = new.spec.get("replicas") is not None and old is not None and old.spec.get("replicas") is None
        if not is_scaled and not (new.kind in ("Deployment", "StatefulSet") and is_counted):
            continue
        standing, ref = manifests.standing(new), table(new.spec.get("scaleTargetRef"))
        others = (
            standing.called(str(ref.get("kind")), (str(ref.get("name")),))
            if is_scaled
            else standing.scaling(new.key[3])
        )
        for each in others:
            scaler, workload = (new, each) if is_scaled else (each, new)
            ref = table(scaler.spec.get("scaleTargetRef"))
            if (
                scaler.kind == "HorizontalPodAutoscaler"
                and (ref.get("kind"), ref.get("name")) == (workload.kind, workload.key[3])
                and workload.spec.get("replicas") is not None
            ):
                words = (
                    f"{scaler.name} says how many there are, and `replicas` of {workload.name} says {workload.spec['replicas']}:"
                    " each time it is applied, the number falls back to that"
                )
                yield new, Lapse(steps=("spec", "scaleTargetRef" if is_scaled else "replicas"), words=words)


def _of_disruption(old: Object, new: Object) -> Iterator[Lapse]:
    least, most = share(new.spec.get("minAvailable"), _TEN), share(new.spec.get("maxUnavailable"), _TEN)
    had, could = share(old.spec.get("minAvailable"), _TEN), share(old.spec.get("maxUnavailable"), _TEN)
    is_percent = str(new.spec.get("maxUnavailable", "")).endswith("%")
    is_open = (least == 0 and had != 0) or (is_percent and most is not None and most >= _TEN and could != most)
    if is_open:
        yield Lapse(
            steps=("spec",),
            words="it keeps no pod any more: a drain may take all of them at once",
            severity=Severity.HIGH,
        )
    elif (least is not None and had is not None and least < had) or (
        most is not None and could is not None and most > could
    ):
        yield Lapse(steps=("spec",), words="more pods may be taken down at once than before")


def _of_schedule(old: Object, new: Object) -> Iterator[Lapse]:
    if old.spec.get("suspend") is not True and new.spec.get("suspend") is True:
        is_backup = _BACKUP.search(new.key[3]) is not None
        what = "no further backup is made" if is_backup else "it runs no more"
        severity = Severity.HIGH if is_backup else Severity.MEDIUM
        yield Lapse(steps=("spec", "suspend"), words=f"`suspend`: {what}", severity=severity)
    was, now = (str(each.spec.get("schedule") or "") for each in (old, new))
    if was != now and _NEVER.fullmatch(now) and not _NEVER.fullmatch(was):
        is_backup = _BACKUP.search(new.key[3]) is not None
        words = f"there is no day for `{now}`: {'no further backup is made' if is_backup else 'it runs no more'}"
        yield Lapse(steps=("spec", "schedule"), words=words, severity=Severity.HIGH if is_backup else Severity.MEDIUM)
    elif now.startswith(("* ", "*/1 ")) and not was.startswith("*"):
        words = f"it runs every minute (`{now}`), and ran at `{was}`: runs meet, and what they use is used all the time"
        yield Lapse(steps=("spec", "schedule"), words=words, anchor="schedule")
    if old.spec.get("concurrencyPolicy") in ("Forbid", "Replace") and new.spec.get("concurrencyPolicy") in (
        "Allow",
        None,
    ):
        yield Lapse(steps=("spec", "concurrencyPolicy"), words="two runs of it may work at once on the same things")


def _of_pod(old: Object, new: Object) -> Iterator[Lapse]:
    was, now = (_grace(each) for each in (old, new))
    if now < was and now < _USUAL_GRACE:
        is_grave = now == 0 and new.kind == "StatefulSet"
        yield Lapse(
            steps=(*new.pod_steps, "terminationGracePeriodSeconds"),
            words=f"a pod is killed {now} s after it is told to stop, and no longer {was}: what it had begun is lost",
            severity=Severity.HIGH if is_grave else Severity.MEDIUM,
            anchor="terminationGracePeriodSeconds",
        )
    apart = (("topologySpreadConstraints",), ("affinity", "podAntiAffinity"))
    before, after = ([steps for steps in apart if part(each.pod, *steps)] for each in (old, new))
    if before and not after and new.pod:
        yield Lapse(
            steps=new.pod_steps,
            words="nothing keeps its pods on nodes of their own: one node may take all of them along",
        )


def _grace(of: Object) -> int:
    found = of.pod.get("terminationGracePeriodSeconds")
    return found if isinstance(found, int) else _USUAL_GRACE


def _of_container(of: Object, name: str, *, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Lapse]:
    here = of.in_container(name)
    if of.is_whole:
        yield from probe_lapses(name, here, was=was, now=now)
        if part(was, "lifecycle", "preStop") and not part(now, "lifecycle", "preStop"):
            words = f"`preStop` of `{name}` is gone: it is told to stop while requests still come"
            yield Lapse(steps=here, words=words)
    limits, fewer = (table(part(each, "resources", "limits")) for each in (was, now))
    for what, lacking in (("memory", "is killed"), ("cpu", "is slowed down")):
        before, after = amount(limits.get(what)), amount(fewer.get(what))
        if before is not None and what == "memory" and fewer.get(what) is None and of.is_whole:
            words = f"`{name}` may take all the memory of its node"
            yield Lapse(steps=(*here, "resources"), words=words, anchor=f"{name} {what}")
        elif before is not None and after is not None and after < before:
            words = f"`{name}` gets {fewer[what]} of {what} and no longer {limits[what]}: it {lacking} where it needed as much"
            yield Lapse(steps=(*here, "resources", "limits", what), words=words, anchor=f"{name} {what}")
        wanted, before = (amount(part(each, "resources", "requests", what)) for each in (now, was))
        if wanted is not None and after is not None and wanted > after:
            yield Lapse(
                steps=(*here, "resources"),
                words=f"`{name}` requests more {what} than its limit: the server refuses it, and no pod starts",
                severity=Severity.HIGH,
                anchor=f"{name} {what} request",
            )
        elif before and wanted is not None and wanted * 2 <= before:
            words = f"`{name}` requests half as much {what} as before or less: it is put where no more is left"
            yield Lapse(steps=(*here, "resources", "requests"), words=words, anchor=f"{name} {what} request")
        elif before and wanted is None and after is None and of.is_whole:
            words = (
                f"`{name}` requests no {what}: it is put where there is none left, and goes first when a node is short"
            )
            yield Lapse(steps=here, words=words, anchor=f"{name} {what} request")


def _holds_claim(of: Object) -> bool:
    """Whether its pods hold volumes that one pod at a time can have."""
    return any("persistentVolumeClaim" in each for each in tables(of.pod.get("volumes")))
