"""Docker Compose: services built from folders of this tree, and the databases and queues they lean on."""

import re
from collections import Counter

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.documents.nodes import Items, Node, Scalar
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.dockerfile import keeps_its_own_code
from weighbridge.landscape.manifests.hosts import host_in, host_key
from weighbridge.landscape.manifests.images import kind_of_image
from weighbridge.landscape.manifests.keys import image_key
from weighbridge.landscape.manifests.texts import resolve
from weighbridge.landscape.manifests.yaml_values import at, entries_at, text_at, texts_at, yaml_records

_NAME = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml")


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    services = [entry for record in yaml_records(data) for entry in entries_at(record, "services")]
    built_from = Counter(_home(path, service) for _, service in services)
    claims = []
    for name, service in services:
        root = _home(path, service)
        claims.append(_claim(path, name, service=service, root=root if built_from[root] == 1 else None))
    return tuple(claims)


def _claim(path: RepoPath, name: Scalar, *, service: Node, root: RepoPath | None) -> Claim:
    """What is said of one service; several built from one folder are told apart by their names, not by the folder."""
    image = text_at(service, "image")
    is_built = at(service, "build") is not None
    known = None if is_built else kind_of_image(name.value if "$" in image else image)
    images = (image_key(image),) if image and "$" not in image else ()
    return Claim(
        root=root,
        name=name.value,
        authority=Authority.ORCHESTRATION,
        source=path,
        line=name.mark.line,
        kind=known or ComponentKind.SERVICE,
        provides=(_key(path, name.value), host_key(name.value), *images),
        requires=(*_needs(path, service), *_settings(service)),
        is_own=False,
        about=(*images, f"name:{name.value.lower()}"),
    )


def _home(path: RepoPath, service: Node) -> RepoPath | None:
    """The folder a service is built from: its Dockerfile's own when that lies deeper than the build context."""
    context = text_at(service, "build", "context") or text_at(service, "build")
    root = resolve(folder_of(path), context) if context and "$" not in context else None
    dockerfile = text_at(service, "build", "dockerfile")
    if root is None or not dockerfile or "$" in dockerfile:
        return root
    deeper = folder_of(resolve(root, dockerfile) or root)
    is_inside = bool(deeper) and deeper.startswith(f"{root}/" if root else "")
    return deeper if is_inside and keeps_its_own_code(deeper) else root


def _needs(path: RepoPath, service: Node) -> list[Need]:
    found: list[Need] = []
    for section in ("depends_on", "links"):
        others = texts_at(service, section)
        found += [Need(key=_key(path, o.value.partition(":")[0]), line=o.mark.line) for o in others]
    return found


def _settings(service: Node) -> list[Need]:
    node = at(service, "environment")
    if isinstance(node, Items):
        lines = [item for item in node.items if isinstance(item, Scalar)]
        pairs = [(item.mark.line, *item.value.partition("=")[::2]) for item in lines]
    else:
        entries = entries_at(service, "environment")
        pairs = [(k.mark.line, k.value, v.value) for k, v in entries if isinstance(v, Scalar)]
    return [Need(key=host_key(host), line=line) for line, name, value in pairs if (host := host_in(name, value))]


def _key(path: RepoPath, name: str) -> str:
    return f"compose:{folder_of(path)}#{name}"


def _is_compose(path: RepoPath) -> bool:
    return _NAME.fullmatch(path.rpartition("/")[2]) is not None


READER = ManifestReader(endings=frozenset({".yml", ".yaml"}), read=_read, accepts=_is_compose)
