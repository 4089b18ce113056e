"""What an object of Flux or Argo CD applies: which folder, whether it prunes, and what it puts in."""

import fnmatch
import posixpath
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table, tables

FLUX: Final = "kustomize.toolkit.fluxcd.io"
ARGO: Final = "argoproj.io"
_VARIABLE: Final = LatePattern(r"\$\{(\w+)(?::?[-=]([^}]*))?\}")
_WHOLE_PATH: Final = LatePattern(r"^\{\{-?\s*\.?path(?:\.path)?\s*-?\}\}$")


class Applier(Struct, frozen=True, kw_only=True):
    """An object of Flux or Argo CD that applies a folder."""

    name: str
    declared: RepoPath
    path: str
    prunes: bool | None
    """Whether it deletes what its folder no longer declares; None where what applies it may say otherwise."""
    namespace: str = ""
    """Where it puts everything, whatever that says."""
    given: Mapping[str, str]
    """What it puts in for variables of what it applies."""
    is_patching: bool = False
    """Whether it changes whether others prune."""

    key: tuple[str, str]
    """Its own kind and name."""

    @property
    def id(self) -> tuple[str, str]:
        """What tells it from others of a tree."""
        return self.declared, self.name


def is_applier(of: Object) -> bool:
    """Whether an object applies others."""
    group, kind = of.key[:2]
    if group == FLUX and kind == "Kustomization":
        return "sourceRef" in of.spec  # else it is a patch of one
    return group == ARGO and kind in ("Application", "ApplicationSet")


def appliers_of(of: Object, *, folders: Collection[str], by: Applier | None = None) -> Iterator[Applier]:
    """What an object applies here: nothing where it names no folder of this tree."""
    if not is_applier(of):
        return
    if of.kind == "Kustomization":
        each = _of_flux(of, by)
        yield from [each] if each.path in folders else ()
        return
    template = of.spec if of.kind == "Application" else table(part(of.spec, "template", "spec"))
    sources = [table(template.get("source")), *tables(template.get("sources"))]
    prunes = part(template, "syncPolicy", "automated", "prune") is True
    namespace = str(part(template, "destination", "namespace") or "")
    for written in (str(each.get("path") or "") for each in sources):
        paths = _matching(of, folders) if _WHOLE_PATH.search(written) else [_normal(written)] if written else []
        for path in paths:
            if path in folders:
                name = of.name if of.kind == "Application" else f"{of.name} for {path}"
                yield Applier(
                    name=name,
                    declared=of.path,
                    path=path,
                    prunes=prunes,
                    namespace=namespace,
                    given={},
                    key=of.key[1::2],
                )


def _of_flux(of: Object, by: Applier | None) -> Applier:
    given = {key: str(value) for key, value in table(part(of.spec, "postBuild", "substitute")).items()}
    outer = by.given if by is not None else {}
    path = _VARIABLE.sub(lambda found: outer.get(found[1], found[2] or found[0]), str(of.spec.get("path") or "."))
    prunes = of.spec.get("prune") is True
    is_unsure = by is not None and by.is_patching and by.id != (of.path, of.name)
    return Applier(
        name=of.name,
        declared=of.path,
        path=_normal(path),
        prunes=None if is_unsure else prunes,
        namespace=str(of.spec.get("targetNamespace") or ""),
        given=given,
        key=of.key[1::2],
        is_patching="prune" in str(of.spec.get("patches") or ""),
    )


def _normal(path: str) -> str:
    """A path as a folder of the tree; Flux lets none lead out of it."""
    return posixpath.normpath(f"/{path}").lstrip("/") or "."


def _matching(of: Object, folders: Collection[str]) -> list[str]:
    """The folders for which a set makes an application each."""
    found: list[str] = []
    for each in tables(of.spec.get("generators")):
        entries = tables(table(each.get("git")).get("directories"))
        wanted, kept = (
            [_normal(str(one.get("path"))) for one in entries if (one.get("exclude") is True) is not_wanted]
            for not_wanted in (False, True)
        )
        found += [
            folder
            for folder in folders
            if any(folder.count("/") == one.count("/") and fnmatch.fnmatchcase(folder, one) for one in wanted)
            and not any(fnmatch.fnmatchcase(folder, one) for one in kept)
        ]
    return found
