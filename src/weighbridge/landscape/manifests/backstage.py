"""Backstage: `catalog-info.yaml`, with components, the APIs between them, and resources."""

import re

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.documents.nodes import Fields
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.yaml_values import entries_at, text_at, texts_at, yaml_records

_KINDS = {
    "service": ComponentKind.SERVICE,
    "website": ComponentKind.SITE,
    "library": ComponentKind.LIBRARY,
    "database": ComponentKind.DATABASE,
    "queue": ComponentKind.QUEUE,
    "topic": ComponentKind.QUEUE,
    "job": ComponentKind.JOB,
}
_TIER = re.compile(r"(?:tier[-_ ]?)?([1-3])")


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    entities = [e for e in yaml_records(data) if text_at(e, "apiVersion").startswith("backstage.io/")]
    code = [e for e in entities if _kind(e) == "component"]
    resources = [e for e in entities if _kind(e) == "resource"]
    folder = folder_of(path)
    claims = [_claim(entity, path, root=folder if n == 0 else None) for n, entity in enumerate(code)]
    return (*claims, *(_claim(entity, path, root=None) for entity in resources))


def _claim(entity: Fields, path: RepoPath, *, root: RepoPath | None) -> Claim:
    own = _reference(text_at(entity, "metadata", "name"), kind=_kind(entity), entity=entity)
    provided = [_reference(n.value, kind="api", entity=entity) for n in texts_at(entity, "spec", "providesApis")]
    owner = text_at(entity, "spec", "owner")
    return Claim(
        root=root,
        name=text_at(entity, "metadata", "name"),
        authority=Authority.CATALOGUE,
        source=path,
        line=entity.mark.line,
        kind=_KINDS.get(text_at(entity, "spec", "type").lower()),
        tier=_tier(entity),
        lifecycle=text_at(entity, "spec", "lifecycle").lower(),
        owners=(owner,) if owner else (),
        provides=(own, *provided),
        requires=tuple(_needs(entity)),
    )


def _needs(entity: Fields) -> list[Need]:
    needs: list[Need] = []
    for section, kind in (("dependsOn", "component"), ("consumesApis", "api")):
        names = texts_at(entity, "spec", section)
        needs += [Need(key=_reference(n.value, kind=kind, entity=entity), line=n.mark.line) for n in names]
    return needs


def _reference(text: str, *, kind: str, entity: Fields) -> str:
    """The key of `[kind:][namespace/]name`, what is left out filled in as the catalogue does."""
    before, colon, rest = text.strip().rpartition(":")
    kind = before.lower() if colon else kind
    namespace, slash, name = rest.rpartition("/")
    if not slash:
        namespace = text_at(entity, "metadata", "namespace") or "default"
    return f"entity:{kind}:{namespace}/{name}".lower()


def _kind(entity: Fields) -> str:
    return text_at(entity, "kind").lower()


def _tier(entity: Fields) -> int | None:
    """A label or annotation whose name ends in `tier` or `criticality` and says 1, 2 or 3."""
    for section in ("labels", "annotations"):
        for key, _ in entries_at(entity, "metadata", section):
            if key.value.lower().rpartition("/")[2] in ("tier", "service-tier", "criticality"):
                found = _TIER.fullmatch(text_at(entity, "metadata", section, key.value).lower())
                if found:
                    return int(found.group(1))
    return None


READER = ManifestReader(names=frozenset({"catalog-info.yaml", "catalog-info.yml"}), read=_read)
