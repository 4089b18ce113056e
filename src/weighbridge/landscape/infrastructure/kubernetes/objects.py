"""One object of Kubernetes as a manifest declares it, with the line of each of its parts."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field

from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.inputs import PREFIX
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side

_WHOLE: Final = LatePattern(r"[-+]?(?:0[xX][0-9a-fA-F_]+|0[oO]?[0-7_]+|[0-9][0-9_]{0,17})")
_TRUTHS: Final = {
    text: value
    for value, words in ((True, ("true", "yes", "on")), (False, ("false", "no", "off")))
    for word in words
    for text in (word, word.capitalize(), word.upper())
}
_NO_OBJECTS: Final = ("kustomize.config.k8s.io/", "skaffold/")
_DEEPEST: Final = 60
_POD: Final = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}
_TEMPLATE: Final = ("spec", "template", "spec")
_OLD_GROUPS: Final = ("extensions", "networking.k8s.io", "apps", "policy", "batch", "autoscaling")
"""The groups among which kinds of the server itself were moved."""
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Deployment": ("selector",),
    "DaemonSet": ("selector",),
    "StatefulSet": ("selector",),
    "PersistentVolumeClaim": ("accessModes", "resources"),
    "PersistentVolume": ("accessModes", "capacity"),
    "CustomResourceDefinition": ("names",),
    "Ingress": ("rules", "defaultBackend", "backend", "tls"),
    "Service": ("ports", "externalName"),
    "HorizontalPodAutoscaler": ("scaleTargetRef",),
    "CronJob": ("schedule",),
    "NetworkPolicy": ("podSelector",),
    "Kustomization": ("path", "sourceRef"),
    "HelmRelease": ("chart", "chartRef"),
}
"""What the specification of a whole object has at least one of; what lacks them all is a patch of one that stands elsewhere."""

OPEN, SHUT = "⟨", "⟩"
"""Between these stands the expression of a value that is not known."""

Key = tuple[str, str, str, str]
"""The group without its version, the kind, the namespace and the name."""


class Object(Struct, frozen=True, kw_only=True):
    """One object as a manifest declares it."""

    key: Key
    values: Mapping[str, Any]
    path: RepoPath
    side: Side
    node: Any = field(default=None)
    """What it was read from, which knows lines."""
    before: int = 0
    """How many lines stand before the document it was read from."""
    is_outline: bool = False
    """Whether it is a template's, of which not all is known."""

    @property
    def kind(self) -> str:
        """Its kind, such as `Deployment`."""
        return self.key[1]

    @property
    def namespace(self) -> str:
        """Its namespace; empty where the manifest leaves that to whoever applies it."""
        return self.key[2]

    @property
    def name(self) -> str:
        """How to call it in a sentence."""
        where = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind} `{where}{self.key[3]}`"

    @property
    def anchor(self) -> str:
        """What stays the same when lines move."""
        return " ".join(self.key)

    @property
    def is_rendered(self) -> bool:
        """Whether it comes from what a tool rendered, and not from the sources."""
        return self.path.startswith(PREFIX)

    @property
    def confidence(self) -> Confidence:
        """How sure it is that this is what the cluster gets."""
        return Confidence.HIGH if self.is_rendered else Confidence.MEDIUM

    @property
    def is_whole(self) -> bool:
        """Whether it is an object, and not a patch of one."""
        parts = _PARTS.get(self.kind)
        if self.kind == "HelmRelease" and "spec" in table(self.spec.get("chart")):
            return "sourceRef" in table(part(self.spec, "chart", "spec"))
        return parts is None or any(part in self.spec for part in parts)

    def at(self, *steps: str) -> Place:
        """Where a part begins, by the names of the parts around it; where the nearest of those does that is there; of what was rendered, no line."""
        if self.is_rendered:
            return Place(path=self.path, symbol=self.name)
        line, node = self.node.mark.line, self.node
        for step in steps:
            if hasattr(node, "entries"):
                if step not in node.entries:
                    break
                key, node = node.entries[step]
                line = key.mark.line
            else:
                node = next((each for each in getattr(node, "items", ()) if _called(each) == step), None)
                if node is None:
                    break
                line = node.mark.line
        line += self.before
        return Place(path=self.path, line=line, end_line=line, side=self.side)

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its specification."""
        return table(self.values.get("spec"))

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What is said of it."""
        return table(self.values.get("metadata"))

    @property
    def labels(self) -> Mapping[str, Any]:
        """Its labels."""
        return table(self.metadata.get("labels"))

    @property
    def annotations(self) -> Mapping[str, Any]:
        """Its annotations."""
        return table(self.metadata.get("annotations"))

    @property
    def pod_steps(self) -> tuple[str, ...]:
        """Where the specification of its pods stands."""
        return _POD.get(self.kind, _TEMPLATE)

    @property
    def pod(self) -> Mapping[str, Any]:
        """The specification of the pods it makes; empty where it makes none."""
        return table(part(self.values, *self.pod_steps))

    @property
    def pod_labels(self) -> Mapping[str, Any]:
        """The labels of the pods it makes."""
        return table(part(self.values, *self.pod_steps[:-1], "metadata", "labels"))

    @property
    def containers(self) -> Mapping[str, Mapping[str, Any]]:
        """The containers of its pods by name, those that run first included."""
        many = (*tables(self.pod.get("containers")), *tables(self.pod.get("initContainers")))
        return {str(each.get("name")): each for each in many}

    def in_container(self, name: str, *steps: str) -> tuple[str, ...]:
        """Where a part of a container stands."""
        first = {str(each.get("name")) for each in tables(self.pod.get("containers"))}
        return (*self.pod_steps, "containers" if name in first else "initContainers", name, *steps)


def table(value: object) -> Mapping[str, Any]:
    """A mapping; empty where it is none."""
    return value if isinstance(value, dict) else {}


def tables(value: object) -> list[Mapping[str, Any]]:
    """The mappings of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """The texts of a list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def named(value: object, by: str = "name") -> Mapping[str, Mapping[str, Any]]:
    """The mappings of a list by what they are called."""
    return {str(each.get(by)): each for each in tables(value)}


def part(value: object, *steps: str) -> Any:  # noqa: ANN401 - whatever stands there
    """What stands at the end of these names; None where one is missing."""
    for step in steps:
        value = table(value).get(step)
    return value


def settled(old: Any, new: Any) -> Any:  # noqa: ANN401 - whatever stands there
    """A value after the change, with the one before wherever one of both is not known."""
    if isinstance(old, dict) and isinstance(new, dict):
        come = {key: each for key, each in new.items() if key not in old and not _is_open(each)}
        return {key: settled(each, new.get(key)) for key, each in old.items()} | come
    if isinstance(old, list) and isinstance(new, list) and _are_named(old) and _are_named(new):
        after: Mapping[str, Any] = named(new)
        come_items = [each for each in new if table(each).get("name") not in named(old) and not _is_open(each)]
        return [settled(each, after.get(str(each["name"]))) for each in old] + come_items
    return old if new is None or _is_open(old) or _is_open(new) else new


def _are_named(values: list[Any]) -> bool:
    return all(isinstance(each, dict) and "name" in each for each in values)


def _is_open(value: object) -> bool:
    """Whether anything of a value is not known."""
    if isinstance(value, dict):
        return any(_is_open(each) for each in value.values())
    if isinstance(value, list):
        return any(map(_is_open, value))
    return value is None or (isinstance(value, str) and OPEN in value)


def nearly(key: Key) -> Key:
    """A key by which an object is the same although its kind was moved to another group."""
    return ("", *key[1:]) if key[0] in _OLD_GROUPS else key


def objects_in(node: Any, path: RepoPath, *, side: Side, before: int = 0) -> Iterator[Object]:  # noqa: ANN401 - a mapping's node
    """The object that a document declares; those of a list, each alone."""
    values = table(value_of(node))
    version, kind = str(values.get("apiVersion") or ""), str(values.get("kind") or "")
    metadata = table(values.get("metadata"))
    name = metadata.get("name")
    if kind.endswith("List") and isinstance(values.get("items"), list):
        for item in getattr(node.get("items"), "items", ()):
            if hasattr(item, "entries"):
                yield from objects_in(item, path, side=side, before=before)
    elif version and kind and name is not None and not version.startswith(_NO_OBJECTS):
        group = version.rpartition("/")[0]
        key = (group, kind, str(metadata.get("namespace") or ""), str(name))
        yield Object(key=key, values=values, path=path, side=side, node=node, before=before)


def value_of(node: Any, *, depth: int = 0) -> object:  # noqa: ANN401 - any node
    """A node as values, numbers and truths as such, however they are written."""
    if depth > _DEEPEST:
        return None
    if hasattr(node, "entries"):
        return {key: value_of(inner, depth=depth + 1) for key, (_, inner) in node.entries.items()}
    if hasattr(node, "items"):
        return [value_of(each, depth=depth + 1) for each in node.items]
    return None if node.is_null else _plain(node.value) if node.is_plain else node.value


def _plain(text: str) -> bool | int | str:
    if text in _TRUTHS:
        return _TRUTHS[text]
    return _number(text) if _WHOLE.fullmatch(text) else text


def _number(text: str) -> int | str:
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("-+").replace("_", "").lower()
    base = 16 if digits.startswith("0x") else 8 if digits.startswith("0") and len(digits) > 1 else 10
    try:
        return sign * int(digits.removeprefix("0x").removeprefix("0o"), base)
    except ValueError:
        return text


def _called(node: Any) -> str | None:  # noqa: ANN401 - any node
    """The name of an item of a list."""
    entry = node.entries.get("name") if hasattr(node, "entries") else None
    return entry[1].value if entry is not None and hasattr(entry[1], "value") else None
