"""npm, pnpm and yarn: `package.json`, the name of a package or the root of a workspace."""

import json
import re

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.keys import folder_key, npm_key
from weighbridge.landscape.manifests.texts import json_object, line_of, resolve, string, table, with_lines

_SECTIONS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_LOCAL = re.compile(r"^(?:file|link|portal):(.*)$")
_HANDED_OUT = frozenset(("dependencies", "main", "module", "exports", "bin", "types", "files", "browser"))
"""Keys of a package that somebody uses; at the repository's root a package without any of them only keeps tools."""
_STRING = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*+)"(?P<colon>\s*:)?')
_SITES = frozenset({"next", "gatsby", "react-scripts", "vite", "astro", "nuxt", "@docusaurus/core", "@angular/core"})
_SERVERS = frozenset({"express", "fastify", "koa", "@nestjs/core", "@hapi/hapi", "restify"})


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    package, text = json_object(data)
    name = string(package.get("name"))
    folder = folder_of(path)
    needs = _needs(folder, package, text=text)
    is_workspace = "workspaces" in package or (not folder and not _HANDED_OUT & package.keys() and not _starts(package))
    if not name and not needs and not is_workspace:
        return ()
    claim = Claim(
        root=folder,
        name=name or folder.rpartition("/")[2],
        authority=Authority.WORKSPACE if is_workspace else Authority.PACKAGE,
        source=path,
        line=line_of(text, r'^[ \t]*"name"[ \t]*:'),
        kind=None if is_workspace else _kind(package),
        provides=(npm_key(name),) if name else (),
        requires=needs,
    )
    return (claim,)


def _needs(folder: str, package: dict[str, object], *, text: str) -> tuple[Need, ...]:
    found: dict[str, Need] = {}
    for section in _SECTIONS:
        wanted_here = table(package, section)
        lines = _lines_of_keys(text, section) if wanted_here else {}
        line = 1
        for name, wanted in wanted_here.items():
            line = lines.get(name, line)
            local = _LOCAL.match(string(wanted))
            target = resolve(folder, local.group(1)) if local else None
            key = folder_key(target) if target is not None else npm_key(name)
            found.setdefault(key, Need(key=key, line=line))
    return tuple(found.values())


def _lines_of_keys(text: str, section: str) -> dict[str, int]:
    """The line of each key from a section's own on."""
    lines: dict[str, int] = {}
    for found, line in with_lines(_STRING, text, start=max(text.find(f'"{section}"'), 0)):
        if found["colon"]:
            name = found["text"]
            lines.setdefault(json.loads(f'"{name}"') if "\\" in name else name, line)
    return lines


def _kind(package: dict[str, object]) -> ComponentKind:
    """A package that nobody can import but somebody can start is a site or a service."""
    dependencies = table(package, "dependencies").keys()
    is_private = package.get("private") is True
    if is_private and _starts(package):
        if dependencies & _SITES:
            return ComponentKind.SITE
        if dependencies & _SERVERS:
            return ComponentKind.SERVICE
    return ComponentKind.LIBRARY


def _starts(package: dict[str, object]) -> bool:
    return "start" in table(package, "scripts")


READER = ManifestReader(names=frozenset({"package.json"}), read=_read)
