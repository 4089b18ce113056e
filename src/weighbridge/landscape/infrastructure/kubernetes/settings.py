"""What an object is declared with, before and after: what the server refuses to change, and what keeps it up and apart.

Sources: the reference of the API (https://kubernetes.io/docs/reference/kubernetes-api/) and the Pod Security Standards
(https://kubernetes.io/docs/concepts/security/pod-security-standards/).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.landscape.infrastructure.kubernetes.objects import Object, table, tables

FIXED: Final[Mapping[str, tuple[str, ...]]] = {
    "Deployment": ("selector",),
    "DaemonSet": ("selector",),
    "ReplicaSet": ("selector",),
    "StatefulSet": ("selector", "serviceName", "volumeClaimTemplates", "podManagementPolicy"),
    "PersistentVolumeClaim": ("storageClassName", "accessModes", "volumeName", "volumeMode", "dataSource"),
    "Job": ("template", "selector", "completionMode"),
}
"""The parts of a specification that the server lets nobody change."""
_TOP: Final = {
    "StorageClass": ("provisioner", "parameters", "reclaimPolicy"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
}
_DANGEROUS: Final = frozenset(
    {"ALL", "SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "BPF", "SYS_RAWIO"}
)
_UNITS: Final = {
    "": 1.0, "m": 0.001, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40
}  # fmt: skip


class Lapse(Struct, frozen=True, kw_only=True):
    """One thing that is worse than before: where, in words, and whether nothing of it is left."""

    part: str
    words: str
    is_grave: bool = False


def fixed_changes(old: Object, new: Object) -> Iterator[str]:
    """The parts that are otherwise and that the server refuses to change."""
    for name in FIXED.get(old.kind, ()):
        was, now = old.spec.get(name), new.spec.get(name)
        if was is not None and now is not None and was != now:
            yield name
    for name in _TOP.get(old.kind, ()):
        was, now = old.values.get(name), new.values.get(name)
        if was is not None and now is not None and was != now:
            yield name
    if old.kind == "PersistentVolumeClaim":
        was, now = (
            amount(table(table(each.spec.get("resources")).get("requests")).get("storage")) for each in (old, new)
        )
        if was is not None and now is not None and now < was:
            yield "resources"


def lapses(old: Object, new: Object) -> Iterator[Lapse]:
    """What keeps a workload up and is less than before."""
    was, now = old.spec.get("replicas"), new.spec.get("replicas")
    if isinstance(was, int) and now == 0 and was > 0:
        yield Lapse(
            part="replicas", words=f"`replicas` goes from {was} to 0: nothing of it runs any more", is_grave=True
        )
    if (
        table(old.spec.get("strategy")).get("type") != "Recreate"
        and table(new.spec.get("strategy")).get("type") == "Recreate"
    ):
        yield Lapse(part="strategy", words="`Recreate` stops all of it before anything new starts")
    if old.kind == "HorizontalPodAutoscaler":
        most, least = old.spec.get("maxReplicas"), new.spec.get("maxReplicas")
        if isinstance(most, int) and isinstance(least, int) and least < most:
            yield Lapse(
                part="maxReplicas", words=f"`maxReplicas` goes from {most} to {least}: it grows no further under load"
            )
    policies = [each.spec.get("persistentVolumeReclaimPolicy") for each in (old, new)]
    if policies == ["Retain", "Delete"]:
        words = "its disk is deleted with the claim, and was kept before"
        yield Lapse(part="persistentVolumeReclaimPolicy", words=words, is_grave=True)
    for name, container in new.containers.items():
        before = old.containers.get(name)
        if before is not None:
            yield from _of_container(name, before, now=container)


def _of_container(name: str, was: Mapping[str, Any], *, now: Mapping[str, Any]) -> Iterator[Lapse]:
    for probe, words in (
        ("readinessProbe", "it gets requests before it can answer them"),
        ("livenessProbe", "nobody restarts it when it hangs"),
    ):
        if was.get(probe) and not now.get(probe):
            yield Lapse(part="template", words=f"`{probe}` of `{name}` is gone: {words}")
    limits, fewer = (table(table(each.get("resources")).get("limits")) for each in (was, now))
    for what in ("memory", "cpu"):
        before, after = amount(limits.get(what)), amount(fewer.get(what))
        if before is not None and what == "memory" and fewer.get(what) is None:
            yield Lapse(part="template", words=f"`{name}` may take all the memory of its node")
        elif before is not None and after is not None and after < before:
            end = (
                "it is killed where it needed as much"
                if what == "memory"
                else "it is slowed down where it needed as much"
            )
            yield Lapse(
                part="template", words=f"`{name}` gets {fewer[what]} of {what} and no longer {limits[what]}: {end}"
            )


def powers(new: Object, old: Object | None) -> Iterator[Lapse]:
    """By what a pod can leave its confines, that it could not before."""
    known = set(_powers(old)) if old is not None else set()
    for words in _powers(new):
        if words not in known:
            yield Lapse(part="template", words=words, is_grave=True)


def _powers(of: Object) -> Iterator[str]:
    pod = of.pod
    for name, words in (("hostNetwork", "network"), ("hostPID", "processes"), ("hostIPC", "memory")):
        if pod.get(name) is True:
            yield f"its pods see the {words} of their node (`{name}`)"
    for volume in tables(pod.get("volumes")):
        path = table(volume.get("hostPath")).get("path")
        if path in (
            "/",
            "/etc",
            "/root",
            "/var/run/docker.sock",
            "/run/containerd/containerd.sock",
            "/proc",
            "/var/lib/kubelet",
            "/dev",
        ):
            yield f"its pods have `{path}` of their node"
    for name, container in of.containers.items():
        context = table(container.get("securityContext"))
        if context.get("privileged") is True:
            yield f"`{name}` is privileged: whoever gets into it has the node"
        if context.get("allowPrivilegeEscalation") is True:
            yield f"`{name}` may gain rights that it was not started with"
        added = table(context.get("capabilities")).get("add")
        for each in added if isinstance(added, list) else ():
            if str(each).removeprefix("CAP_") in _DANGEROUS:
                yield f"`{name}` has the capability {each}"
        if context.get("runAsUser") == 0 and isinstance(context.get("runAsUser"), int):
            yield f"`{name}` runs as root"


def amount(value: object) -> float | None:
    """A quantity as a number; None where it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, str):
        return None
    digits = value.rstrip("mkKMGTiE")
    unit = value[len(digits) :]
    try:
        return float(digits) * _UNITS[unit]
    except (KeyError, ValueError):
        return None


def rights(of: Object | None) -> frozenset[tuple[str, str, str]]:
    """What a role lets do: verb, group and resource, each alone."""
    if of is None:
        return frozenset()
    return frozenset(
        (verb, group, resource)
        for rule in tables(of.values.get("rules"))
        for verb in _texts(rule.get("verbs"))
        for group in _texts(rule.get("apiGroups")) or [""]
        for resource in _texts(rule.get("resources"))
    )


def is_held(right: tuple[str, str, str], by: frozenset[tuple[str, str, str]]) -> bool:
    """Whether a right was given before, by name or by `*`."""
    return any(all(one in ("*", other) for one, other in zip(each, right, strict=True)) for each in by)


def is_strong(right: tuple[str, str, str]) -> bool:
    """Whether whoever has it can become more than it says: by escalation, by running pods' commands, by reading secrets."""
    verb, _, resource = right
    return (
        (
            verb == "*"
            and resource in ("*", "secrets", "pods", "clusterroles", "roles", "rolebindings", "clusterrolebindings")
        )
        or verb in ("escalate", "bind", "impersonate")
        or (resource in ("secrets", "*") and verb in ("*", "get", "list", "watch"))
        or (
            resource in ("pods/exec", "pods/attach", "serviceaccounts/token", "nodes/proxy")
            and verb in ("*", "create", "get")
        )
    )


def subjects(of: Object | None) -> frozenset[str]:
    """Whom a binding names."""
    if of is None:
        return frozenset()
    return frozenset(
        f"{each.get('kind')} {each.get('namespace', '')}/{each.get('name')}"
        for each in tables(of.values.get("subjects"))
    )


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
