"""Secrets whose value stands in manifests, in values of charts or in files of Docker Compose, and did not before."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.landscape.infrastructure.images.changed import Images, is_for_oneself
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table, tables
from weighbridge.landscape.infrastructure.kubernetes.whole_files import Charts
from weighbridge.landscape.infrastructure.secrets import is_secret_name
from weighbridge.landscape.infrastructure.written_secrets import ELSEWHERE, is_issued, is_one, texts_within

_KEPT: Final = LatePattern(r"(?i)existing_?secret|secret_?(?:key_?)?ref|secret_?name|value_?from|from_?secret")
"""Keys under which values of a chart name the secret that holds one."""
_REFERENCE: Final = ("$", "{{", "<")
_HELM: Final = {
    "HelmRelease": ("spec", "values"),
    "Application": ("spec", "source", "helm"),
}
"""Objects that give values to a chart, and where."""


class Held(Struct, frozen=True):
    """A secret that is written out: what holds it, under which name, where, and what of it was otherwise, in words."""

    holder: str
    name: str
    place: Place
    anchor: str
    was: str = ""


Value = tuple[str, str, tuple[str, ...]]
"""A name, what it says, and the steps to it."""


def in_manifests(manifests: Manifests) -> Iterator[Held]:
    """Those of objects."""
    known = {value for old, _ in manifests.pairs if old is not None for _, value, _ in _of_object(old)}
    for old, new in manifests.present:
        taken = dict(_taken(old, new)) if old is not None else {}
        for name, value, steps in _of_object(new):
            if value not in known and steps not in taken:
                yield Held(new.name, name, new.at(*steps), new.anchor)
        for steps, name in taken.items():
            yield Held(new.name, name, new.at(*steps), new.anchor, was=_WAS)


def in_charts(charts: Charts) -> Iterator[Held]:
    """Those of files of values; not of files that are there to try a chart."""
    sides = list(charts.sides)
    known = {value for old, _ in sides if old is not None for _, _, value in texts_within(old.values)}
    for old, new in sides:
        if new is None or is_for_oneself(new.path) or new.values.get("sops") is not None:
            continue
        before = table(old.values) if old is not None else {}
        for path, name, value in texts_within(new.values):
            was = _WAS if old is not None and _was_kept(before, new.values, path=path, name=name) else ""
            if value not in known and (is_one(name, value) or (was and _is_said(name, value))):
                yield Held(f"`{new.path}`", path, new.at(*path.split(".")), new.path, was=was)


def in_composed(images: Images) -> Iterator[Held]:
    """Those of services: what is issued, and what was filled in from outside before."""
    for old, new in images.composed:
        for service in new.services.values() if new is not None and not is_for_oneself(new.path) else ():
            assert new is not None
            former = old.services.get(service.name) if old is not None else None
            before = former.environment if former is not None else {}
            for name, (value, line) in service.environment.items():
                had = before.get(name, ("", 0))[0]
                was = _FILLED_IN if "$" in had else ""
                if had != value and is_secret_name(name) and (is_issued(value) or (was and _is_said(name, value))):
                    yield Held(f"`{service.name}`", name, new.at(line), service.name, was=was)


_WAS: Final = "it was taken from a secret before"
_FILLED_IN: Final = "it was filled in from outside before"


def _of_object(of: Object) -> Iterator[Value]:
    if of.values.get("sops") is not None:
        return
    yield from _of_data(of)
    for called, name, each in _environment(of):
        value = each.get("value")
        if isinstance(value, str) and is_one(name, value):
            yield name, value, of.in_container(called, "env", name)
    steps = _HELM.get(of.kind, ())
    for path, name, value in texts_within(part(of.values, *steps)) if steps else ():
        if is_one(name, value):
            yield path, value, (*steps, *path.split("."))


def _of_data(of: Object) -> Iterator[Value]:
    """What a secret holds, whatever it is called where it looks issued; what settings hold, by what it is called."""
    for where in {"Secret": ("stringData", "data"), "ConfigMap": ("data",)}.get(of.kind, ()):
        for name, written in table(of.values.get(where)).items():
            said = _decoded(str(written)) if (of.kind, where) == ("Secret", "data") else str(written)
            if is_one(name, said) or (of.kind == "Secret" and is_issued(said)):
                yield name, said, (where, name)


def _environment(of: Object) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each variable of each container: the container's name, its own, and all that is said of it."""
    for called, container in of.containers.items():
        yield from ((called, str(each.get("name")), each) for each in tables(container.get("env")))


def _taken(old: Object, new: Object) -> Iterator[tuple[tuple[str, ...], str]]:
    """What was taken from a secret and is written out, whatever it says."""
    kept = {
        (called, name) for called, name, each in _environment(old) if table(each.get("valueFrom")).get("secretKeyRef")
    }
    for called, name, each in _environment(new) if kept else ():
        value = each.get("value")
        if (called, name) in kept and isinstance(value, str) and _is_said(name, value):
            yield new.in_container(called, "env", name), name
    steps = _HELM.get(new.kind, ())
    if steps and not new.values.get("sops"):
        before, after = (table(part(each.values, *steps)) for each in (old, new))
        for path, name, value in texts_within(after) if before != after else ():
            if _is_said(name, value) and _was_kept(before, after, path=path, name=name):
                yield (*steps, *path.split(".")), path


def _is_said(name: str, value: str) -> bool:
    """Whether a secret's value is written out, be it one that holds a place: then everybody knows it."""
    is_elsewhere = value.startswith("/") or any(each in value for each in _REFERENCE) or ELSEWHERE.search(value)
    return is_secret_name(name) and bool(value.strip()) and not is_elsewhere


def _was_kept(before: Mapping[str, Any], after: Mapping[str, Any], *, path: str, name: str) -> bool:
    """Whether the table that holds a value named a secret for it, and does so no longer."""
    above = path.split(".")[:-1]
    old, new = (table(part(each, *above)) for each in (before, after))
    return old.get(name) in (None, "") and any(
        _KEPT.search(key) and value and not new.get(key) for key, value in old.items()
    )


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def written_out(charts: Charts, manifests: Manifests, *, images: Images) -> Iterable[Held]:
    """All of them."""
    yield from in_manifests(manifests)
    yield from in_charts(charts)
    yield from in_composed(images)
