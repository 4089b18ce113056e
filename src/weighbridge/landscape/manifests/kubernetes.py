"""Kubernetes: workloads and the images they run; templates that are no YAML yet are left to their renderer."""

import re
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.documents.nodes import Fields
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.hosts import host_in, host_key
from weighbridge.landscape.manifests.images import kind_of_image
from weighbridge.landscape.manifests.keys import image_key, image_name
from weighbridge.landscape.manifests.yaml_values import at, records_at, text_at, yaml_records

_WORKLOADS: Final = {
    "Deployment": ComponentKind.SERVICE,
    "StatefulSet": ComponentKind.SERVICE,
    "DaemonSet": ComponentKind.SERVICE,
    "Rollout": ComponentKind.SERVICE,
    "CronJob": ComponentKind.JOB,
    "Job": ComponentKind.JOB,
}
_POD: Final = (("spec", "template", "spec"), ("spec", "jobTemplate", "spec", "template", "spec"))
_HOMES: Final = re.compile(
    r"(?:^|[/_-])(?:k8s|kube|kubernetes|kustomize|manifests?|deploy(?:ment|ments)?|gitops|clusters?|helm|charts?|argocd|flux|base|overlays)(?:[/_-])",
    re.IGNORECASE,
)
_LOOKS_LIKE: Final = re.compile(
    rb"^kind:[ \t]*[\"']?(?:Deployment|StatefulSet|DaemonSet|Rollout|CronJob|Job)\b", re.MULTILINE
)
_TEMPLATE: Final = re.compile(rb"\{\{[-\s]*[.$\w]")


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    if not _LOOKS_LIKE.search(data) or _TEMPLATE.search(data):
        return ()
    workloads = [r for r in yaml_records(data) if text_at(r, "kind") in _WORKLOADS and text_at(r, "apiVersion")]
    return tuple(claim for workload in workloads if (claim := _claim(workload, path)))


def _claim(workload: Fields, path: RepoPath) -> Claim | None:
    name = text_at(workload, "metadata", "name")
    containers = [c for pod in _POD for c in records_at(at(workload, *pod), "containers")]
    images = [image for c in containers if (image := text_at(c, "image"))]
    if not name or not images:
        return None
    known = next((kind for image in images if (kind := kind_of_image(image))), None)
    return Claim(
        root=None,
        name=name,
        authority=Authority.ORCHESTRATION,
        source=path,
        line=workload.mark.line,
        kind=known or _WORKLOADS[text_at(workload, "kind")],
        provides=(host_key(name), *(image_key(image) for image in images[:1] if not image.startswith("$"))),
        requires=tuple(_settings(containers)),
        about=() if known else (*(image_key(i) for i in images), f"name:{name.lower()}", *_image_names(images)),
    )


def _image_names(images: list[str]) -> list[str]:
    return [f"name:{image_name(image).rpartition('/')[2].lower()}" for image in images]


def _settings(containers: list[Fields]) -> list[Need]:
    settings = [v for c in containers for v in records_at(c, "env")]
    found = [(v.mark.line, host_in(text_at(v, "name"), text_at(v, "value"))) for v in settings]
    return [Need(key=host_key(host), line=line) for line, host in found if host]


def _may_be(path: RepoPath) -> bool:
    return _HOMES.search(path) is not None or "/" not in path


READER = ManifestReader(endings=frozenset({".yaml", ".yml"}), read=_read, accepts=_may_be)
