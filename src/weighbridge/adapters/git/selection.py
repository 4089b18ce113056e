"""Turns what a user asked for into two ends: which commits, which trees, and what kind of change lies between."""

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.adapters.git.commits import read_commit
from weighbridge.adapters.git.location import Location
from weighbridge.adapters.git.objects import ObjectReader
from weighbridge.adapters.git.process import Git
from weighbridge.adapters.git.revisions import Revisions
from weighbridge.adapters.git.target import find_target, is_ancestor, merge_base
from weighbridge.app.ports import ChangeRequest, NoMergeBaseError, RepositoryError, UnreadableObjectError
from weighbridge.domain.change import ChangeKind, Limitation, LimitationKind
from weighbridge.domain.ids import ObjectId

_EMPTY_TREE = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


class Ends(Struct, frozen=True, kw_only=True):
    """Base and head of a change; a tree made of the index or the work tree has no head commit."""

    kind: ChangeKind
    base_commit: ObjectId | None
    base_tree: ObjectId
    head_commit: ObjectId | None
    head_tree: ObjectId
    limitations: tuple[Limitation, ...] = ()


def empty_tree(location: Location) -> ObjectId:
    """The tree without files, by this repository's hash."""
    return ObjectId(_EMPTY_TREE[location.object_format])


class Selection:
    """Reads range texts against one repository."""

    def __init__(self, *, location: Location, git: Git, revisions: Revisions, objects: ObjectReader) -> None:
        self._location = location
        self._git = git
        self._revisions = revisions
        self._objects = objects

    def ends(self, request: ChangeRequest) -> Ends:
        """The two ends of what was asked for.

        Raises:
            RepositoryError: a name leads nowhere, or the two sides share no history.
        """
        text = request.range_text.strip() or self.current_branch()
        if "..." in text:
            one, _, other = text.partition("...")
            return self._from_merge_base(one or "HEAD", other or "HEAD")
        if ".." in text:
            one, _, other = text.partition("..")
            return self._between(one or "HEAD", other or "HEAD")
        return self._single(text, request)

    def current(self) -> tuple[ObjectId | None, ObjectId]:
        """HEAD's commit and tree; no commit and the empty tree before the first one."""
        found = self._revisions.first_of("HEAD")
        if found is None:
            self._revisions.require_whole("HEAD")
            return None, empty_tree(self._location)
        return found[1], self._tree(found[1])

    def current_branch(self) -> str:
        """The branch that is checked out, or HEAD when none is."""
        branch = self._revisions.branch_of_head()
        return branch.removeprefix("refs/heads/") or "HEAD"

    def _between(self, one: str, other: str) -> Ends:
        base, head = self._revisions.commits(one, other)
        ends = self._ends(ChangeKind.RANGE, base=base, head=head)
        if is_ancestor(self._git, base, of=head):
            return ends
        return replace(ends, limitations=(_diverged(one, other),))

    def _from_merge_base(self, one: str, other: str) -> Ends:
        left, right = self._revisions.commits(one, other)
        return self._ends(ChangeKind.RANGE, base=self._shared((one, left), (other, right)), head=right)

    def _single(self, text: str, request: ChangeRequest) -> Ends:
        """A branch since it left the target, or one commit against its first parent."""
        branch = self._revisions.first_of(f"refs/heads/{text}", f"refs/remotes/{text}") if text[:1] != "-" else None
        (commit,) = self._revisions.commits(text)
        if branch is not None and branch[1] == commit:
            target = find_target(self._revisions, request.target)
            if target.commit is not None and target.name != branch[0] and target.commit != commit:
                base = self._shared((target.name, target.commit), (text, commit))
                if base != commit:
                    return self._ends(ChangeKind.RANGE, base=base, head=commit)
        parents = read_commit(self._objects, commit).parents
        kind = (ChangeKind.COMMIT, ChangeKind.RANGE, ChangeKind.MERGE)[min(len(parents), 2)]
        return self._ends(kind, base=parents[0] if parents else None, head=commit)

    def _shared(self, left: tuple[str, ObjectId], right: tuple[str, ObjectId]) -> ObjectId:
        """The merge base of two named commits."""
        base = merge_base(self._git, left[1], other=right[1])
        one, other = left[0], right[0]
        if base is None:
            if self._location.is_shallow:
                raise UnreadableObjectError(
                    f"where {one} and {other} parted lies beyond where this clone was cut off: git fetch --unshallow"
                )
            raise NoMergeBaseError(
                f"{one} and {other} share no history here (say {one}..{other} to compare them as they stand)"
            )
        return base

    def _ends(self, kind: ChangeKind, *, base: ObjectId | None, head: ObjectId) -> Ends:
        return Ends(
            kind=kind,
            base_commit=base,
            base_tree=self._base_tree(base),
            head_commit=head,
            head_tree=self._tree(head),
        )

    def _base_tree(self, base: ObjectId | None) -> ObjectId:
        if base is None:
            return empty_tree(self._location)
        try:
            return self._tree(base)
        except RepositoryError as problem:
            if not self._location.is_shallow:
                raise
            raise UnreadableObjectError(
                f"the base {base[:12]} lies beyond where this clone was cut off: git fetch --deepen 50, and run again"
            ) from problem

    def _tree(self, commit: ObjectId) -> ObjectId:
        return read_commit(self._objects, commit).tree


def _diverged(one: str, other: str) -> Limitation:
    return Limitation(
        subject=f"{one}..{other}",
        detail=f"{one} has commits that {other} lacks: they show here as if {other} took them back",
        remedy=f"say {one}...{other} for what {other} adds since the two parted",
        kind=LimitationKind.SELECTION,
    )
