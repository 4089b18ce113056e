"""The objects that the manifests of a change declare, before and after: the fact that rules ask for.

An object is known by kind, namespace and name, whichever file holds it. A template is no manifest until it is rendered.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from msgspec import Struct, field

from weighbridge.domain.change import Change, FileChange, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.changed_bytes import ChangedBytes

ROLE: Final = "kubernetes"
_ENDINGS: Final = (".yaml", ".yml")
_KIND: Final = re.compile(rb"^(?:- )?kind:[ \t]*[\"']?[A-Z]", re.MULTILINE)
_VERSION: Final = re.compile(rb"^(?:- )?apiVersion:[ \t]*[\"']?[a-z]", re.MULTILINE)
_TEMPLATE: Final = re.compile(rb"\{\{[-\s]*[.$\w]|\{%")
_ASIDE: Final = LatePattern(r"(?:^|/)(?:examples?|samples?|fixtures?|testdata|docs?|tests?)/")
_NUMBER: Final = LatePattern(r"-?\d{1,15}")
_NO_OBJECTS: Final = ("kustomize.config.k8s.io/", "skaffold/", "helm.toolkit")
_DEEPEST: Final = 60

Key = tuple[str, str, str, str]
"""The group without its version, the kind, the namespace and the name."""


class Object(Struct, frozen=True, kw_only=True):
    """One object as a manifest declares it."""

    key: Key
    values: Mapping[str, Any]
    path: RepoPath
    line: int
    side: Side
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where the parts right below the top and the specification begin."""

    @property
    def kind(self) -> str:
        """Its kind, such as `Deployment`."""
        return self.key[1]

    @property
    def name(self) -> str:
        """How to call it in a sentence."""
        where = f"{self.key[2]}/" if self.key[2] else ""
        return f"{self.kind} `{where}{self.key[3]}`"

    @property
    def anchor(self) -> str:
        """What stays the same when lines move."""
        return " ".join(self.key)

    def at(self, *names: str) -> Place:
        """Where the first of these parts begins; else where the object does."""
        line = next((self.lines[name] for name in names if name in self.lines), self.line)
        return Place(path=self.path, line=line, end_line=line, side=self.side)

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its specification."""
        return table(self.values.get("spec"))

    @property
    def pod(self) -> Mapping[str, Any]:
        """The specification of the pods it makes; empty where it makes none."""
        if self.kind == "Pod":
            return self.spec
        spec = table(table(self.spec.get("jobTemplate")).get("spec")) if self.kind == "CronJob" else self.spec
        return table(table(spec.get("template")).get("spec"))

    @property
    def containers(self) -> Mapping[str, Mapping[str, Any]]:
        """The containers of its pods by name, those that run first included."""
        many = (*tables(self.pod.get("containers")), *tables(self.pod.get("initContainers")))
        return {str(each.get("name")): each for each in many}


class Manifests:
    """The manifests of a change."""

    def __init__(self, change: Change, contents: ChangedBytes) -> None:
        self._change = change
        self._contents = contents

    @cached_property
    def roles(self) -> Mapping[RepoPath, str]:
        """The role of each changed file that holds objects on either side."""
        return {file.path: ROLE for file in self._change.files if self._holds_objects(file)}

    @cached_property
    def pairs(self) -> tuple[tuple[Object | None, Object | None], ...]:
        """Each object that is not declared as it was: before and after."""
        before, after = self._sides[Side.BASE], self._sides[Side.HEAD]
        found = ((before.get(key), after.get(key)) for key in dict.fromkeys((*before, *after)))
        return tuple(each for each in found if each[0] is None or each[1] is None or each[0].values != each[1].values)

    @property
    def kept(self) -> Iterator[tuple[Object, Object]]:
        """Each object that stays, and is declared otherwise."""
        for old, new in self.pairs:
            if old is not None and new is not None:
                yield old, new

    @cached_property
    def _sides(self) -> dict[Side, dict[Key, Object]]:
        found: dict[Side, dict[Key, Object]] = {Side.BASE: {}, Side.HEAD: {}}
        for file in self._change.files:
            if file.path in self.roles:
                for side in Side:
                    found[side] |= {each.key: each for each in self._objects(file, side)}
        return found

    def _holds_objects(self, file: FileChange) -> bool:
        if not file.path.lower().endswith(_ENDINGS) or _ASIDE.search(file.path):
            return False
        texts = [data for side in Side if isinstance(data := self._data(file, side), bytes)]
        return any(_KIND.search(text) and _VERSION.search(text) for text in texts) and not any(
            _TEMPLATE.search(text) for text in texts
        )

    def _data(self, file: FileChange, side: Side) -> bytes | CouldNotLook | None:
        blob = file.on(side)
        if blob is None or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
            return None
        return self._contents.of(blob.path, side)

    def _objects(self, file: FileChange, side: Side) -> Iterator[Object]:
        from weighbridge.landscape.documents.nodes import DocumentError, Fields  # noqa: PLC0415 - few changes hold any
        from weighbridge.landscape.documents.reading import documents  # noqa: PLC0415 - the same

        data = self._data(file, side)
        if not isinstance(data, bytes):
            return
        try:
            nodes = documents(data, allow_tags=True)
        except DocumentError:
            return  # coverage says so
        blob = file.on(side)
        path = blob.path if blob is not None else file.path
        for node in nodes:
            if isinstance(node, Fields):
                yield from _objects_in(node, path, side=side)


def table(value: object) -> Mapping[str, Any]:
    """A mapping; empty where it is none."""
    return value if isinstance(value, dict) else {}


def tables(value: object) -> list[Mapping[str, Any]]:
    """The mappings of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _objects_in(node: Any, path: RepoPath, *, side: Side) -> Iterator[Object]:  # noqa: ANN401 - a mapping's node
    values = table(_value(node, depth=0))
    version, kind = str(values.get("apiVersion", "")), str(values.get("kind", ""))
    metadata = table(values.get("metadata"))
    name = metadata.get("name")
    if kind == "List" or (kind.endswith("List") and isinstance(values.get("items"), list)):
        items = node.get("items")
        for item in getattr(items, "items", ()):
            if hasattr(item, "entries"):
                yield from _objects_in(item, path, side=side)
    elif version and kind and isinstance(name, str) and not version.startswith(_NO_OBJECTS):
        group = version.rpartition("/")[0]
        key = (group, kind, str(metadata.get("namespace") or ""), name)
        yield Object(key=key, values=values, path=path, line=node.mark.line, side=side, lines=_lines(node))


def _lines(node: Any) -> dict[str, int]:  # noqa: ANN401 - a mapping's node
    found: dict[str, int] = {}
    for name, (key, inner) in node.entries.items():
        found[name] = key.mark.line
        if name == "spec" and hasattr(inner, "entries"):
            found |= {below: mark.mark.line for below, (mark, _) in inner.entries.items()}
    return found


def _value(node: Any, *, depth: int) -> object:  # noqa: ANN401 - any node
    """A node as values, numbers and truths as such."""
    if depth > _DEEPEST:
        return None
    if hasattr(node, "entries"):
        return {key: _value(inner, depth=depth + 1) for key, (_, inner) in node.entries.items()}
    if hasattr(node, "items"):
        return [_value(each, depth=depth + 1) for each in node.items]
    if node.is_null:
        return None
    if node.is_plain and node.value in ("true", "false"):
        return bool(node.value == "true")
    return int(node.value) if node.is_plain and _NUMBER.fullmatch(node.value) else node.value
