"""Anchors in git: a checkpoint as a file of a branch, or under a ref of another repository."""

import hashlib
from collections.abc import Iterator
from typing import Final

from weighbridge.adapters.git.keeping import keep_file
from weighbridge.adapters.git.ledger_files import add_commit
from weighbridge.adapters.git.new_objects import NewObjects
from weighbridge.adapters.git.process import GitFailedError
from weighbridge.adapters.git.ref_moves import RefMove, move_refs
from weighbridge.adapters.git.repository import GitRepository
from weighbridge.adapters.git.staged_tree import TreeWriter
from weighbridge.adapters.git.trees import TreeReader
from weighbridge.app.ports import RepositoryError
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.ledger.checkpoint import read_checkpoint
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import LedgerFilesError, LedgerPlaceError
from weighbridge.ledger.trusted_ledger import Anchor

ANCHOR_FILE: Final = RepoPath("ledger-checkpoint")
_LARGEST: Final = 1 << 18
_REMOTES: Final = "refs/remotes/"
_MOST: Final = 100
_MOST_BRANCHES: Final = 100_000


def anchors_on(repository: GitRepository, ref: str, *, target: str = "") -> Iterator[Anchor]:
    """What stands on a branch here, and on the same branch of every remote as it was last fetched. Raises `RepositoryError`.

    Nothing does where only remotes have it that say nothing of what is protected: anybody's fork has a branch of that name.
    The one that does has the `target`, the protected branch by its full name; else it is origin, or any where there is none.
    """
    name = ref.removeprefix("refs/heads/")
    remotes = repository.refs(_REMOTES, _MOST_BRANCHES) if repository.tracking.remotes else {}
    every = {**(repository.refs(ref, 1) if repository.tracking.heads else {}), **remotes}
    found = {each: commit for each, commit in every.items() if each == ref or each.split("/", 3)[3:] == [name]}
    protected = _remote(target) if target.startswith(_REMOTES) else "origin"
    is_any = not target.startswith(_REMOTES) and not any(_remote(each) == protected for each in remotes)
    if is_any or ref in found or f"{_REMOTES}{protected}/{name}" in found:
        for each, commit in found.items():
            yield from _anchors(repository, each, commit=commit)


def _remote(ref: str) -> str:
    return ref.split("/", 3)[2]


def anchors_in(repository: GitRepository) -> Iterator[Anchor]:
    """What stands in another repository, of any ledger. Raises `RepositoryError`."""
    for ref, commit in repository.refs("refs/weighbridge/anchors/", _MOST).items():
        yield from _anchors(repository, ref, commit=commit)


def _anchors(repository: GitRepository, ref: str, *, commit: ObjectId) -> Iterator[Anchor]:
    data = repository.file_at(commit, ANCHOR_FILE, _LARGEST)
    if isinstance(data, CouldNotLook):
        raise RepositoryError(f"{ANCHOR_FILE} of {ref} in {repository.name} cannot be read: {data.detail}")
    if data is not None:
        yield Anchor(place=f"{ref} of {repository.name}", note=data)


def anchor_on(repository: GitRepository, ref: str, *, note: bytes) -> str:
    """Keep a checkpoint as a file of a branch that is not checked out; what people call the place.

    Raises:
        LedgerPlaceError: the ref is no branch, is checked out, stands for another, or holds something else than an anchor.
        LedgerFilesError: it cannot be written.
    """
    if not ref.startswith("refs/heads/"):
        raise LedgerPlaceError(f"{ref}: a checkpoint is anchored on a branch, as refs/heads/ledger-anchor")
    try:
        if ref in _checked_out(repository):
            raise LedgerPlaceError(
                f"{ref} is checked out, and its files would not be its own any more: name another branch"
            )
        before = repository.refs(ref, 1).get(ref)
        made = NewObjects(repository.location.object_format)
        trees = TreeReader(repository.objects)
        writer = TreeWriter(trees)
        base = repository.tree_of(before) if before else None
        if stands_for := _stands_for(repository, ref):
            raise LedgerPlaceError(
                f"{ref} stands for {stands_for}, which would be written to: name a branch of its own"
            )
        if (
            before
            and base
            and set(trees.entries(base)) - {ANCHOR_FILE.encode()}
            and not _is_anchored(repository, before)
        ):
            raise LedgerPlaceError(
                f"{ref} holds other files and no anchor, and nothing was written to it: name a branch that is not there yet, as"
                " refs/heads/ledger-anchor"
            )
        tree = writer.changed(base, {ANCHOR_FILE.encode(): (b"100644", made.add("blob", note))})
        assert tree is not None, "the checkpoint stands in it"
        made.add_trees(writer.made)
        commit = add_commit(made, tree, parent=before)
        made.write(repository.named)
        move_refs(repository.named, repository.location, moves=[RefMove(ref=ref, old=before, new=commit)])
    except RepositoryError as problem:
        raise LedgerFilesError(f"{ref} cannot be written: {problem}") from problem
    return f"{ref} of {repository.name}"


def anchor_in(repository: GitRepository, note: bytes) -> str:
    """Keep a checkpoint in another repository; what people call the place. Raises `LedgerFilesError`."""
    origin = read_checkpoint(note).checkpoint.origin
    ref = f"refs/weighbridge/anchors/{hashlib.sha256(origin.encode()).hexdigest()[:24]}"
    try:
        before = repository.refs(ref, 1).get(ref)
        keep_file(repository.named, ref, before=before, name=ANCHOR_FILE, data=note)
    except RepositoryError as problem:
        raise LedgerFilesError(f"{ref} of {repository.name} cannot be written: {problem}") from problem
    return f"{ref} of {repository.name}"


def _stands_for(repository: GitRepository, ref: str) -> str:
    try:
        return repository.named.run("symbolic-ref", "-q", ref).decode("utf-8", "replace").strip()
    except GitFailedError:
        return ""


def _is_anchored(repository: GitRepository, commit: ObjectId) -> bool:
    """Whether an anchor stands among the files of a branch, as on one that was made of another branch and anchored before."""
    data = repository.file_at(commit, ANCHOR_FILE, _LARGEST)
    try:
        return isinstance(data, bytes) and bool(read_checkpoint(data))
    except LedgerError:
        return False


def _checked_out(repository: GitRepository) -> set[str]:
    """The branches that some work tree stands on."""
    try:
        said = repository.named.run("worktree", "list", "--porcelain").decode("utf-8", "surrogateescape")
    except GitFailedError:
        return set()
    return {line.removeprefix("branch ") for line in said.split("\n") if line.startswith("branch ")}
