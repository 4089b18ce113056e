"""Reads a `CODEOWNERS` file by the forge it is written for."""

from codecs import BOM_UTF8
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.paths import encode_path
from weighbridge.landscape.owners import github, gitlab
from weighbridge.landscape.owners.model import CodeOwners, Forge

PLACES: Final = tuple(dict.fromkeys((*github.PLACES, *gitlab.PLACES)))
"""Every place a forge looks at, GitHub's order first."""

MAX_BYTES: Final = 3 * 1024 * 1024
"""GitHub does not load a larger file: nobody owns anything then."""

MOST_ALIKE: Final = 1_000
"""Patterns with nothing in common with a path that would tell whether they may be of it: each must be tried of every file."""


def read_owners(data: bytes, path: RepoPath, *, forge: Forge | None = None) -> CodeOwners | CouldNotLook:
    """The owners a file names, or why it names none.

    Without a `forge` the file tells: one below `.gitlab/` or with a section's header is GitLab's.
    """
    if len(data) > MAX_BYTES:
        return CouldNotLook(
            reason=Reason.LIMIT,
            detail=f"{path} is larger than {MAX_BYTES:,} bytes: GitHub loads no such file, and nothing here reads one",
            remedy="Make it smaller: one rule for a folder stands for many for its files.",
        )
    text: str = encode_path(data.removeprefix(BOM_UTF8))  # as the paths that it is compared with are written
    if forge is None:
        is_gitlab = path.startswith(".gitlab/") or (not path.startswith(".github/") and gitlab.has_sections(text))
        forge = Forge.GITLAB if is_gitlab else Forge.GITHUB
    owners = gitlab.gitlab_owners(text, path) if forge is Forge.GITLAB else github.github_owners(text, path)
    if owners.heaviest > MOST_ALIKE:
        return CouldNotLook(
            reason=Reason.LIMIT,
            detail=f"{path} has more than {MOST_ALIKE:,} patterns each of which may be of any one file",
            remedy="Name folders and files outright: wildcards at both ends of thousands of patterns are not tried.",
        )
    return owners


def team_names(owners: CodeOwners | CouldNotLook) -> tuple[str, ...]:
    """The teams, groups and roles among those who are named, sorted; none where the file could not be read."""
    if isinstance(owners, CouldNotLook):
        return ()
    return tuple(sorted({name for name in owners.names if _is_team(name)}))


def handle_names(owners: CodeOwners | CouldNotLook) -> tuple[str, ...]:
    """Those who are named by what a forge calls them and not by an address, sorted: people, and GitLab's groups at its top."""
    if isinstance(owners, CouldNotLook):
        return ()
    return tuple(sorted({name for name in owners.names if name.startswith("@") and not _is_team(name)}))


def _is_team(name: str) -> bool:
    return "/" in name or name.startswith("@@")
