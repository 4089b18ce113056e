"""Docker: a folder with a `Dockerfile` beside its code is something that runs."""

import re
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader
from weighbridge.landscape.manifests.texts import text_of

_NO_HOME: Final = frozenset(
    {
        *("docker", ".docker", "dockerfiles", "container", "containers", "images", "image", "devcontainer"),
        *(".devcontainer", "ci", ".ci", ".github", "build", "deploy", "deployment", "dev", "hack", "scripts"),
        *("package", "packaging"),
    }
)
"""Folders that keep Dockerfiles for the code of others."""

_STARTS = re.compile(r"^[ \t]*(?:CMD|ENTRYPOINT)\b", re.MULTILINE | re.IGNORECASE)


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    folder = folder_of(path)
    if not keeps_its_own_code(folder) or not _STARTS.search(text_of(data)):
        return ()
    name = folder.rpartition("/")[2]
    kind = ComponentKind.SERVICE
    return (Claim(root=folder, name=name, authority=Authority.IMAGE, source=path, kind=kind, is_own=False),)


def keeps_its_own_code(folder: RepoPath) -> bool:
    """Whether a Dockerfile in `folder` is likely about that folder, rather than kept there for code elsewhere."""
    return _NO_HOME.isdisjoint(folder.split("/"))


READER = ManifestReader(names=frozenset({"Dockerfile", "Containerfile"}), read=_read)
