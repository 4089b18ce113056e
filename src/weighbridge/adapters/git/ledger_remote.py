"""A ledger in another repository, reached as the user's own git reaches it, and brought together with the one here.

Theirs is fetched to refs of its own, ours moves there in one step, and nothing is ever pushed over what this clone has not
seen: the ledger's commits follow theirs, and people's ref, which has no history, is replaced only where it is as fetched.
Hooks are off; addresses, credentials and transports are the user's.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from weighbridge.adapters.git.ledger_files import (
    LEDGER_REF,
    PEOPLE_REF,
    GitLedgerFiles,
    Sight,
    Tip,
    add_commit,
    commit_of,
)
from weighbridge.adapters.git.new_objects import NewObjects
from weighbridge.adapters.git.process import Git, GitFailedError
from weighbridge.adapters.git.ref_moves import RefMove, alone, move_refs
from weighbridge.adapters.git.repository import GitRepository
from weighbridge.adapters.git.staged_tree import Entry, TreeWriter
from weighbridge.adapters.git.target import is_ancestor
from weighbridge.adapters.git.trees import TreeReader
from weighbridge.app.keep_packages import MOST, PREFIX
from weighbridge.app.ports import RepositoryError
from weighbridge.domain.paths import decode_path
from weighbridge.ledger.files import LedgerFiles, LedgerFilesError, LedgerPlaceError

_MERGING: Final = "refs/weighbridge/merging/"
_MOST_PEOPLE: Final = 1_000_000
_SETTINGS: Final = (
    "core.hooksPath=" + os.devnull,
    "core.fsmonitor=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.recurseSubmodules=no",
    "fetch.writeCommitGraph=false",
    "push.followTags=false",
    "push.recurseSubmodules=no",
)
_FETCHING: Final = ("--no-tags", "--no-write-fetch-head", "--no-prune", "--no-filter", "--refmap=", "--quiet")
"""Of a partial clone too what is fetched here is whole: what a ledger says cannot be fetched when it is asked."""

NOT_THEIRS: Final = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"}
    | {"GIT_QUARANTINE_PATH", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_CEILING_DIRECTORIES"}
)
"""Where a hook's git works; everything else of the environment may be how the user reaches the remote."""

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_SECRET: Final = re.compile(r"(?<=//)[^/@\s]+@")
_BEATEN: Final = re.compile(
    r"\((fetch first|non-fast-forward|stale info|needs force|cannot lock ref|failed to update ref|incorrect old value"
    r"|reference already exists)"
)
"""What git calls a push that somebody else's came before."""

_NO_REMOTE: Final = "does not appear to be a git repository"
_GENERAL: Final = ("Please make sure you have the correct access rights", "and the repository exists")
"""What git adds to whatever kept it from a remote."""

_PACKAGE: Final = re.compile(re.escape(PREFIX) + r"(?:[0-9a-f]{40}|[0-9a-f]{64})")
_AT_ONCE: Final = 100
"""Packages that go in one call: a command line is only so long."""

_PATIENCE: Final = 600.0


class LedgerRemote:
    """One remote of a repository; keeps to the `Remote` port."""

    def __init__(self, repository: GitRepository, name: str, *, inherited: Mapping[str, str] = os.environ) -> None:
        if name.startswith("-") or not name.isprintable() or not name:
            raise LedgerPlaceError(f"{name[:80]!r} is no remote: name one of git remote, or its address")
        self.name = name
        self._repository = repository
        environment = {key: value for key, value in inherited.items() if key not in NOT_THEIRS}
        self._git = Git(
            program=repository.named.program,
            folder=repository.location.top or repository.location.common,  # where git takes relative addresses to begin
            environment={**environment, "LC_ALL": "C", "GIT_NO_REPLACE_OBJECTS": "1"},
            timeout=_PATIENCE,
            settings=_SETTINGS,
        )
        below = name if _NAME.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()[:16]
        self._tracking = (f"refs/weighbridge/remotes/{below}/ledger", f"refs/weighbridge/remotes/{below}/people")
        self._erased_here: set[str] = set()
        self._erased_there: set[str] = set()
        self.ours = GitLedgerFiles(repository)
        self.theirs: LedgerFiles = self._files(*self._tracking)

    @property
    def address(self) -> str:
        """Where it is."""
        return self._run("ls-remote", "--get-url", "--", self.name).decode("utf-8", "replace").strip()

    @property
    def erased(self) -> tuple[int, int]:
        """What of people was erased here because it is there, and there because it is here, since this was opened."""
        return len(self._erased_here), len(self._erased_there)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process of ours brings ledgers together in this repository meanwhile."""
        with alone(self._repository.location.common / "refs"):
            yield

    def was_there(self) -> bool:
        """Whether there was a ledger when this clone last looked. Raises `LedgerFilesError`."""
        return self.theirs.read("checkpoint") is not None

    def fetch(self) -> bool:
        """Bring theirs here, beside ours; whether there is one. Raises `LedgerFilesError`."""
        self._erased_there.clear()  # what they have now is what may be erased there
        there = self._there()
        if LEDGER_REF not in there:
            return False
        pairs = zip((LEDGER_REF, PEOPLE_REF), self._tracking, strict=True)
        refspecs = [f"+{ref}:{tracking}" for ref, tracking in pairs if ref in there]
        self._run("fetch", *_FETCHING, "--", self.name, *refspecs)
        return self.theirs.read("checkpoint") is not None

    def has_one(self) -> bool:
        """Whether there is a ledger; nothing is fetched. Raises `LedgerFilesError`."""
        return LEDGER_REF in self._there()

    def _there(self) -> set[str]:
        said = self._run("ls-remote", "--", self.name, LEDGER_REF, PEOPLE_REF).decode("utf-8", "replace")
        return {ref for line in said.splitlines() for _, _, ref in [line.partition("\t")]}

    def follows(self) -> bool:
        """Whether our newest commit follows theirs, so that ours can be pushed as it is. Raises `LedgerFilesError`."""
        with _told():
            ours, theirs = commit_of(self.ours.seen().ledger), commit_of(self._their_sight().ledger)
            return theirs is None or (ours is not None and is_ancestor(self._repository.named, theirs, of=ours))

    def adopt(self) -> bool:
        """Ours becomes theirs, with the people of both; False when somebody moved ours meanwhile. Raises `LedgerFilesError`."""
        with _told():
            before, theirs = self.ours.seen(), self._their_sight()
            return self._move_ours(before, Sight(ledger=theirs.ledger, people=self._people(before, theirs)))

    def join_people(self) -> bool:
        """What is known of people becomes what both know; False when somebody moved it meanwhile. Raises `LedgerFilesError`."""
        with _told():
            before = self.ours.seen()
            people = self._people(before, self._their_sight())
            return people == before.people or self._move_ours(before, Sight(ledger=before.ledger, people=people))

    def stage(self) -> LedgerFiles:
        """A copy of theirs, with the people of both, that can be appended to and becomes ours by `take`."""
        with _told():
            theirs = self._their_sight()
            staged = self._files(f"{_MERGING}ledger", f"{_MERGING}people")
            new = Sight(ledger=theirs.ledger, people=self._people(self.ours.seen(), theirs))
            moves = _moves(staged, self._tips(staged), after=new)
            move_refs(self._repository.named, self._repository.location, moves=moves)
            return self._files(*staged.refs)

    def take(self, staged: LedgerFiles) -> bool:
        """What was staged becomes ours; False when somebody moved ours meanwhile. Raises `LedgerFilesError`."""
        assert isinstance(staged, GitLedgerFiles)
        with _told():
            return self._move_ours(self.ours.seen(), staged.seen(), done_with=staged)

    def push(self) -> bool:
        """Give them ours; False when somebody else was faster. Raises `LedgerFilesError`."""
        with _told():
            ours, theirs = self.ours.seen(), self._their_sight()
            people = self._people(ours, theirs)
        refspecs = []
        if ours.ledger != theirs.ledger and ours.ledger:
            refspecs.append(f"{ours.ledger.commit}:{LEDGER_REF}")
        lease = []
        if people and (theirs.people is None or people.tree != theirs.people.tree):
            lease = [f"--force-with-lease={PEOPLE_REF}:{commit_of(theirs.people) or ''}"]
            refspecs.append(f"+{people.commit}:{PEOPLE_REF}")
        return not refspecs or self._pushed(lease, refspecs)

    def share_packages(self) -> tuple[int, int]:
        """Fetch the kept packages that are not here, and push those of commits that are not there; how many of each.

        None is ever overwritten, on either side: of one head each keeps what it has. A package of a tree that no commit
        has is somebody's unfinished work, and stays. Raises `LedgerFilesError`.
        """
        said = self._run("ls-remote", "--", self.name, f"{PREFIX}*").decode("utf-8", "replace")
        there = {ref for line in said.splitlines() for _, _, ref in [line.partition("\t")] if _PACKAGE.fullmatch(ref)}
        with _told():
            here = self._repository.refs(PREFIX, MOST)
        coming = sorted(there - here.keys())[:MOST]
        for some in _batched(coming):
            self._run("fetch", *_FETCHING, "--", self.name, *(f"{ref}:{ref}" for ref in some))
        going = self._of_commits([ref for ref in sorted(here) if _PACKAGE.fullmatch(ref) and ref not in there])
        for some in _batched(going):
            leases = (f"--force-with-lease={ref}:" for ref in some)
            self._run(
                "push", "--no-verify", "--quiet", *leases, "--", self.name, *(f"{here[ref]}:{ref}" for ref in some)
            )
        return len(coming), len(going)

    def _of_commits(self, refs: Sequence[str]) -> list[str]:
        """Those whose head is a commit."""
        asked = "".join(f"{ref.removeprefix(PREFIX)}\n" for ref in refs).encode()
        try:
            kinds = self._git.run("cat-file", "--batch-check=%(objecttype)", given=asked).split(b"\n")
        except RepositoryError as problem:
            raise self._failed(problem, "cat-file") from problem
        return [ref for ref, kind in zip(refs, kinds, strict=False) if kind == b"commit"]

    def _pushed(self, lease: list[str], refspecs: list[str]) -> bool:
        try:
            self._git.run("push", "--porcelain", "--no-verify", *lease, "--", self.name, *refspecs)
        except GitFailedError as problem:
            refused = re.findall(r"^!\t[^\t]*\t(.*)$", problem.output.decode("utf-8", "replace"), re.MULTILINE)
            if refused and all(_BEATEN.search(each) for each in refused):
                return False
            raise self._failed(problem, "push", said="; ".join(refused)) from problem
        except RepositoryError as problem:
            raise self._failed(problem, "push") from problem
        names = dict(zip((LEDGER_REF, PEOPLE_REF), self._tracking, strict=True))
        for refspec in refspecs:  # what was pushed is theirs now
            commit, _, ref = refspec.lstrip("+").partition(":")
            self._run("update-ref", "--no-deref", names[ref], commit)
        return True

    def _move_ours(self, before: Sight, after: Sight, *, done_with: GitLedgerFiles | None = None) -> bool:
        moves = _moves(self.ours, before, after=after)
        if done_with is not None:
            moves += _moves(done_with, done_with.seen(), after=Sight(ledger=None, people=None))
        try:
            move_refs(self._repository.named, self._repository.location, moves=moves)
        except GitFailedError:
            if self._tips(self.ours) == before:
                raise
            return False
        self.ours.read("checkpoint")
        return True

    def _people(self, ours: Sight, theirs: Sight) -> Tip | None:
        """The people of both, and nobody whom either of them erased."""
        if ours.people is None or theirs.people is None or ours.people.tree == theirs.people.tree:
            return theirs.people or ours.people
        trees = TreeReader(self._repository.objects)
        differing = trees.difference(ours.people.tree, theirs.people.tree, most=_MOST_PEOPLE)
        if differing is None:
            raise RepositoryError(f"{PEOPLE_REF} here and there differ in more than {_MOST_PEOPLE:,} files")
        made = NewObjects(self._repository.location.object_format)
        erased = made.add("blob", b"")
        taken: dict[bytes, Entry | None] = {}
        for path, theirs_has in differing.items():
            if theirs_has is None:
                continue
            _, ours_has = trees.entry(ours.people.tree, path) or (b"", None)
            if theirs_has.oid == erased or ours_has is None:
                taken[decode_path(path)] = (b"100644", theirs_has.oid)
            if theirs_has.oid == erased and ours_has is not None:
                self._erased_here.add(path)
            elif ours_has == erased:
                self._erased_there.add(path)
        if not taken:
            return ours.people
        writer = TreeWriter(trees)
        tree = writer.changed(ours.people.tree, taken)
        assert tree is not None, "nobody is taken away"
        made.add_trees(writer.made)
        commit = add_commit(made, tree)
        made.write(self._repository.named)
        return Tip(commit=commit, tree=tree)

    def _their_sight(self) -> Sight:
        return self._tips(self._files(*self._tracking))

    def _tips(self, files: GitLedgerFiles) -> Sight:
        return self._files(*files.refs).seen()

    def _files(self, ledger: str, people: str) -> GitLedgerFiles:
        return GitLedgerFiles(self._repository, ref=ledger, people=people)

    def _run(self, *arguments: str) -> bytes:
        try:
            return self._git.run(*arguments)
        except RepositoryError as problem:
            raise self._failed(problem, arguments[0]) from problem

    def _failed(self, problem: RepositoryError, doing: str, *, said: str = "") -> LedgerFilesError:
        words = said or (problem.words if isinstance(problem, GitFailedError) else str(problem))
        name, words = (_SECRET.sub("", text) for text in (self.name, words))
        parts = dict.fromkeys(part for each in words.split(";") if (part := each.strip().rstrip(".")))
        words = "; ".join(part for part in parts if part not in _GENERAL)
        way = "; `git remote -v` shows which there are" if _NO_REMOTE in words else ""
        return LedgerFilesError(f"git {doing} with {name} failed: {words}{way}; the ledger here is as it was")


def _batched(refs: Sequence[str]) -> Iterator[Sequence[str]]:
    """The refs, a hundred at a time."""
    return (refs[start : start + _AT_ONCE] for start in range(0, len(refs), _AT_ONCE))


def _moves(files: GitLedgerFiles, before: Sight, *, after: Sight) -> list[RefMove]:
    ledger, people = files.refs
    return [
        RefMove(ref=people, old=commit_of(before.people), new=commit_of(after.people)),
        RefMove(ref=ledger, old=commit_of(before.ledger), new=commit_of(after.ledger)),
    ]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except RepositoryError as problem:
        raise LedgerFilesError(f"the ledgers here and there cannot be brought together: {problem}") from problem
