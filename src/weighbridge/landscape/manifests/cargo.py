"""Rust: `Cargo.toml`, a crate or the root of a workspace."""

import re
from collections.abc import Iterator

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.keys import cargo_key, folder_key
from weighbridge.landscape.manifests.texts import first_lines, line_of, resolve, string, table, toml_table

_NAMED = re.compile(r'^[ \t]*(?:\[[^\n]*\.)?"?([\w-]+)"?[ \t]*[=.\]]', re.MULTILINE)
_SECTIONS = ("dependencies", "dev-dependencies", "build-dependencies")


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    document, text = toml_table(data)
    folder = folder_of(path)
    name = string(table(document, "package").get("name"))
    if not name and "workspace" not in document:
        return ()
    claim = Claim(
        root=folder,
        name=name or folder.rpartition("/")[2],
        authority=Authority.PACKAGE if name else Authority.WORKSPACE,
        source=path,
        line=line_of(text, r"^[ \t]*name[ \t]*="),
        kind=ComponentKind.LIBRARY if name else None,
        provides=(cargo_key(name),) if name else (),
        requires=tuple(_needs(document, folder, text=text)) if name else (),
    )
    return (claim,)


def _needs(document: dict[str, object], folder: str, *, text: str) -> Iterator[Need]:
    lines = first_lines(_NAMED, text)
    places = [document, *(table(t) for t in table(document, "target").values())]
    for place in places:
        for section in _SECTIONS:
            for alias, wanted in table(place, section).items():
                details = table(wanted)
                local = resolve(folder, string(details.get("path"))) if "path" in details else None
                key = cargo_key(string(details.get("package")) or alias) if local is None else folder_key(local)
                yield Need(key=key, line=lines.get(alias, 0))


READER = ManifestReader(names=frozenset({"Cargo.toml"}), read=_read)
