"""What a file of Kustomize does to everything that it lists: names, replicas, images, settings and patches."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.landscape.documents.nodes import DocumentError
from weighbridge.landscape.documents.reading import documents
from weighbridge.landscape.infrastructure.kubernetes.images import Image, image_changes, image_of
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, named, part, table, tables, texts, value_of

_LISTS: Final = ("resources", "bases", "components", "crds")
_RENAMES: Final = ("namespace", "namePrefix", "nameSuffix")
GENERATORS: Final = ("configMapGenerator", "secretGenerator")
"""The lists of settings that it makes."""
_KEEPING: Final = ("livenessProbe", "readinessProbe", "resources", "securityContext", "limits", "requests")


def targets(of: Object) -> dict[str, str]:
    """Each path that it lists, by where that leads within the tree; addresses elsewhere as they are."""
    folder = of.path.rpartition("/")[0]
    found: dict[str, str] = {}
    for name in _LISTS:
        for each in texts(of.values.get(name)):
            found[is_far(each) or posixpath.normpath(posixpath.join(folder, each))] = each
    return found


def is_far(path: str) -> str:
    """The address without its revision where a path leads out of the tree; empty where it does not."""
    return (
        path.partition("?")[0] if "://" in path or path.startswith(("github.com/", "git@")) or "?ref=" in path else ""
    )


def overlay_lapses(old: Object, new: Object) -> Iterator[Lapse]:
    """What is worse for all that it lists."""
    yield from _renamed(old, new)
    for name, entry in named(new.values.get("replicas")).items():
        was, now = table(named(old.values.get("replicas")).get(name)).get("count"), entry.get("count")
        if now == 0 and now is not False and was != 0:
            words = f"`{name}` has 0 replicas here: nothing of it runs any more"
            yield Lapse(
                steps=("replicas", name),
                words=words,
                severity=Severity.HIGH,
                anchor=f"replicas {name}",
                of_trials=Severity.MEDIUM,
            )
        elif isinstance(was, int) and isinstance(now, int) and now * 2 <= was:
            words = f"`{name}` goes from {was} replicas to {now}"
            yield Lapse(steps=("replicas", name), words=words, anchor=f"replicas {name}")
    yield from _images(old, new)
    yield from _generators(old, new)
    yield from _patches(old, new)


def _renamed(old: Object, new: Object) -> Iterator[Lapse]:
    for name in _RENAMES:
        was, now = (str(each.values.get(name) or "") for each in (old, new))
        if was != now and (was or name != "namespace"):
            said = f"is `{now}` and no longer `{was}`" if now and was else f"is `{now}`" if now else f"`{was}` is gone"
            words = f"`{name}` {said}: all that it lists is made anew under other names, claims begin empty, and what was is deleted or left"
            is_told = now != "" or name != "namespace"  # else the objects may name theirs, or what lists this one does
            severity = Severity.HIGH if is_told else Severity.MEDIUM
            yield Lapse(steps=(name,), words=words, severity=severity, anchor=name)
    if selecting(old) != selecting(new):
        words = "labels that go into selectors are others: the server refuses that for workloads that are there, and the rollout stops"
        yield Lapse(steps=("commonLabels",), words=words, severity=Severity.HIGH, anchor="labels")


def selecting(of: Object) -> dict[str, object]:
    """The labels that it puts into selectors too."""
    found = dict(table(of.values.get("commonLabels")))
    for each in tables(of.values.get("labels")):
        if each.get("includeSelectors") is True:
            found |= table(each.get("pairs"))
    return found


def _images(old: Object, new: Object) -> Iterator[Lapse]:
    before = named(old.values.get("images"))
    for name, entry in named(new.values.get("images")).items():
        if name in before:
            was, now = _image(name, before[name]), _image(name, entry)
            if was is not None and now is not None:
                yield from image_changes(name, was, now=now, steps=("images", name))


def _image(name: str, entry: Mapping[str, Any]) -> Image | None:
    tag, digest = entry.get("newTag"), entry.get("digest")
    text = str(entry.get("newName") or name) + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    return image_of(text) if tag or digest else None


def _generators(old: Object, new: Object) -> Iterator[Lapse]:
    for kind in GENERATORS:
        before, after = named(old.values.get(kind)), named(new.values.get(kind))
        for name, was in before.items():
            now = after.get(name)
            lost = sorted(_keys(was) - _keys(now)) if now is not None else []
            if lost:
                words = f"`{lost[0]}` is gone from `{name}`: no new pod that needs it is started"
                yield Lapse(steps=(kind, name), words=words, anchor=f"{kind} {name}")
    steps = ("generatorOptions", "disableNameSuffixHash")
    if part(old.values, *steps) is not True and part(new.values, *steps) is True:
        words = "settings keep their name when they change: pods that run do not see it, and cannot go back with their version"
        yield Lapse(steps=steps, words=words)


def _keys(generator: Mapping[str, Any]) -> set[str]:
    literals = {each.partition("=")[0] for each in texts(generator.get("literals"))}
    files = {each.partition("=")[0].rpartition("/")[2] for each in texts(generator.get("files"))}
    return literals | files


def _patches(old: Object, new: Object) -> Iterator[Lapse]:
    known = {each for each, _ in _said(old)}
    for each, words in _said(new):
        if each not in known:
            severity = Severity.MEDIUM if each.startswith("remove ") else Severity.HIGH
            rests = Severity.MEDIUM if each.startswith("stop ") else None
            yield Lapse(steps=("patches",), words=words, severity=severity, anchor=each, of_trials=rests)


def _said(of: Object) -> Iterator[tuple[str, str]]:
    """What patches within the file stop or take away, under a name that stays the same."""
    inline = [(each.get("patch"), table(each.get("target"))) for each in tables(of.values.get("patches"))]
    inline += [(each, {}) for each in texts(of.values.get("patchesStrategicMerge"))]
    for text, target in inline:
        if not isinstance(text, str) or "\n" not in text:
            continue
        try:
            nodes = documents(text.encode(), allow_tags=True)
        except DocumentError:
            continue
        whom = f"{target.get('kind', 'what it selects')} `{target.get('name', '*')}`"
        for node in nodes:
            value = value_of(node)
            yield from _of_merge(table(value))
            for each in tables(value):
                yield from _of_operation(each, whom)


def _of_merge(patch: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    whom = f"{patch.get('kind')} `{part(patch, 'metadata', 'name')}`"
    if patch.get("$patch") == "delete":
        yield (
            f"delete {whom}",
            f"a patch takes {whom} out: it is deleted where Flux or Argo CD prunes what is no longer declared",
        )
    if part(patch, "spec", "replicas") == 0 and part(patch, "spec", "replicas") is not False:
        yield f"stop {whom}", f"a patch sets `replicas` of {whom} to 0: nothing of it runs any more"


def _of_operation(each: Mapping[str, Any], whom: str) -> Iterator[tuple[str, str]]:
    path = str(each.get("path"))
    if each.get("op") in ("replace", "add") and path == "/spec/replicas" and str(each.get("value")) == "0":
        yield f"stop {whom}", f"a patch sets `replicas` of {whom} to 0: nothing of it runs any more"
    elif each.get("op") == "remove" and path.rpartition("/")[2] in _KEEPING:
        last = path.rpartition("/")[2]
        yield f"remove {last} {whom}", f"a patch takes `{last}` from {whom}"
