"""The ports: what use cases need of the world, as protocols that adapters implement and fakes keep to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from weighbridge.domain.change import Blob, Change, Commit, Passing, Signature
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.merge import Merge
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.provenance import SignatureCheck
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.source import FactSource

if TYPE_CHECKING:  # hooks ask for no history
    from weighbridge.risk.past import PastChange


class RepositoryError(Exception):
    """Git could not give what was asked: the message says what, where, and the way out."""


class NotARepositoryError(RepositoryError):
    """There is no git repository at or above this folder."""


class NoRepositoryError(NotARepositoryError):
    """There is none at all: nothing here or above is, or was, one."""


class UnknownRevisionError(RepositoryError):
    """No commit goes by this name here."""


class NoMergeBaseError(RepositoryError):
    """The two sides share no history."""


class UnreadableObjectError(RepositoryError):
    """An object the change needs is missing or broken."""


class ChangeRequest(Struct, frozen=True, kw_only=True):
    """What a user asked to weigh: a range (`a..b`, `a...b`, one commit, a branch), the index, or the work tree.

    A branch means merge-base(target, branch)..branch; one commit means its first parent..commit. `target` names the
    protected branch and defaults to the one the repository's remote says, else `main`, else `master`.
    """

    range_text: str = ""
    staged: bool = False
    worktree: bool = False
    target: str = ""


class HistoricCommit(Struct, frozen=True, kw_only=True):
    """One commit of the history as the risk model needs it; `files` are (path, lines added, lines removed)."""

    oid: ObjectId
    parents: tuple[ObjectId, ...]
    author: str
    authored_at: datetime
    subject: str
    files: tuple[tuple[RepoPath, int, int], ...]


class Ancestry(Struct, frozen=True, kw_only=True):
    """Commits that led to one, newest first; `is_cut_off` when the clone ends before the history does."""

    oids: Sequence[ObjectId]
    is_cut_off: bool = False


class Repository(Protocol):
    """One git repository, read without running anything it brings."""

    @property
    def identity(self) -> str:
        """16 hex digits that stand for this repository on this machine."""

    @property
    def name(self) -> str:
        """The repository's name as people say it."""

    def change(self, request: ChangeRequest) -> Change:
        """The change that was asked for, with its limitations. Raises `RepositoryError`."""

    def protected_target(self, request: ChangeRequest, change: Change) -> tuple[str, ObjectId | None, str]:
        """(name, commit, reason) of the branch whose configuration is trusted; None with the reason when none is."""

    def protected_tip(self, target: str) -> tuple[str, ObjectId | None, str]:
        """(name, commit, reason) of the tip of the protected branch; of the one named, if any. Raises `RepositoryError`."""

    def tree_of(self, commit: ObjectId) -> ObjectId:
        """The tree of a commit. Raises `UnreadableObjectError`."""

    def entries(self, tree: ObjectId) -> Mapping[RepoPath, Blob]:
        """Every file, link and submodule of a tree, recursively, in git's order; sizes are not filled in."""

    def entry(self, tree: ObjectId, path: RepoPath) -> Blob | None:
        """The file, link or submodule at one path of a tree, None when there is none. Raises `UnreadableObjectError`."""

    def difference(self, base: ObjectId, head: ObjectId, *, most: int) -> Mapping[RepoPath, Blob | None] | None:
        """The paths at which two trees differ, with head's entries, None for those that are gone.

        None instead when more than `most` entries differ or a tree is not at hand.
        """

    def read(self, oid: ObjectId, limit: int) -> bytes | CouldNotLook:
        """A blob's bytes, or why not: `limit` when larger than `limit` bytes, `no-history` when not at hand."""

    def read_many(self, oids: Sequence[ObjectId], limit: int) -> Mapping[ObjectId, bytes]:
        """The bytes of the blobs of at most `limit` bytes, as far as they can be read together; `read` gives the others, or says why not."""

    def ancestors(self, start: ObjectId, limit: int) -> Ancestry:
        """The commits that led to `start`, itself included, merges left out. Raises `RepositoryError`."""

    def historic_commits(self, oids: Sequence[ObjectId]) -> Iterator[HistoricCommit]:
        """These commits with the files they changed, in the order given. Raises `RepositoryError`."""

    def commits_between(self, base: ObjectId | None, head: ObjectId) -> Sequence[Commit]:
        """The commits that head has and base has not, newest first."""

    def landed(
        self, tip: ObjectId, *, limit: int, without: ObjectId | None = None
    ) -> Sequence[tuple[ObjectId, ObjectId]]:
        """What landed on the branch of `tip`, newest first: each commit with the one that stood there before."""

    def merges(self, change: Change) -> Sequence[Merge] | CouldNotLook:
        """The merge commits of a change, taken apart, or why they cannot be."""

    def notes(self, ref: str, commits: Iterable[ObjectId]) -> Mapping[ObjectId, bytes]:
        """The notes under `ref` of these commits."""

    def orphaned_notes(self, ref: str) -> Sequence[ObjectId]:
        """Commits annotated under `ref` that no branch reaches any more, at most 1,000."""

    def tags(self) -> Sequence[tuple[str, ObjectId]]:
        """The names of all tags of commits, each with its commit; none where they cannot be told soon."""

    def release_before(self, base: ObjectId, names: Sequence[str], *, target: ObjectId) -> tuple[str, ObjectId] | None:
        """The tag and the commit of the newest release that both `base` and the protected branch at `target` descend from.

        `names` are those that a package's tags begin with. None where there is none, or history is cut off; never raises.
        """

    def branch_start(self, change: Change, target: str) -> ObjectId | None:
        """The commit at which the protected branch stood before the branch that a change goes on with.

        `target` names the protected branch. None where all before the change is on that branch, or nothing tells; never raises.
        """

    def versions(self, path: RepoPath, until: ObjectId) -> Sequence[tuple[ObjectId, int]]:
        """The latest versions of a file up to a commit, the newest first, each with when it was committed, in seconds.

        None where they are not told; never raises.
        """

    def came_at(self, path: RepoPath, until: ObjectId) -> int | None:
        """When a file of a commit came, also under earlier names, in seconds; None where that is not told. Never raises."""

    def passings(self, folder: RepoPath, until: ObjectId) -> Sequence[Passing]:
        """What the commits up to one, by their first parents, made of the files below a folder, of all where it is empty; newest first.

        None where that is not told, or not whole; never raises.
        """

    def file_at(self, commit: ObjectId, path: RepoPath, limit: int) -> bytes | CouldNotLook | None:
        """A file's bytes at a commit, None when there is no such file."""

    def commit(self, oid: ObjectId) -> Commit | CouldNotLook:
        """One commit, or why it cannot be read."""

    def raw_commit(self, oid: ObjectId) -> bytes | CouldNotLook:
        """The commit object's own bytes, headers and all: what its signature was made over."""

    def refs(self, prefix: str, limit: int) -> Mapping[str, ObjectId]:
        """At most `limit` refs below `prefix` (`refs/heads/x/`), full name to the object each points at."""


class Shelf(Protocol):
    """Where documents are kept inside a repository, under refs of our own; work tree, index and branches stay as they are."""

    def keep_file(self, ref: str, name: str, *, data: bytes) -> ObjectId:
        """Keep `data` as the file `name` in a new commit that `ref` leads to from now on, after what it led to before.

        Raises:
            RepositoryError: the ref is not below `refs/weighbridge/`, was moved meanwhile, or nothing can be written.
        """

    def refs(self, prefix: str, limit: int) -> Mapping[str, ObjectId]:
        """At most `limit` refs below `prefix`, full name to the object each points at."""

    def file_at(self, commit: ObjectId, path: RepoPath, limit: int) -> bytes | CouldNotLook | None:
        """A file's bytes at a commit, None when there is no such file."""


class KnownCode(Struct, frozen=True, kw_only=True):
    """All code files of a tree, every one of them findable by term, and the files that tell what imports go by."""

    tree: ObjectId
    blobs: Mapping[RepoPath, Blob]
    manifests: Mapping[RepoPath, Blob] = {}


class KnownRelease(Struct, frozen=True):
    """The tag of a release, and its commit."""

    tag: str
    commit: ObjectId


class FactIndex(FactSource, Protocol):
    """Facts of one repository's blobs, kept between runs where the machine allows it."""

    @property
    def trouble(self) -> str:
        """Why nothing can be kept, empty when it can."""

    def unindexed(self, blobs: Iterable[Blob]) -> Sequence[Blob]:
        """The code blobs among `blobs` that no term leads to yet; all of them become findable by term."""

    def index(self, blobs: Iterable[Blob]) -> None:
        """Make the code blobs among `blobs` findable by term, extracting what was never seen."""

    def unread(self, blobs: Iterable[Blob]) -> Mapping[Blob, CouldNotLook]:
        """The code blobs among `blobs` that `index` could not read this time, though it may another time."""

    def known_code(self) -> KnownCode | None:
        """The code of one tree as an earlier run kept it; None when none did, or what reads code has changed since."""

    def keep_code(self, code: KnownCode) -> None:
        """Keep the code of a tree in place of the one before; never raises."""

    def known_components(self, key: str) -> ComponentMap | None:
        """The components that an earlier run found from what `key` stands for, without areas; None when none did."""

    def keep_components(self, key: str, found: ComponentMap) -> None:
        """Keep the components of a tree in place of those before; never raises."""

    def known_release(self, key: str) -> KnownRelease | None:
        """The release that an earlier run found by what `key` stands for; None when none did."""

    def keep_release(self, key: str, found: KnownRelease) -> None:
        """Keep a release beside those found before; never raises."""


class SignatureVerifier(Protocol):
    """Checks who signed a commit, against people enrolled by `Trust` and nobody else."""

    def verify(self, payload: bytes, signature: Signature, *, signers: Mapping[str, str]) -> SignatureCheck:
        """Whether `signature` is over `payload` and by which of `signers` (principal to public key lines)."""


class HistoryCache(Protocol):
    """Keeps what earlier changes measured, by repository and commit; losing any of it costs time only."""

    def load(self, repository: str, oids: Sequence[ObjectId]) -> "Mapping[ObjectId, PastChange]":
        """What is kept of these commits."""

    def store(self, repository: str, changes: "Mapping[ObjectId, PastChange]") -> None:
        """Keep these; never raises."""


class Progress(Protocol):
    """Told what is going on; a terminal may show it."""

    def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
        """Something began, or got `done` of `total` further; `at` is what holds it up, such as a path."""


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The current time, with its zone."""
