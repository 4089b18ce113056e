"""Roles of a cluster and their bindings, as Terraform declares them: weighed as those of manifests are.

Source: https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs, the pages of roles and bindings.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import nested
from weighbridge.facts.terraform.changes import ResourceChange
from weighbridge.landscape.infrastructure.iam.powers import Power
from weighbridge.landscape.infrastructure.iam.widening import Widening, texts_of
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.kubernetes.rights import bound, widened

_KINDS: Final = {
    "kubernetes_role": "Role",
    "kubernetes_cluster_role": "ClusterRole",
    "kubernetes_role_binding": "RoleBinding",
    "kubernetes_cluster_role_binding": "ClusterRoleBinding",
}
_GROUP: Final = "rbac.authorization.k8s.io"
_LISTS: Final = {
    "apiGroups": "api_groups",
    "resources": "resources",
    "verbs": "verbs",
    "resourceNames": "resource_names",
    "nonResourceURLs": "non_resource_urls",
}
_POWERS: Final = {
    Severity.CRITICAL: Power.ADMIN,
    Severity.HIGH: Power.PERMISSIONS,
    Severity.MEDIUM: Power.MANY,
}
_ARGUMENTS: Final = {"rules": "rule", "subjects": "subject", "aggregationRule": "aggregation_rule"}
_MORE: Final = "more than before in the cluster"


def cluster_widenings(change: ResourceChange) -> Iterator[Widening]:
    """What a role gives more than before, and to whom a binding gives one."""
    kind = _KINDS.get(change.type.removesuffix("_v1"))
    if kind is None:
        return
    old, new = (_object(kind, values) if values else None for values in (change.before, change.after))
    if new is None:
        return
    for lapse in (*widened(old, new), *bound(old, new)):
        power = _POWERS.get(lapse.severity)
        if power is not None:
            said, _, opens = lapse.words.removeprefix("lets ").removeprefix("gives ").partition(": ")
            argument = _ARGUMENTS.get(lapse.steps[0], "")
            yield Widening(power=power, words=said, argument=argument, opens=opens or _MORE)


def _object(kind: str, values: Mapping[str, Any]) -> Object:
    """The same as a manifest would declare it."""
    metadata = next(iter(nested(values, "metadata")), {})
    name = "".join(texts_of(metadata.get("name")))
    labels = metadata.get("labels")
    reference = next(iter(nested(values, "role_ref")), {})
    said = {
        "metadata": {"name": name, "labels": labels if isinstance(labels, dict) else {}},
        "rules": [
            {ours: texts_of(rule[theirs]) for ours, theirs in _LISTS.items() if rule.get(theirs) is not None}
            for rule in nested(values, "rule")
        ],
        "roleRef": {each: "".join(texts_of(reference.get(each))) for each in ("kind", "name")},
        "subjects": [
            {each: "".join(texts_of(subject.get(each))) for each in ("kind", "name", "namespace") if subject.get(each)}
            for subject in nested(values, "subject")
        ],
    }
    return Object(key=(_GROUP, kind, "", name), values=said, path=RepoPath(""), side=Side.HEAD)
