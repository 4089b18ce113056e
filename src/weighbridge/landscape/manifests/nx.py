"""Nx: a project's `project.json`."""

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.texts import json_object, line_of, string, strings

_SITE_MARKS = ("@angular-devkit/build-angular", "@nx/next", "@nx/vite", "@nrwl/next", "@nx/webpack:dev-server")


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    project, text = json_object(data)
    kind = string(project.get("projectType"))
    if kind not in ("application", "library") and "targets" not in project:
        return ()
    folder = folder_of(path)
    name = string(project.get("name")) or folder.rpartition("/")[2]
    line = line_of(text, r'"implicitDependencies"')
    claim = Claim(
        root=folder,
        name=name,
        authority=Authority.WORKSPACE if not folder else Authority.PACKAGE,
        source=path,
        line=line_of(text, r'"name"\s*:'),
        kind=_kind(kind, text),
        provides=(f"nx:{name}",),
        requires=tuple(Need(key=f"nx:{n}", line=line) for n in strings(project.get("implicitDependencies"))),
    )
    return (claim,)


def _kind(kind: str, text: str) -> ComponentKind:
    if kind != "application":
        return ComponentKind.LIBRARY
    return ComponentKind.SITE if any(mark in text for mark in _SITE_MARKS) else ComponentKind.SERVICE


READER = ManifestReader(names=frozenset({"project.json"}), read=_read)
