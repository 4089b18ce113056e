"""Terraform and OpenTofu: folders of `.tf` files are infrastructure, gathered under the folder people call so."""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader

_HOMES: Final = frozenset(
    ("terraform", "tf", "opentofu", "infra", "infrastructure", "iac", "provisioning", "deploy", "deployment", "ops")
)


def _read(path: RepoPath, _data: bytes) -> tuple[Claim, ...]:
    root = home_of(folder_of(path))
    claim = Claim(
        root=root,
        name=root.rpartition("/")[2] or "infrastructure",
        authority=Authority.BUILD,
        source=path,
        kind=ComponentKind.INFRASTRUCTURE,
        is_own=False,
    )
    return (claim,) if root else ()


def home_of(folder: str) -> RepoPath:
    """The outermost folder above (or at) `folder` whose name says infrastructure; the folder itself when none does."""
    parts = folder.split("/")
    for end, part in enumerate(parts, start=1):
        if part.lower() in _HOMES:
            return RepoPath("/".join(parts[:end]))
    return RepoPath(folder)


READER = ManifestReader(endings=frozenset({".tf"}), read=_read)
