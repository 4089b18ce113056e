"""One git repository behind the `Repository` port."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

from weighbridge.adapters.git.branches import branch_start, came_at, passings, versions
from weighbridge.adapters.git.commits import read_commit, read_commits
from weighbridge.adapters.git.comparison import compare
from weighbridge.adapters.git.history import list_ancestors, list_landed, stream_commits
from weighbridge.adapters.git.keeping import OUR_REFS, keep_file
from weighbridge.adapters.git.location import Location, locate
from weighbridge.adapters.git.merges import MOST_MERGES, merges_among, read_merges
from weighbridge.adapters.git.missing import lacks_objects
from weighbridge.adapters.git.notes import annotated, orphans, read_notes
from weighbridge.adapters.git.objects import ObjectReader
from weighbridge.adapters.git.process import Git, clean_environment, find_git
from weighbridge.adapters.git.releases import Tags, newest_release, tags_of
from weighbridge.adapters.git.revisions import Revisions
from weighbridge.adapters.git.selection import Ends, Selection, empty_tree
from weighbridge.adapters.git.shadow import Shadow
from weighbridge.adapters.git.staging import snapshot_index, snapshot_worktree
from weighbridge.adapters.git.target import find_target, is_ancestor, merge_base
from weighbridge.adapters.git.tracking import Tracking
from weighbridge.adapters.git.trees import TreeReader, list_tree
from weighbridge.adapters.git.trunk import Paths, changed_paths, first_parents, unmerged_branches
from weighbridge.app.ports import (
    Ancestry,
    ChangeRequest,
    HistoricCommit,
    RepositoryError,
    UnknownRevisionError,
    UnreadableObjectError,
)
from weighbridge.domain.change import Blob, Change, ChangeKind, Commit, Limitation, LimitationKind, Mode, Passing
from weighbridge.domain.ids import ObjectId, RepoPath, content_hex
from weighbridge.domain.merge import Merge
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.policy.reset_progress import OpenBranch, Step

MOST_COMMITS = 10_000
"""Commits of one change that are read."""

_NO_FILES = {Mode.SYMLINK: "it is a symbolic link", Mode.SUBMODULE: "it is a submodule"}

_MOST_TIPS = 1_000
"""Refs from which what is missing is looked for."""

MOST_COMMIT_BYTES = 10_000_000
"""Longest commit object whose bytes are given out."""


def open_repository(path: Path, *, inherited: Mapping[str, str] | None = None) -> "GitRepository":
    """The repository at or above `path`; close it, or use it as a context.

    `inherited` are the environment's variables, those of this process when not given.

    Raises:
        NotARepositoryError: there is none, or git refuses it.
        RepositoryError: there is no git program.
    """
    variables = os.environ if inherited is None else inherited
    environment = clean_environment(variables)
    git = Git(program=find_git(environment), folder=path, environment=environment)
    return GitRepository(git, locate(git, path, inherited=variables))


_WORTH_IT: Final = 64
"""Blobs for which a git of their own is started."""


class GitRepository:
    """Reads one repository: names in the repository itself, everything else through a shadow of its objects."""

    def __init__(self, git: Git, location: Location) -> None:
        self.location = location
        self._named = git
        self._shadow = Shadow(git, location)
        self._objects = ObjectReader(self._shadow.git)
        self._trees = TreeReader(self._objects)
        self._tree_ids: dict[ObjectId, ObjectId] = {}
        self._tags: Tags | None = None
        self._revisions = Revisions(git, location.common)
        self._selection = Selection(
            location=location, git=self._shadow.git, revisions=self._revisions, objects=self._objects
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the gits that are kept running and removes the temporary folder."""
        self._objects.close()
        self._shadow.close()

    @property
    def named(self) -> Git:
        """The git that is asked about names, in the repository itself; whoever uses it moves refs of ours and nothing else."""
        return self._named

    @property
    def objects(self) -> ObjectReader:
        """What reads objects, for as long as the repository is open."""
        return self._objects

    @property
    def tracking(self) -> Tracking:
        """Which refs here are branches by the names that they have where they are protected."""
        return self._revisions.tracking

    @property
    def identity(self) -> str:
        """16 hex digits that stand for this repository on this machine."""
        return content_hex(str(self.location.common.resolve()), self.location.object_format, length=16)

    @property
    def name(self) -> str:
        """The repository's name as people say it."""
        return self.location.name

    def change(self, request: ChangeRequest) -> Change:
        """The change that was asked for, with its limitations. Raises `RepositoryError`."""
        ends = self._ends(request)
        compared = compare(self._shadow.git, self._trees, base=ends.base_tree, head=ends.head_tree)
        commits = () if ends.head_commit is None else tuple(self.commits_between(ends.base_commit, ends.head_commit))
        told = next((c for c in commits if len(c.parents) < 2 or ends.kind is ChangeKind.MERGE), None)
        return Change(
            repository=self.name,
            kind=ends.kind,
            range_text=request.range_text or self._unnamed(ends),
            base_tree=ends.base_tree,
            head_tree=ends.head_tree,
            base_commit=ends.base_commit,
            head_commit=ends.head_commit,
            files=compared.files,
            commits=commits,
            title=told.subject if told else "",
            description=told.message.strip().partition("\n")[2].strip() if told else "",
            limitations=(*ends.limitations, *compared.limitations, *self._cut_off(commits)),
        )

    def _unnamed(self, ends: Ends) -> str:
        """What a change is called for which no range was given: the branch that is checked out, or its kind."""
        is_uncommitted = ends.kind in (ChangeKind.STAGED, ChangeKind.WORKTREE)
        return ends.kind.value if is_uncommitted else self._selection.current_branch()

    def protected_tip(self, target: str) -> tuple[str, ObjectId | None, str]:
        """(name, commit, reason) of the tip of the protected branch; of the one named, if any."""
        found = find_target(self._revisions, target)
        return found.name, found.commit, found.reason

    def protected_target(self, request: ChangeRequest, change: Change) -> tuple[str, ObjectId | None, str]:
        """(name, commit, reason) of the branch whose configuration is trusted; None with the reason when none is."""
        target = find_target(self._revisions, request.target)
        if target.commit is None or change.head_commit is None:
            return target.name, target.commit, target.reason
        if not is_ancestor(self._shadow.git, change.head_commit, of=target.commit):
            return target.name, target.commit, target.reason
        # The target already holds the change: its tip is, or follows, what is weighed.
        base = change.base_commit
        if base is not None and not is_ancestor(self._shadow.git, base, of=target.commit):
            base = merge_base(self._shadow.git, base, other=target.commit)
        if base is None:
            return target.name, None, f"{target.name} already holds this change, and nothing lies before it"
        return target.name, base, f"{target.name} already holds this change, so it is read where the change begins"

    def entries(self, tree: ObjectId) -> Mapping[RepoPath, Blob]:
        """Every file, link and submodule of a tree, recursively, in git's order; sizes are not filled in."""
        return list_tree(self._shadow.git, tree)

    def entry(self, tree: ObjectId, path: RepoPath) -> Blob | None:
        """The file, link or submodule at one path of a tree, None when there is none."""
        return self._trees.find(tree, path)

    def difference(self, base: ObjectId, head: ObjectId, *, most: int) -> Mapping[RepoPath, Blob | None] | None:
        """What head holds otherwise than base, None for what is gone; None when that is too much or a tree is missing."""
        try:
            return self._trees.difference(base, head, most=most)
        except UnreadableObjectError:
            return None

    def read(self, oid: ObjectId, limit: int) -> bytes | CouldNotLook:
        """A blob's bytes, or why not: `limit` when larger than `limit` bytes, `no-history` when not at hand."""
        taken = self._objects.read(oid, limit)
        return taken if isinstance(taken, CouldNotLook) else taken[1]

    def read_many(self, oids: Sequence[ObjectId], limit: int) -> Mapping[ObjectId, bytes]:
        """The bytes of the blobs of at most `limit` bytes, where they are enough to be worth a git of their own."""
        return self._objects.small(oids, limit) if len(oids) >= _WORTH_IT else {}

    def ancestors(self, start: ObjectId, limit: int) -> Ancestry:
        """The commits that led to `start`, itself included, merges left out."""
        oids = list_ancestors(self._shadow.git, start, limit=limit)
        return Ancestry(oids=oids, is_cut_off=self.location.is_shallow and len(oids) < limit)

    def landed(
        self, tip: ObjectId, *, limit: int, without: ObjectId | None = None
    ) -> Sequence[tuple[ObjectId, ObjectId]]:
        """What landed on the branch of `tip`, newest first: each commit with the one that stood there before."""
        return list_landed(self._shadow.git, tip, limit=limit, without=without)

    def historic_commits(self, oids: Sequence[ObjectId]) -> Iterator[HistoricCommit]:
        """These commits with the files they changed, in the order given."""
        return stream_commits(self._shadow.git, oids)

    def first_parents(self, tip: ObjectId, most: int) -> Sequence[Step]:
        """The newest `most` steps by which a branch came to `tip`, oldest first."""
        cut = self.location.shallow_commits()
        return first_parents(self._shadow.git, tip, most=most, empty=empty_tree(self.location), cut=cut)

    def changed_paths(self, pairs: Iterable[tuple[ObjectId, ObjectId]]) -> Mapping[tuple[ObjectId, ObjectId], Paths]:
        """The paths at which each pair of trees differs."""
        return changed_paths(self._shadow.git, pairs)

    def unmerged_branches(self, tip: ObjectId, most: int) -> Iterator[OpenBranch]:
        """The newest branches that `tip` does not hold, without their paths."""
        return unmerged_branches(self._named, tip, most=most)

    def fork_tree(self, one: ObjectId, other: ObjectId) -> ObjectId | None:
        """The tree from which two commits went apart, None where they share no history."""
        base = merge_base(self._shadow.git, one, other=other)
        return None if base is None else self.tree_of(base)

    def commits_between(self, base: ObjectId | None, head: ObjectId) -> Sequence[Commit]:
        """The commits that head has and base has not, newest first, at most `MOST_COMMITS`."""
        ends = [head] if base is None else [head, f"^{base}"]
        listed = self._shadow.git.run("rev-list", f"--max-count={MOST_COMMITS}", *ends, "--")
        return read_commits(self._objects, map(ObjectId, listed.decode().split()))

    def merges(self, change: Change) -> Sequence[Merge] | CouldNotLook:
        """The merge commits of a change, taken apart, or why they cannot be."""
        unrelated = None if self.location.is_shallow else empty_tree(self.location)
        return read_merges(self._shadow.git, self._objects, commits=change.commits, unrelated=unrelated)

    def notes(self, ref: str, commits: Iterable[ObjectId]) -> Mapping[ObjectId, bytes]:
        """The notes under `ref` of these commits."""
        return read_notes(annotated(self._shadow.git, self._revisions, ref=ref), self._objects, commits=commits)

    def orphaned_notes(self, ref: str) -> Sequence[ObjectId]:
        """Commits annotated under `ref` that no branch reaches any more, at most 1,000."""
        return orphans(self._shadow.git, self._revisions, notes=annotated(self._shadow.git, self._revisions, ref=ref))

    def tags(self) -> Tags:
        """The names of all tags of commits, each with its commit; none where git cannot tell them soon."""
        if self._tags is None:
            self._tags = tags_of(self._named)
        return self._tags

    def release_before(self, base: ObjectId, names: Sequence[str], *, target: ObjectId) -> tuple[str, ObjectId] | None:
        """The tag and the commit of the newest release that both `base` and the protected branch descend from."""
        if self.location.is_shallow:
            return None
        try:
            is_held = is_ancestor(self._shadow.git, base, of=target)
            start = base if is_held else merge_base(self._shadow.git, base, other=target)
        except RepositoryError:
            return None
        return newest_release(self._named, start, names=names, tags=self.tags()) if start else None

    def branch_start(self, change: Change, target: str) -> ObjectId | None:
        """Where the protected branch stood before the branch that a change goes on with; None where nothing before it is only there."""
        if self.location.is_shallow:
            return None
        try:
            tip = find_target(self._revisions, target).commit
        except RepositoryError:
            return None
        return branch_start(self._shadow.git, change, tip=tip) if tip is not None else None

    def versions(self, path: RepoPath, until: ObjectId) -> Sequence[tuple[ObjectId, int]]:
        """The latest versions of a file up to a commit, the newest first, each with when it was committed."""
        return () if self.location.is_shallow else versions(self._shadow.git, path, until=until)

    def came_at(self, path: RepoPath, until: ObjectId) -> int | None:
        """When a file of a commit came, in seconds, whatever it was called then; None where that is not told."""
        return None if self.location.is_shallow else came_at(self._shadow.git, path, until=until)

    def passings(self, folder: RepoPath, until: ObjectId) -> Sequence[Passing]:
        """What the first parents up to a commit made of the files below a folder, the newest first; none where that is not told."""
        return () if self.location.is_shallow else passings(self._shadow.git, folder, until=until)

    def file_at(self, commit: ObjectId, path: RepoPath, limit: int) -> bytes | CouldNotLook | None:
        """A file's bytes at a commit, None when there is no such file."""
        entry = self._trees.find(self.tree_of(commit), path)
        if entry is None:
            return None
        if entry.mode in _NO_FILES:
            return CouldNotLook(
                reason=Reason.UNSUPPORTED, detail=_NO_FILES[entry.mode], remedy="put the file itself in its place"
            )
        return self.read(entry.oid, limit)

    def commit(self, oid: ObjectId) -> Commit | CouldNotLook:
        """One commit, or why it cannot be read."""
        try:
            return read_commit(self._objects, oid)
        except UnreadableObjectError as error:
            return CouldNotLook(reason=Reason.NO_HISTORY, detail=str(error))

    def raw_commit(self, oid: ObjectId) -> bytes | CouldNotLook:
        """The commit object's own bytes, headers and all: what its signature was made over."""
        return self.read(oid, MOST_COMMIT_BYTES)

    def refs(self, prefix: str, limit: int) -> Mapping[str, ObjectId]:
        """At most `limit` refs below `prefix` (`refs/heads/x/`), full name to the object each points at."""
        return self._revisions.objects_below(prefix, limit)

    def lacks_objects(self) -> bool:
        """Whether something that the newest history names is not there.

        A pack of a partial clone is marked as one for ever, also where it was copied or completed: the mark alone says nothing.
        """
        if not any((self.location.objects / "pack").glob("*.promisor")):
            return False
        head = self._revisions.first_of("HEAD")
        tips = dict.fromkeys((*([head[1]] if head else ()), *self.refs("refs/", _MOST_TIPS).values()))
        return lacks_objects(self._shadow.git, tips)

    def resolved(self, name: str) -> str:
        """The commit that `name` stands for, as a branch of a remote where it is none here; `name` itself where of none.

        Raises:
            RepositoryError: it stands for two, or for one that is not at hand.
        """
        try:
            return self._revisions.commits(name)[0]
        except UnknownRevisionError:
            return self._revisions.of_remotes(name) or name

    def ends_called(self, range_text: str) -> tuple[ObjectId | None, ObjectId | None]:
        """The commits from which and up to which a range goes. Raises `RepositoryError`."""
        ends = self._selection.ends(ChangeRequest(range_text=range_text))
        return ends.base_commit, ends.head_commit

    def remotes(self) -> tuple[str, ...]:
        """What the user's git calls the remotes of this repository."""
        return tuple(self._named.run("remote").decode("utf-8", "replace").splitlines())

    def commit_called(self, name: str) -> ObjectId:
        """The one commit that `name` stands for. Raises `RepositoryError`."""
        return self._revisions.commits(name)[0]

    def keep_file(self, ref: str, name: str, *, data: bytes) -> ObjectId:
        """Keep `data` as the file `name` in a commit that `ref`, one of ours, leads to from now on."""
        found = self._revisions.first_of(ref) if ref.startswith(OUR_REFS) else None
        return keep_file(self._named, ref, before=found[1] if found else None, name=name, data=data)

    def _cut_off(self, commits: Sequence[Commit]) -> Iterator[Limitation]:
        """Where the history that was read ends early, in words."""
        if len(commits) == MOST_COMMITS:
            yield Limitation(
                subject=f"{MOST_COMMITS:,} commits",
                detail="the change has more commits than are read, the oldest were left out",
                remedy="weigh a narrower range",
                kind=LimitationKind.COUNT,
            )
        merging = len(merges_among(commits))
        if merging > MOST_MERGES:
            yield Limitation(
                subject=f"{merging:,} merge commits",
                detail=f"what a merge itself changed was looked for in the newest {MOST_MERGES} of them only",
                remedy="weigh a narrower range",
                kind=LimitationKind.COUNT,
            )
        ends = self.location.shallow_commits()
        if any(commit.oid in ends for commit in commits):
            yield Limitation(
                subject="shallow clone",
                detail="history was cut off within this change: earlier commits of it could not be seen",
                remedy="git fetch --unshallow",
            )

    def tree_of(self, commit: ObjectId) -> ObjectId:
        """The tree of a commit. Raises `UnreadableObjectError`."""
        if commit not in self._tree_ids:
            self._tree_ids[commit] = read_commit(self._objects, commit).tree
        return self._tree_ids[commit]

    def _ends(self, request: ChangeRequest) -> Ends:
        if not (request.staged or request.worktree):
            return self._selection.ends(request)
        if request.range_text or (request.staged and request.worktree):
            raise RepositoryError("a range, --staged and --worktree exclude each other: give one of them")
        commit, tree = self._selection.current()
        made = (
            snapshot_index(self._shadow, self.location, trees=self._trees, base=tree)
            if request.staged
            else snapshot_worktree(self._named, self._shadow, location=self.location)
        )
        return Ends(
            kind=ChangeKind.STAGED if request.staged else ChangeKind.WORKTREE,
            base_commit=commit,
            base_tree=tree,
            head_commit=None,
            head_tree=made.tree,
            limitations=made.limitations,
        )
