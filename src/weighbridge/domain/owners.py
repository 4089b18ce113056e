"""Whose approval a change needs because they own what it touches."""

from collections.abc import Sequence

from msgspec import Struct

from weighbridge.domain.change import FileChange, FileStatus
from weighbridge.domain.ids import EvidenceId, RepoPath, evidence_id


class OwnerGroup(Struct, frozen=True, kw_only=True):
    """Paths of one change that the same owners answer for, by which lines of which file.

    `approvals` of the owners must approve; where the group is `optional` they are welcome to. GitHub asks for any one of
    them; GitLab asks for a number in each section, each section by itself.
    """

    owners: tuple[str, ...]
    paths: tuple[RepoPath, ...]
    source: RepoPath
    lines: tuple[int, ...]
    section: str = ""
    optional: bool = False
    approvals: int = 1

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this group by."""
        return evidence_id("owners", self.section, *self.owners, "", *self.paths)


class Ownership(Struct, frozen=True, kw_only=True):
    """Who owns what a change touches: the groups, the paths nobody owns, and what of the file was passed over, in words."""

    source: RepoPath
    groups: tuple[OwnerGroup, ...] = ()
    unowned: tuple[RepoPath, ...] = ()
    notices: tuple[str, ...] = ()


def touched_paths(files: Sequence[FileChange]) -> tuple[RepoPath, ...]:
    """Every path that a change writes or removes, sorted: both of a file that moved, the new one alone of a copy.

    What a path lands on under another spelling is touched too; a folder that a file lands on ends with a slash. Where
    nobody could tell that, more may be touched: see `untold_landing`.
    """
    found = {file.path for file in files}
    moved = (file.base for file in files if file.base is not None and file.status is not FileStatus.COPIED)
    found |= {blob.path for blob in moved}
    for file in files:
        if file.lands_on:
            found |= set(file.lands_on)
    return tuple(sorted(found))


def untold_landing(files: Sequence[FileChange]) -> RepoPath | None:
    """The first changed file of which nobody could tell where it lands, so that it may touch more than is said."""
    return next((file.path for file in files if file.lands_on is None), None)
