"""What values of a chart take away, by the names that charts commonly use."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.exposure import is_said_inside
from weighbridge.landscape.infrastructure.kubernetes.images import Image, image_changes, image_of
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.quantities import amount

_DEEPEST: Final = 30
_BAD: Final = Severity.HIGH
_SWITCHES: Final = (
    (LatePattern(r"(?i)^persist(?:ence|ent\w*)$|^dataVolume$"), _BAD, "what is stored goes with the pod"),
    (LatePattern(r"(?i)^(?:\w*backups?)$"), _BAD, "no further backup is made"),
    (LatePattern(r"(?i)^networkPolic(?:y|ies)$"), _BAD, "its pods may be reached by all others"),
    (LatePattern(r"(?i)^auth(?:entication)?$"), _BAD, "nobody is asked who they are"),
    (LatePattern(r"(?i)^tls$"), _BAD, "what is sent goes in clear text"),
    (LatePattern(r"(?i)^(?:pdb|podDisruptionBudget)$"), Severity.MEDIUM, "all its pods may be taken down at once"),
    (LatePattern(r"(?i)^(?:autoscaling|hpa)$"), Severity.MEDIUM, "it grows no further under load"),
    (LatePattern(r"(?i)^(?:readiness|liveness)(?:Probe)?$"), Severity.MEDIUM, "nobody notices when it cannot answer"),
    (
        LatePattern(r"(?i)^(?:container|pod)SecurityContext$"),
        Severity.MEDIUM,
        "its pods are confined by nothing it said",
    ),
    (LatePattern(r"(?i)^(?:serviceMonitor|metrics|prometheusRule)$"), Severity.LOW, "it is measured no more"),
)
"""What is turned off by `enabled: false` below a name, and what follows."""
_WAYS_OUT: Final = {
    "privileged": "its container is privileged: whoever gets into it has the node",
    "hostNetwork": "its pods see the network of their node",
    "hostPID": "its pods see the processes of their node",
    "allowPrivilegeEscalation": "it may gain rights that it was not started with",
}
_STORES: Final = LatePattern(r"(?i)persist|stor(?:age|e)|^data|^volume")
CLAIM_SIZES: Final = ("size", "storage")
"""How the names of values end that say how large a claim is."""
_UNIT: Final = LatePattern(r"\d[kKMGTP]i?$")
_BALANCER: Final = LatePattern(r"(?i)load-?balancer|(?:^|[./-])n?lb(?:[./-]|$)")
_REPLICAS: Final = frozenset({"replicaCount", "replicas"})


def value_lapses(old: Mapping[str, Any], new: Mapping[str, Any], *, steps: tuple[str, ...] = ()) -> Iterator[Lapse]:
    """What is worse by values before and after; lists are compared by nobody, for what their items mean only the chart says."""
    if len(steps) > _DEEPEST:
        return
    below = steps[-1] if steps else ""
    yield from _of_image(old, new, steps=steps)
    for name, was in old.items():
        now, here = new.get(name), (*steps, name)
        if was == now:
            continue
        if isinstance(was, dict) and isinstance(now, dict):
            yield from value_lapses(was, now, steps=here)
        if name.lower().endswith("annotations") and new.get("type") in (None, "LoadBalancer"):
            yield from _of_balancer(was, now, steps=here)
        for severity, words in _of_value(name, was, now=now, below=below, is_said=name in new):
            path = ".".join(here[2:] if here[:2] == ("spec", "values") else here)
            rests = Severity.MEDIUM if name in _REPLICAS else None
            yield Lapse(steps=here, words=f"`{path}` {words}", severity=severity, anchor=path, of_trials=rests)
    for name, words in _WAYS_OUT.items():
        if new.get(name) is True and old.get(name) is not True and (name != "allowPrivilegeEscalation" or name in old):
            yield Lapse(steps=(*steps, name), words=words, severity=_BAD, anchor=".".join((*steps, name)))


def _of_balancer(was: object, now: object, *, steps: tuple[str, ...]) -> Iterator[Lapse]:
    """A load balancer that annotations no longer keep from outsiders."""
    before, after = (
        {key: value for key, value in said.items() if _BALANCER.search(key)} if isinstance(said, dict) else {}
        for said in (was, now)
    )
    if is_said_inside(before) and not is_said_inside(after):
        path = ".".join(steps)
        words = (
            f"`{path}` no longer says that the load balancer is an internal one: whoever knows its address reaches it"
        )
        yield Lapse(steps=steps, words=words, severity=_BAD, anchor=f"{path} public")


def _of_value(name: str, was: object, *, now: object, below: str, is_said: bool) -> Iterator[tuple[Severity, str]]:
    """What one value that is otherwise takes away."""
    if name == "enabled" and was is True and now is False:
        yield from ((severity, f"is off: {words}") for pattern, severity, words in _SWITCHES if pattern.search(below))
    elif name == "runAsNonRoot" and was is True and now is False:
        yield _BAD, "is off: it may run as root"
    elif (
        name == "type"
        and below.lower().endswith("service")
        and was == "ClusterIP"
        and now in ("LoadBalancer", "NodePort")
    ):
        yield _BAD, f"is {now}: it is reached from outside the cluster"
    elif name in ("limits", "resources") and isinstance(was, dict) and was and not now:
        yield Severity.MEDIUM, "is gone: it may take all the memory of its node, and is promised none"
    elif name in ("readinessProbe", "livenessProbe") and isinstance(was, dict) and was and not now and is_said:
        yield Severity.MEDIUM, "is gone: nobody notices when it cannot answer"
    elif name in _REPLICAS or below == "limits":
        yield from _of_amount(name, was, now=now)
    else:
        yield from _of_claim(name, was, now=now, below=below)


def _of_amount(name: str, was: object, *, now: object) -> Iterator[tuple[Severity, str]]:
    if name in _REPLICAS and isinstance(was, int) and isinstance(now, int) and not isinstance(now, bool):
        if now == 0 and was > 0:
            yield _BAD, f"goes from {was} to 0: nothing of it runs any more"
        elif now * 2 <= was:
            yield Severity.MEDIUM, f"goes from {was} to {now}"
    elif name in ("memory", "cpu") and (less := _less(was, now)):
        yield Severity.MEDIUM, f"{less}: less than it may have needed"
    elif name == "memory" and now is None:
        yield Severity.MEDIUM, "is gone: it may take all the memory of its node"


def _of_claim(name: str, was: object, *, now: object, below: str) -> Iterator[tuple[Severity, str]]:
    """A claim whose size or class is another; only what is named after what it stores is taken for one that is there."""
    is_kept = _STORES.search(below) is not None
    if name in ("reclaimPolicy", "persistentVolumeReclaimPolicy") and was == "Retain" and now == "Delete":
        yield _BAD, "is `Delete`: disks go with their claims, and were kept before"
    elif name in CLAIM_SIZES and isinstance(was, str) and _UNIT.search(was) and (less := _less(was, now)):
        yield _BAD if is_kept else Severity.MEDIUM, f"{less}: a claim cannot shrink, and the upgrade is refused"
    elif (
        name in ("storageClass", "storageClassName")
        and isinstance(was, str)
        and isinstance(now, str)
        and was not in ("", "-")
    ):
        words = "the class of a claim that is there cannot be changed, and the upgrade is refused"
        yield _BAD if is_kept else Severity.MEDIUM, f"is `{now}` and no longer `{was}`: {words}"


def _less(was: object, now: object) -> str:
    before, after = amount(was), amount(now)
    if before is None or after is None or after >= before:
        return ""
    return f"goes from {was} to {now}"


def _of_image(old: Mapping[str, Any], new: Mapping[str, Any], *, steps: tuple[str, ...]) -> Iterator[Lapse]:
    """An image that is told by repository and tag."""
    if not {"repository", "tag"} <= old.keys() & new.keys() or not old["tag"]:
        return
    was, now = _image(old), _image(new)
    if was is not None and now is not None and was != now:
        yield from image_changes(now.name, was, now=now, steps=(*steps, "tag"))


def _image(values: Mapping[str, Any]) -> Image | None:
    registry = f"{values['registry']}/" if values.get("registry") else ""
    tag, _, digest = str(values.get("tag") or "").partition("@")
    digest = digest or str(values.get("digest") or "")
    return image_of(f"{registry}{values['repository']}" + (f":{tag}" if tag else "") + (f"@{digest}" if digest else ""))
