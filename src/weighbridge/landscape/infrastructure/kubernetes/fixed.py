"""The parts of objects that the server lets nobody change.

Source: the reference of the API (https://kubernetes.io/docs/reference/kubernetes-api/).
"""

from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table, tables
from weighbridge.landscape.infrastructure.kubernetes.quantities import amount

_OF_SPEC: Final[Mapping[str, tuple[str, ...]]] = {
    "Deployment": ("selector",),
    "DaemonSet": ("selector",),
    "ReplicaSet": ("selector",),
    "StatefulSet": ("selector", "serviceName", "podManagementPolicy"),
    "PersistentVolumeClaim": ("storageClassName", "accessModes", "volumeName", "volumeMode", "dataSource", "selector"),
    "PersistentVolume": ("csi", "nfs", "hostPath", "local", "awsElasticBlockStore", "gcePersistentDisk", "azureDisk",
                         "azureFile", "iscsi", "fc", "rbd", "cephfs", "volumeMode", "nodeAffinity"),
    "Job": ("template", "selector", "completionMode"),
    "Service": ("clusterIP", "loadBalancerClass"),
    "IngressClass": ("controller",),
    "CustomResourceDefinition": ("group", "scope"),
}  # fmt: skip
_AT_TOP: Final[Mapping[str, tuple[str, ...]]] = {
    "StorageClass": ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "PriorityClass": ("value", "preemptionPolicy"),
    "RuntimeClass": ("handler",),
    "Secret": ("type",),
}
_DELETED_BY_ITSELF: Final = ("helm.sh/hook", "argocd.argoproj.io/hook", "kustomize.toolkit.fluxcd.io/force")
_HOLDS_DATA: Final = frozenset({"PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition"})
_CLAIM_PARTS: Final = ("spec", "resources", "requests", "storage")


def fixed_changes(old: Object, new: Object) -> Iterator[Lapse]:
    """The parts that are otherwise and that the server refuses to change."""
    if not (old.is_whole and new.is_whole) or _makes_way(new):
        return
    for name, what in _changed_parts(old, new):
        severity = Severity.MEDIUM if old.kind == "Job" else Severity.HIGH
        lost = "deletes what it holds" if old.kind in _HOLDS_DATA else "stops it"
        yield Lapse(
            steps=name,
            words=f"`{what}` cannot be changed: the server refuses it, the rollout stops there, and whoever deletes"
            f" the object to apply it again {lost}",
            severity=severity,
            anchor=what,
        )


def _makes_way(new: Object) -> bool:
    """Whether what applies it deletes it first by itself."""
    notes = new.annotations
    is_job = new.kind == "Job" and (
        any(each in notes for each in _DELETED_BY_ITSELF) or "ttlSecondsAfterFinished" in new.spec
    )
    return is_job or str(notes.get("kustomize.toolkit.fluxcd.io/force", "")).lower() in ("enabled", "true")


def _changed_parts(old: Object, new: Object) -> Iterator[tuple[tuple[str, ...], str]]:
    paths = [("spec", name) for name in _OF_SPEC.get(old.kind, ())] + [(name,) for name in _AT_TOP.get(old.kind, ())]
    for steps in paths:
        was, now = part(old.values, *steps), part(new.values, *steps)
        if was is not None and now is not None and was != now:
            yield steps, steps[-1]
    if old.kind == "CustomResourceDefinition" and part(old.spec, "names", "plural") != part(
        new.spec, "names", "plural"
    ):
        yield ("spec", "names"), "names"
    was, now = (each.spec.get("clusterIP") for each in (old, new))
    if (
        old.kind == "Service"
        and (was == "None") != (now == "None")
        and "ExternalName"
        not in (
            old.spec.get("type"),
            new.spec.get("type"),
        )
    ):
        yield ("spec", "clusterIP"), "clusterIP"
    if old.kind in ("ConfigMap", "Secret") and old.values.get("immutable") is True:
        for name in ("data", "binaryData", "stringData"):
            if old.values.get(name) != new.values.get(name):
                yield (name,), name
    if old.kind == "PersistentVolumeClaim":
        yield from _shrunk(old, new)
    if old.kind == "StatefulSet":
        yield from _templates(old, new)


def _shrunk(old: Object, new: Object) -> Iterator[tuple[tuple[str, ...], str]]:
    was, now = amount(part(old.values, *_CLAIM_PARTS)), amount(part(new.values, *_CLAIM_PARTS))
    if was is not None and now is not None and now < was:
        yield _CLAIM_PARTS, "storage"


def _templates(old: Object, new: Object) -> Iterator[tuple[tuple[str, ...], str]]:
    was, now = (
        {str(part(each, "metadata", "name")): _claim(each) for each in tables(one.spec.get("volumeClaimTemplates"))}
        for one in (old, new)
    )
    if was != now:
        yield ("spec", "volumeClaimTemplates"), "volumeClaimTemplates"


def _claim(of: Mapping[str, object]) -> tuple[object, ...]:
    """What of a claim's template counts, a quantity as a number."""
    spec = dict(table(of.get("spec")))
    size = amount(part(spec, "resources", "requests", "storage"))
    spec.pop("resources", None)
    labels = sorted((key, str(value)) for key, value in table(part(of, "metadata", "labels")).items())
    return (sorted((key, str(value)) for key, value in spec.items() if value is not None), size, labels)
