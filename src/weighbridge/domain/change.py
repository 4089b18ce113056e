"""A change: base..head of one repository, with its files, commits and the identities on them."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.places import Side


class FileStatus(StrEnum):
    """What happened to a path between base and head."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"
    COPIED = "copied"
    TYPE_CHANGED = "type-changed"


class Mode(StrEnum):
    """Git's file modes, the only ones a well-formed tree holds."""

    REGULAR = "100644"
    EXECUTABLE = "100755"
    SYMLINK = "120000"
    SUBMODULE = "160000"
    FOLDER = "040000"
    GROUP_WRITABLE = "100664"


class Blob(Struct, frozen=True, kw_only=True):
    """One version of one file; `size` is in bytes, -1 when git did not have the object at hand."""

    path: RepoPath
    mode: Mode
    oid: ObjectId
    size: int = -1


class LineRange(Struct, frozen=True, kw_only=True):
    """Lines `start` to `end`, 1-based and inclusive; `end` is `start - 1` where nothing stands (a pure deletion)."""

    start: int
    end: int

    def touches(self, first: int, last: int) -> bool:
        """Whether any line from `first` to `last` lies in this range."""
        return self.start <= last and first <= self.end


class FileChange(Struct, frozen=True, kw_only=True):
    """One changed file; `added` are head's new lines, `removed` the base's lines that are gone.

    `lands_on` are the other places of the base that its paths land on where a disk holds two spellings for one; None
    where nobody looked. `holds_slash` says that one entry of head's tree has a name with a `/` in it.
    """

    status: FileStatus
    base: Blob | None
    head: Blob | None
    added: tuple[LineRange, ...] = ()
    removed: tuple[LineRange, ...] = ()
    is_binary: bool = False
    similarity: int = 100
    lands_on: tuple[RepoPath, ...] | None = None
    holds_slash: bool = False

    @property
    def path(self) -> RepoPath:
        """The path a reader knows the file by: head's, or the base's when it was deleted."""
        blob = self.head or self.base
        assert blob is not None, "a file change has at least one side"
        return blob.path

    def on(self, side: Side) -> Blob | None:
        """The file's version on one side, if it exists there."""
        return self.head if side is Side.HEAD else self.base

    @property
    def lines_added(self) -> int:
        """How many lines head has that the base had not."""
        return sum(r.end - r.start + 1 for r in self.added)

    @property
    def lines_removed(self) -> int:
        """How many lines the base had that head has not."""
        return sum(r.end - r.start + 1 for r in self.removed)


class Identity(Struct, frozen=True, kw_only=True):
    """A name and an address as a commit states them: claims, not proof."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class Signature(Struct, frozen=True, kw_only=True):
    """What git stored as the commit's signature: its format (`ssh`, `openpgp`, `x509`) and armoured text."""

    kind: str
    armoured: str


class Commit(Struct, frozen=True, kw_only=True):
    """One commit of the change; `message` is decoded leniently, replacement characters mark what was not text."""

    oid: ObjectId
    tree: ObjectId
    parents: tuple[ObjectId, ...]
    author: Identity
    committer: Identity
    authored_at: datetime
    committed_at: datetime
    message: str
    signature: Signature | None = None

    @property
    def subject(self) -> str:
        """The message's first line."""
        return self.message.strip().partition("\n")[0]


class ChangeKind(StrEnum):
    """What base and head stand for."""

    RANGE = "range"
    COMMIT = "commit"
    """A commit that nothing was before: one with a parent is the range from that, by whatever name it was asked for."""
    MERGE = "merge"
    """A merge against its first parent, told by its own message; the same range is told by its newest other commit's."""
    STAGED = "staged"
    WORKTREE = "worktree"


class Passing(Struct, frozen=True, kw_only=True, gc=False):
    """What a commit of a branch made of a file: its version before and after, None where it was not there; `at` is in seconds."""

    path: RepoPath
    was: ObjectId | None
    now: ObjectId | None
    commit: ObjectId
    at: int


class LimitationKind(StrEnum):
    """What kept something from being seen."""

    CLONE = "clone"
    """This clone or work tree does not give it."""
    SIZE = "size"
    """It is larger than what is compared in full; what that means for a file is said of the file."""
    COUNT = "count"
    """There is more of it than is looked at, and what was left out is part of the change."""
    SELECTION = "selection"
    """The way the change was named shows more or less than may have been meant."""


class Limitation(Struct, frozen=True, kw_only=True):
    """Something about the repository that kept part of the change from being seen, in words, and the way out."""

    subject: str
    detail: str
    remedy: str
    kind: LimitationKind = LimitationKind.CLONE


class Change(Struct, frozen=True, kw_only=True):
    """Base and head of one repository and what lies between; `base` is the empty tree for a root commit."""

    repository: str
    kind: ChangeKind
    range_text: str
    base_tree: ObjectId
    head_tree: ObjectId
    base_commit: ObjectId | None
    head_commit: ObjectId | None
    files: tuple[FileChange, ...]
    commits: tuple[Commit, ...] = ()
    title: str = ""
    description: str = ""
    limitations: tuple[Limitation, ...] = ()

    @property
    def lines_added(self) -> int:
        """All added lines of the change."""
        return sum(file.lines_added for file in self.files)

    @property
    def lines_removed(self) -> int:
        """All removed lines of the change."""
        return sum(file.lines_removed for file in self.files)
