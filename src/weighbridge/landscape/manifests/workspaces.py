"""pnpm and Lerna: the file that makes a folder a workspace, whatever its own `package.json` says."""

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader


def _read(path: RepoPath, _data: bytes) -> tuple[Claim, ...]:
    folder = folder_of(path)
    name = folder.rpartition("/")[2]
    return (Claim(root=folder, name=name, authority=Authority.WORKSPACE, source=path, is_own=False),)


READER = ManifestReader(names=frozenset({"pnpm-workspace.yaml", "lerna.json", "go.work"}), read=_read)
