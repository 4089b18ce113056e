"""Bazel: a folder with a `BUILD` file is a package; its labels are read as text, never evaluated."""

import re

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.keys import folder_key
from weighbridge.landscape.manifests.texts import text_of, with_lines

_LABEL = re.compile(r"""["']//([A-Za-z0-9_./+\-]*)(?::[^"'\n]*)?["']""")
_RULE = re.compile(r"^[a-z][a-z0-9_]*\(", re.MULTILINE)


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    text = text_of(data)
    folder = folder_of(path)
    if not folder or not _RULE.search(text):
        return ()
    needs: dict[str, Need] = {}
    for found, line in with_lines(_LABEL, text):
        if found.group(1) != "visibility" and found.group(1):
            key = folder_key(found.group(1))
            needs.setdefault(key, Need(key=key, line=line))
    claim = Claim(
        root=folder,
        name=folder.rpartition("/")[2],
        authority=Authority.BUILD,
        source=path,
        provides=(folder_key(folder),),
        requires=tuple(needs.values()),
        is_own=False,
    )
    return (claim,)


READER = ManifestReader(names=frozenset({"BUILD", "BUILD.bazel"}), read=_read)
