"""Which pods objects are about, which objects lie in one namespace, and which stay although nobody declares them."""

from collections.abc import Mapping
from typing import Final

from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table

MAKERS: Final = ("Deployment", "StatefulSet", "DaemonSet", "Rollout", "ReplicaSet", "Job", "CronJob", "Pod")
"""The kinds that make pods."""
ROUTES: Final = ("Ingress", "HTTPRoute", "GRPCRoute")
"""The kinds that lead requests to services."""
HOLD_DATA: Final = frozenset(
    {"PersistentVolumeClaim", "PersistentVolume", "Namespace", "CustomResourceDefinition", "StatefulSet"}
)
"""The kinds with which data goes."""
_KEPT: Final = (
    ("argocd.argoproj.io/sync-options", ("Prune=false", "Delete=false")),
    ("helm.sh/resource-policy", ("keep",)),
    ("kustomize.toolkit.fluxcd.io/prune", ("disabled", "Disabled")),
)


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


def is_kept(of: Object) -> bool:
    """Whether it says of itself that it is not deleted with its manifest."""
    return any(word in str(of.annotations.get(key, "")) for key, words in _KEPT for word in words)
