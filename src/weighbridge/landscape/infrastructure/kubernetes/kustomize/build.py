"""One file of Kustomize as the objects that it makes, with what was done to each; what lies outside of the tree stays unknown."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.landscape.documents.nodes import DocumentError
from weighbridge.landscape.documents.reading import documents
from weighbridge.landscape.infrastructure.kubernetes.kustomize.patching import PatchError, Value, laid_over, operated
from weighbridge.landscape.infrastructure.kubernetes.objects import (
    Object,
    named,
    objects_in,
    part,
    table,
    tables,
    texts,
    value_of,
)
from weighbridge.landscape.infrastructure.kubernetes.reading import chunks_of, read_document

FILES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_RESOURCES: Final = ("resources", "bases")
_PATCHES: Final = ("patches", "patchesJson6902", "patchesStrategicMerge")
_NOT_MADE_HERE: Final = (
    "helmCharts",
    "helmChartInflationGenerator",
    "generators",
    "transformers",
    "replacements",
    "vars",
)
_DEFINITION: Final = re.compile(rb"^kind: *[\"']?CustomResourceDefinition", re.MULTILINE)
_COUNTED: Final = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})
MOST_FILES: Final = 600
_DEEPEST: Final = 6
_LONGEST_NAME: Final = 253
_MOST_REPEATED: Final = 2
_REPEATED: Final = re.compile(r"[*+?{]")
_SLOW: Final = LatePattern(r"\)[*+?{]|\(\?|\\[1-9]")
"""What makes Python try a pattern in more ways than there are letters; Kustomize's engine knows no such thing."""
_REQUIREMENT: Final = LatePattern(
    r"\s*(!?)\s*([\w./-]+)\s*(?:(==?|!=)\s*([\w.-]*)|(in|notin)\s*\(([^()]*)\))?\s*(?:,|\Z)"
)

Read = Callable[[RepoPath], bytes | None]
"""A file of one tree; None where it is not there, or cannot be read."""


class Done(Struct, frozen=True):
    """Something that was done to an object: in what words, and where that is written."""

    words: str
    path: RepoPath
    node: Any
    before: int = 0


class Made(Struct):
    """One object that is made, and what was done to it, in order."""

    of: Object
    values: Any
    done: tuple[Done, ...] = ()


class Build:
    """What one file of Kustomize makes of one tree."""

    def __init__(self, path: RepoPath, *, read: Read, side: Side) -> None:
        self._read = read
        self._side = side
        self._left = MOST_FILES
        self.lacking: list[str] = []
        """What is listed and is not in the tree, or is made by something that is not run here."""
        self.is_cut = False
        """Whether more is listed than is read."""
        self.lost: list[Done] = []
        """Patches that meet none of the objects that are known."""
        self.failed: list[Done] = []
        """Patches with an operation on what is not there."""
        self.root = self._whole(path)
        self.made = self._of(path, [], depth=0)

    def said(self, key: str) -> object:
        """What the file itself says under a key."""
        return self.root.values.get(key) if self.root is not None else None

    def _whole(self, path: RepoPath) -> Object | None:
        """A file of Kustomize."""
        data = self._read(path)
        of = read_document(data, path, side=self._side, kind="Kustomization") if data is not None else None
        return of if isinstance(of, Object) else None

    def _of(self, path: RepoPath, given: list[Made], *, depth: int) -> list[Made]:
        of = self._whole(path) if depth <= _DEEPEST else None
        if of is None:
            return given
        folder = path.rpartition("/")[0]
        made = list(given)
        for each in (one for name in _RESOURCES for one in texts(of.values.get(name))):
            made += self._listed(each, folder, depth=depth)
        for each in texts(of.values.get("components")):
            inner = self._inner(posixpath.normpath(posixpath.join(folder, each)))
            self._left -= 1
            is_known = inner is not None and self._left >= 0
            made = self._of(inner, made, depth=depth + 1) if inner is not None and is_known else made
            self.lacking += [] if is_known else [each]
        self.lacking += [name for name in _NOT_MADE_HERE if of.values.get(name)]
        for done, selects, change in self._steps(of, folder):
            self._apply(made, done, selects=selects, change=change)
        return [each for each in made if each.values is not None]

    def _listed(self, written: str, folder: str, *, depth: int) -> Iterator[Made]:
        path = RepoPath(posixpath.normpath(posixpath.join(folder, written)))
        data = self._read(path)
        inner = self._inner(path) if data is None else None
        self._left -= 1
        if self._left < 0 or (data is None and inner is None):
            self.is_cut = self.is_cut or self._left < 0
            self.lacking.append(written)
        elif inner is not None:
            yield from self._of(inner, [], depth=depth + 1)
        else:
            for each, node in self._documents(data or b""):
                for of in objects_in(node, path, side=self._side, before=each) if hasattr(node, "entries") else ():
                    yield Made(of=of, values=of.values)

    def _inner(self, folder: str) -> RepoPath | None:
        paths = (RepoPath(f"{folder}/{name}") for name in FILES)
        return next((each for each in paths if self._read(each) is not None), None)

    def _documents(self, data: bytes) -> Iterator[tuple[int, Any]]:
        """The documents of a text with the lines before each; definitions of kinds are left out, for they are long and patched by few."""
        for chunk in chunks_of(data):
            if _DEFINITION.search(chunk.data):
                continue
            try:
                for node in documents(chunk.data, allow_tags=True):
                    yield chunk.before, node
            except DocumentError:
                self.lacking.append("a text that is no YAML")

    def _steps(self, of: Object, folder: str) -> Iterator[tuple[Done, "_Selects", "_Change"]]:
        """What a file does to what it lists: where that is written, to which objects, and how."""
        for name in _PATCHES:
            entries = of.values.get(name)
            for at, entry in enumerate(entries if isinstance(entries, list) else ()):
                node = _item(of, name, at=at)
                yield from self._patch(entry, Done(name, of.path, node), folder=folder)
        for name, entry in named(of.values.get("replicas")).items():
            done = Done(f"replicas {name} {entry.get('count')}", of.path, _item(of, "replicas", named=name))
            yield done, _of_name(name), _counting(entry.get("count"))
        for name, entry in named(of.values.get("images")).items():
            done = Done(f"images {name} {sorted(map(str, entry.items()))}", of.path, _item(of, "images", named=name))
            yield done, _with_image(name), _with_other_image(name, entry)
        if isinstance(space := of.values.get("namespace"), str):
            yield (
                Done(f"namespace {space}", of.path, of.node),
                bool,
                lambda values: laid_over(values, {"metadata": {"namespace": space}}),
            )

    def _patch(self, entry: object, at: Done, *, folder: str) -> Iterator[tuple[Done, "_Selects", "_Change"]]:
        fields = table(entry)
        target, written = table(fields.get("target")), fields.get("patch") or fields.get("op")
        path, text = at.path, str(written or (entry if isinstance(entry, str) else ""))
        name = fields.get("path") or (text if "\n" not in text else None)
        if name and not fields.get("patch"):
            path = RepoPath(posixpath.normpath(posixpath.join(folder, str(name))))
            data = self._read(path)
            if data is None:
                self.lacking.append(str(name))
                return
        else:
            data = text.encode()
        for before, node in self._documents(data):
            where = Done("", path, node, before) if path != at.path else at
            value = value_of(node)
            done = Done(f"{target} {value}", where.path, where.node, where.before)
            if isinstance(value, list):
                yield done, _selects(target), _operating(tables(value))
            elif isinstance(value, dict):
                whom = target or {"kind": value.get("kind"), "name": part(value, "metadata", "name")}
                yield done, _selects(whom), _laying(value)

    def _apply(self, made: list[Made], done: Done, *, selects: "_Selects", change: "_Change") -> None:
        chosen = [each for each in made if each.values is not None and selects(each.values)]
        if not chosen and done.words.startswith("{"):
            self.lost.append(done)
        for each in chosen:
            try:
                values = change(each.values)
            except PatchError:
                self.failed.append(done)
                continue
            if values != each.values:
                each.values = values
                each.done = (*each.done, done)


_Selects = Callable[[Mapping[str, Any]], bool]
_Change = Callable[[Mapping[str, Any]], Any]


def _item(of: Object, name: str, *, at: int = -1, named: str = "") -> Value:
    """The node of an item of a list of the file; the file's own where it cannot be told."""
    entry = of.node.entries.get(name)
    items: Sequence[Any] = getattr(entry[1], "items", ()) if entry is not None else ()
    if named:
        return next((each for each in items if table(value_of(each)).get("name") == named), of.node)
    return items[at] if at < len(items) else of.node


def _selects(target: Mapping[str, Any]) -> _Selects:
    def selects(values: Mapping[str, Any]) -> bool:
        version = str(values.get("apiVersion") or "")
        group = version.rpartition("/")[0]
        known = {
            "kind": values.get("kind"),
            "name": part(values, "metadata", "name"),
            "namespace": part(values, "metadata", "namespace"),
            "group": group,
            "version": version.rpartition("/")[2],
        }
        for key, value in known.items():
            wanted = target.get(key)
            if wanted and not (key == "namespace" and value is None) and not _matches(str(wanted), str(value)):
                return False
        return _has_labels(table(part(values, "metadata", "labels")), str(target.get("labelSelector") or ""))

    return selects


def _has_labels(labels: Mapping[str, Any], selector: str) -> bool:
    """Whether labels are those that a selector asks for; what is no selector that is known may ask for any."""
    at = 0
    while at < len(selector):
        asked = _REQUIREMENT.match(selector, at)
        if asked is None:
            return True
        at = asked.end()
        none, key, sign, value, how, values = asked.groups()
        said = str(labels[key]) if key in labels else None
        is_met = said is not None
        if sign or how:
            is_met = said in ([value] if sign else [each.strip() for each in values.split(",")])
        if is_met is (bool(none) or sign == "!=" or how == "notin"):
            return False
    return True


@lru_cache(4096)
def _matches(pattern: str, text: str) -> bool:
    """Whether a pattern is all of a name; one that may take long to try may be of any."""
    if pattern == text:
        return True
    if len(text) > _LONGEST_NAME or len(_REPEATED.findall(pattern)) > _MOST_REPEATED or _SLOW.search(pattern):
        return True
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return False


def _of_name(name: str) -> _Selects:
    return lambda values: values.get("kind") in _COUNTED and part(values, "metadata", "name") == name


def _counting(count: object) -> _Change:
    return lambda values: laid_over(values, {"spec": {"replicas": count}})


def _operating(operations: list[Mapping[str, Any]]) -> _Change:
    return lambda values: operated(values, operations)


def _laying(patch: Mapping[str, Any]) -> _Change:
    if patch.get("$patch") == "delete":
        return _no_more
    own = {key: each for key, each in patch.items() if key not in ("apiVersion", "kind")}
    return lambda values: laid_over(values, {**own, "metadata": _unnamed(own.get("metadata"))})


def _no_more(_: Mapping[str, Any]) -> None:
    """What a patch deletes."""


def _unnamed(metadata: object) -> Mapping[str, Any]:
    """What a patch says of an object but what it is called: its target may be another one."""
    return {key: each for key, each in table(metadata).items() if key not in ("name", "namespace")}


def _with_image(name: str) -> _Selects:
    return lambda values: any(True for _ in _images(values, name))


def _images(values: object, name: str) -> Iterator[str]:
    if isinstance(values, dict):
        image = values.get("image")
        if isinstance(image, str) and bare(image) == name:
            yield image
        for each in values.values():
            yield from _images(each, name)
    elif isinstance(values, list):
        for each in values:
            yield from _images(each, name)


def bare(image: str) -> str:
    """An image without its tag and digest."""
    rest = image.partition("@")[0]
    head, colon, tag = rest.rpartition(":")
    return head if colon and "/" not in tag else rest


def _with_other_image(name: str, entry: Mapping[str, Any]) -> _Change:
    tag, digest = entry.get("newTag"), entry.get("digest")

    def change(values: Value) -> Value:
        if isinstance(values, list):
            return [change(each) for each in values]
        if not isinstance(values, dict):
            return values
        found = {key: change(each) for key, each in values.items()}
        image = found.get("image")
        if isinstance(image, str) and bare(image) == name:
            end = f"@{digest}" if digest else f":{tag}" if tag else image[len(name) :]
            found["image"] = f"{entry.get('newName') or name}{end}"
        return found

    return change
