"""Reads what merge commits are made of: each side and the merge itself against the merge bases."""

from collections.abc import Iterable, Sequence

from weighbridge.adapters.git.commits import read_commit
from weighbridge.adapters.git.difference import read_difference
from weighbridge.adapters.git.objects import ObjectReader
from weighbridge.adapters.git.process import Git, GitFailedError, split_records
from weighbridge.app.ports import RepositoryError, UnreadableObjectError
from weighbridge.domain.change import Commit
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.merge import Merge, MergedFile, SideChanges, at_every_base, merged_files
from weighbridge.domain.outcomes import CouldNotLook, Reason

MOST_MERGES = 100
"""Merge commits of one change that are taken apart, the newest first."""

MOST_BASES = 4
_RAW = ("-r", "--raw", "--no-abbrev", "--no-color", "--no-ext-diff", "--no-textconv", "-l400")


def read_merges(
    git: Git, objects: ObjectReader, *, commits: Iterable[Commit], unrelated: ObjectId | None
) -> tuple[Merge, ...] | CouldNotLook:
    """The merge commits among `commits`, the newest `MOST_MERGES`, taken apart.

    `unrelated` is the tree that sides without a shared history are held against; None where the clone ends too early to
    tell whether they share one.
    """
    try:
        merging = merges_among(commits)[:MOST_MERGES]
        return tuple(_read(git, objects, commit=commit, unrelated=unrelated) for commit in merging)
    except RepositoryError as problem:
        return CouldNotLook(
            reason=Reason.NO_HISTORY,
            detail=f"what a merge commit itself changed could not be told: {problem}",
            remedy="git fetch --unshallow, or clone without --filter",
        )


def merges_among(commits: Iterable[Commit]) -> list[Commit]:
    """Those that have more than one parent."""
    return [commit for commit in commits if len(commit.parents) > 1]


def _read(git: Git, objects: ObjectReader, *, commit: Commit, unrelated: ObjectId | None) -> Merge:
    trees = [read_commit(objects, parent).tree for parent in commit.parents]
    bases = [read_commit(objects, base).tree for base in merge_bases(git, commit.parents)]
    if not bases:
        if unrelated is None:
            raise UnreadableObjectError(f"the merge base of {commit.oid[:12]} lies beyond where this clone was cut off")
        bases = [unrelated]
    found = [_from(git, base, trees=trees, merged=commit.tree) for base in bases[:MOST_BASES]]
    return Merge(commit=commit.oid, sides=commit.parents, files=at_every_base(found))


def _from(git: Git, base: ObjectId, *, trees: Sequence[ObjectId], merged: ObjectId) -> list[MergedFile]:
    """The files of interest, as seen from one merge base."""
    sides = [_changes(git, base, tree=tree, renames="-M") for tree in trees]
    return list(merged_files(sides, _changes(git, base, tree=merged, renames="--no-renames")))


def merge_bases(git: Git, sides: Sequence[ObjectId]) -> Sequence[ObjectId]:
    """The best common ancestors of all sides; none where they share no history."""
    how = "--all" if len(sides) == 2 else "--octopus"
    try:
        return [ObjectId(line) for line in git.run("merge-base", how, *sides).decode().split()]
    except GitFailedError as problem:
        if problem.code == 1:
            return []
        raise


def _changes(git: Git, base: ObjectId, *, tree: ObjectId, renames: str) -> SideChanges:
    if base == tree:
        return {}
    with git.stream("diff-tree", *_RAW, renames, base, tree) as chunks:
        files = read_difference(split_records(chunks))
    return {blob.path: (file.base, file.head) for file in files if (blob := file.base or file.head) is not None}
