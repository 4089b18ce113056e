"""Which pods objects are about, and which objects lie in one namespace."""

from collections.abc import Mapping

from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table

MAKERS = ("Deployment", "StatefulSet", "DaemonSet", "Rollout", "ReplicaSet", "Job", "CronJob", "Pod")
"""The kinds that make pods."""


def selector_of(of: Object) -> Mapping[str, object]:
    """The labels by which it chooses pods; empty where it names none."""
    if of.kind == "Service":
        return table(of.spec.get("selector"))
    return table(part(of.spec, "podSelector" if of.kind == "NetworkPolicy" else "selector", "matchLabels"))


def chooses(one: Object, workload: Object) -> bool:
    """Whether an object is about the pods of a workload."""
    chosen, labels = selector_of(one), workload.pod_labels
    return bool(chosen) and all(labels.get(key) == value for key, value in chosen.items())


def is_beside(one: Object, other: Object) -> bool:
    """Whether two objects may lie in one namespace."""
    return one.namespace == other.namespace or not (one.namespace and other.namespace)
