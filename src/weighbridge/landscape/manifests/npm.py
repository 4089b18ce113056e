"""npm, pnpm and yarn: `package.json`, the name of a package or the root of a workspace."""

import re

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.keys import folder_key, npm_key
from weighbridge.landscape.manifests.texts import json_object, line_of, resolve, string, table

_SECTIONS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_LOCAL = re.compile(r"^(?:file|link|portal):(.*)$")
_HANDED_OUT = frozenset(("dependencies", "main", "module", "exports", "bin", "types", "files", "browser"))
"""Keys of a package that somebody uses; at the repository's root a package without any of them only keeps tools."""
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
        line=line_of(text, r'^\s*"name"\s*:'),
        kind=None if is_workspace else _kind(package),
        provides=(npm_key(name),) if name else (),
        requires=needs,
    )
    return (claim,)


def _needs(folder: str, package: dict[str, object], *, text: str) -> tuple[Need, ...]:
    found: dict[str, Need] = {}
    for section in _SECTIONS:
        at = max(text.find(f'"{section}"'), 0)
        line = text.count("\n", 0, at) + 1
        for name, wanted in table(package, section).items():
            found_at = re.compile(rf'"{re.escape(name)}"\s*:').search(text, at)
            if found_at is not None:  # they stand in the order in which they were read
                line += text.count("\n", at, found_at.start())
                at = found_at.start()
            local = _LOCAL.match(string(wanted))
            target = resolve(folder, local.group(1)) if local else None
            key = folder_key(target) if target is not None else npm_key(name)
            found.setdefault(key, Need(key=key, line=line))
    return tuple(found.values())


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
