"""What is in an environment now, and where what decides on the next admission is read: never at what is to be admitted.

- Where the caller says what is there (`--after`), what decides is read at that commit, and the ledger's own admissions, by
  the writers trusted there, must not say otherwise.
- Else it is the commit that was admitted last. An admission is believed by the writers whom the commit admitted before it
  trusts: so no commit brings the writer who lets it in. The first one names the commit that decided on it, which must be
  one that the protected branch itself stood at, and is believed by the writers trusted there.
- Where nothing was admitted, it is the tip of the protected branch, unless that holds what is to be admitted: then
  nobody can tell what decided before, and somebody must say what is there.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from weighbridge.app.admit import Ground
from weighbridge.app.build_trust import LARGEST_DOCUMENT, Given, Organisation, trust_at_commit, trust_at_target
from weighbridge.app.deeds import Admitted, Deeds
from weighbridge.app.find_entries import EVERY_ENTRY, EntryFinder
from weighbridge.app.ports import Repository, RepositoryError
from weighbridge.domain.ids import Digest, ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.trust import Trust
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.ledger.checkpoint import read_checkpoint
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles
from weighbridge.ledger.settings_file import LEDGER_PATH, load_settings
from weighbridge.ledger.stored_tree import StoredTree
from weighbridge.ledger.verifier_keys import VerifierKey

_MOST_LANDED: Final = 10_000
"""Commits of the protected branch that an admission may begin at."""

WritersAt = Callable[[ObjectId], tuple[VerifierKey, ...]]
"""The writers whom a commit's own documents trust."""


class Asked(Struct, frozen=True, kw_only=True):
    """Where something is to be admitted, and what the caller says is there."""

    environment: str
    after: ObjectId | None = None
    target: str = ""
    organisation: Organisation = None


class Footing(Struct, frozen=True, kw_only=True):
    """Who decides, with where that was read in words, and what an admission starts from."""

    trust: Trust
    words: str
    ground: Ground
    last: ObjectId | None = None
    """The commit that is there now, where it is known."""


class AdmissionError(Exception):
    """Nobody can tell what decides on an admission, or what is there: the message says what to do."""


def footing(repository: Repository, files: LedgerFiles, *, asked: Asked, finder: EntryFinder = EVERY_ENTRY) -> Footing:
    """What an admission stands on.

    Raises:
        AdmissionError: what is there cannot be told, or two sources contradict each other.
        LedgerError: what lies in the ledger's place was altered.
        LedgerFilesError, RepositoryError: it cannot be read.
    """
    claimed = _claimed(files, finder, environment=asked.environment)
    believed = admissions(repository, asked, claimed=claimed)
    if asked.after is not None:
        return _after(repository, asked, after=asked.after, believed=believed)
    if believed:
        return _last(repository, asked, believed=believed)
    _refuse_cut_off(repository, asked, claimed=claimed)
    return _first(repository, asked)


def _refuse_cut_off(repository: Repository, asked: Asked, *, claimed: Sequence[Admitted]) -> None:
    """Where history was cut off, nobody can tell whom an admission on record is to be believed by: it is not denied."""
    _, tip, _ = repository.protected_tip(asked.target)
    if not claimed or tip is None or not repository.ancestors(tip, _MOST_LANDED).is_cut_off:
        return
    last = claimed[-1]
    raise AdmissionError(
        f"entry {last.entry} says that {(last.said.about.head_commit or last.tree)[:12]} was admitted to"
        f" {asked.environment}, and this clone is shallow: what that rests on cannot be seen here. git fetch --unshallow"
        " brings it (fetch-depth: 0 in a workflow), or say with --after what is there"
    )


def _claimed(files: LedgerFiles, finder: EntryFinder, *, environment: str) -> Sequence[Admitted]:
    """What the ledger that lies there says was let in, before it is known whom to believe."""
    note = files.read(CHECKPOINT)
    if note is None:
        return ()
    tree = StoredTree(files, read_checkpoint(note).checkpoint)
    deeds = Deeds(ledger=tree.checkpoint.origin, find=lambda wanted: finder.entries(tree, wanted))
    return deeds.admitted(environment)


def admissions(repository: Repository, asked: Asked, *, claimed: Sequence[Admitted]) -> tuple[Admitted, ...]:
    """What of `claimed` is believed to have been let in, in order: by those trusted at what the caller says is there, else by one another."""
    writers_at = _writers_of(repository, asked.organisation)
    if asked.after is not None:
        writers = writers_at(asked.after)
        first = {each.digest: each for each in reversed(claimed) if each.is_by(writers)}
        return tuple(sorted(first.values(), key=lambda each: each.entry))
    return believed_admissions(claimed, writers_at, is_protected=_is_protected_in(repository, asked.target))


def believed_admissions(
    claimed: Sequence[Admitted], writers_at: WritersAt, *, is_protected: Callable[[ObjectId], bool]
) -> tuple[Admitted, ...]:
    """Those admissions that were written by whom the one before them trusts, in order; a copy of one admits nothing again."""
    believed: list[Admitted] = []
    said: set[Digest] = set()
    for each in claimed:
        if each.digest in said:
            continue
        judge = believed[-1].said.about.head_commit if believed else each.said.trusted
        if judge is None or not each.is_by(writers_at(judge)):
            continue
        if believed or is_protected(judge):
            believed.append(each)
            said.add(each.digest)
    return tuple(believed)


def _is_protected_in(repository: Repository, target: str) -> Callable[[ObjectId], bool]:
    """Whether the protected branch itself stood at a commit: a step of what was merged into it may trust anybody."""

    @cache
    def stood_there() -> frozenset[ObjectId]:
        _, tip, _ = repository.protected_tip(target)
        try:
            return frozenset() if tip is None else _stood_there(repository, tip)
        except RepositoryError:
            return frozenset()

    return lambda commit: commit in stood_there()


def _writers_of(repository: Repository, organisation: Organisation) -> WritersAt:
    """Whom the commits of a repository trust to write; whom the organisation does, where it says."""
    given = None if organisation is None else _given(repository, organisation)

    @lru_cache(maxsize=1024)
    def at(commit: ObjectId) -> tuple[VerifierKey, ...]:
        if given is not None:
            return given
        try:
            data = repository.file_at(commit, RepoPath(LEDGER_PATH), LARGEST_DOCUMENT)
        except RepositoryError:
            return ()
        if data is None or isinstance(data, CouldNotLook):
            return ()
        try:
            return load_settings(data, LEDGER_PATH).writers
        except ConfigurationError:
            return ()

    return at


def _given(repository: Repository, organisation: Path | Given) -> tuple[VerifierKey, ...] | None:
    trust = trust_at_target(repository, organisation=organisation)
    document = trust.document(LEDGER_PATH)
    if document is None or document.source.value != "organisation":
        return None
    return load_settings(document.data, document.path).writers


def _after(repository: Repository, asked: Asked, *, after: ObjectId, believed: tuple[Admitted, ...]) -> Footing:
    tree = repository.tree_of(after)
    if believed and believed[-1].tree != tree:
        last = believed[-1]
        head = last.said.about.head_commit or last.tree
        raise AdmissionError(
            f"--after says that {after[:12]} is in {asked.environment}, and by entry {last.entry} of the ledger"
            f" {head[:12]} was admitted there last: find out which is there; if it was taken back to {after[:12]},"
            f" put that on record with weighbridge admit --environment {asked.environment} --commit {after[:12]} --record"
        )
    return Footing(
        trust=trust_at_commit(repository, after, organisation=asked.organisation),
        words=f"what decides was read at {after[:12]}, which --after says is there",
        ground=Ground(last=tree, admitted=believed),
        last=after,
    )


def _last(repository: Repository, asked: Asked, *, believed: tuple[Admitted, ...]) -> Footing:
    last = believed[-1]
    commit = last.said.about.head_commit
    if commit is None or repository.tree_of(commit) != last.tree:
        raise AdmissionError(
            f"entry {last.entry} says that a tree was admitted to {asked.environment}, and its commit has another:"
            " say with --after what is there"
        )
    return Footing(
        trust=trust_at_commit(repository, commit, organisation=asked.organisation),
        words=f"what decides was read at {commit[:12]}, which entry {last.entry} admitted last",
        ground=Ground(last=last.tree, admitted=believed),
        last=commit,
    )


def _first(repository: Repository, asked: Asked) -> Footing:
    trust = trust_at_target(repository, target=asked.target, organisation=asked.organisation)
    tip = trust.target
    if tip is None:
        raise AdmissionError(
            f"nothing was admitted to {asked.environment} yet, and {trust.target_reason}: say with --after what is there"
        )
    return Footing(
        trust=trust,
        words=f"what decides was read at the tip of {trust.target_name}, {tip[:12]}",
        ground=Ground(begins=_own_line(repository, tip)),
    )


def _own_line(repository: Repository, tip: ObjectId) -> frozenset[ObjectId]:
    """The trees that a branch itself had: the steps of what was merged into it were nobody's to decide on, and never stood there."""
    return frozenset(map(repository.tree_of, _stood_there(repository, tip)))


def _stood_there(repository: Repository, tip: ObjectId) -> frozenset[ObjectId]:
    """The newest commits that a branch itself stood at."""
    return frozenset((tip, *(before for _, before in repository.landed(tip, limit=_MOST_LANDED))))


def refuse_held(repository: Repository, base: Footing, *, commit: ObjectId, environment: str) -> None:
    """Refuse to judge a commit by a protected branch that holds it already. Raises `AdmissionError`."""
    tip = base.trust.target
    if base.ground.last is not None or tip is None:
        return
    if repository.tree_of(commit) in base.ground.begins or not repository.commits_between(tip, commit):
        raise AdmissionError(
            f"{base.trust.target_name} holds {commit[:12]} already, and nothing was admitted to {environment} yet:"
            " what decides would be read from what is to be admitted. Say with --after which commit is there, or, the"
            " first time, from which one on everything must have been decided"
        )
