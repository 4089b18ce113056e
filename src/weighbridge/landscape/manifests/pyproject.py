"""Python: `pyproject.toml` as PEP 621, Poetry and uv workspaces write it."""

import re

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.keys import folder_key, pypi_key
from weighbridge.landscape.manifests.texts import (
    first_lines,
    line_of,
    resolve,
    string,
    strings,
    table,
    toml_table,
)

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_REQUIREMENT = re.compile(rf"\s*({_NAME})")
_QUOTED_OR_FIRST = re.compile(rf"""(?:^|["'])[ \t]*({_NAME})""", re.MULTILINE)
_KEY = re.compile(rf"""^[ \t]*["']?({_NAME})["']?[ \t]*=""", re.MULTILINE)


def requirement_name(requirement: str) -> str:
    """The distribution a requirement such as `httpx[http2]>=0.27 ; python_version>'3'` names; empty when none."""
    found = _REQUIREMENT.match(requirement)
    return found.group(1) if found else ""


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    document, text = toml_table(data)
    folder = folder_of(path)
    name = string(table(document, "project").get("name")) or string(table(document, "tool", "poetry").get("name"))
    is_workspace = bool(table(document, "tool", "uv", "workspace"))
    if not name and not is_workspace:
        return ()
    claim = Claim(
        root=folder,
        name=name or folder.rpartition("/")[2],
        authority=Authority.PACKAGE if name and not _is_virtual(document) else Authority.WORKSPACE,
        source=path,
        line=line_of(text, r"^[ \t]*name[ \t]*="),
        kind=ComponentKind.LIBRARY if name else None,
        provides=(pypi_key(name),) if name else (),
        requires=_needs(folder, document, text=text),
    )
    return (claim,)


def _is_virtual(document: dict[str, object]) -> bool:
    """A workspace that says of itself that it is no package."""
    return table(document, "tool", "uv").get("package") is False and "workspace" in table(document, "tool", "uv")


def _needs(folder: str, document: dict[str, object], *, text: str) -> tuple[Need, ...]:
    names = [requirement_name(r) for r in _requirements(document)]
    lines = first_lines(_QUOTED_OR_FIRST, text)
    found: dict[str, Need] = {}
    for name in filter(None, names):
        found.setdefault(pypi_key(name), Need(key=pypi_key(name), line=lines.get(name, 0)))
    sources = _local_sources(document)
    keys = first_lines(_KEY, text) if sources else {}
    for name, local in sources.items():
        target = resolve(folder, local)
        if target is not None:
            line = found.pop(pypi_key(name), Need(key="")).line or keys.get(name, 0)
            found[folder_key(target)] = Need(key=folder_key(target), line=line)
    return tuple(found.values())


def _requirements(document: dict[str, object]) -> list[str]:
    project = table(document, "project")
    poetry = table(document, "tool", "poetry")
    wanted = list(strings(project.get("dependencies")))
    for extra in table(project, "optional-dependencies").values():
        wanted += strings(extra)
    for group in table(document, "dependency-groups").values():
        wanted += strings(group)
    for section in (poetry, *(table(group) for group in table(poetry, "group").values())):
        for key in ("dependencies", "dev-dependencies"):
            wanted += [name for name in table(section, key) if name.lower() != "python"]
    return wanted


def _local_sources(document: dict[str, object]) -> dict[str, str]:
    """Distribution to the folder it is taken from, as uv's sources and Poetry's path dependencies say."""
    found = {}
    for name, source in table(document, "tool", "uv", "sources").items():
        if path := string(table(source).get("path")):
            found[name] = path
    for name, source in table(document, "tool", "poetry", "dependencies").items():
        if path := string(table(source).get("path")):
            found[name] = path
    return found


READER = ManifestReader(names=frozenset({"pyproject.toml"}), read=_read)
