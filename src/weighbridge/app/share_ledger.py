"""Bring the ledger here and the one in a remote together: both hold the same afterwards, and nothing is lost or forked.

1. Theirs is believed by the rules of `trusted_ledger`, and begins with what was last seen of it: a remote that was rewound,
   emptied or replaced is an error, whatever it holds now.
2. Ours is believed too, and both are one ledger: the same origin.
3. What only they have is taken over; all of it where there is none here, provided that it begins with what was last
   seen here: a clone that was removed and made again in its place is no removed ledger. What only we have is appended after theirs: an envelope says nothing of its place, and
   the new head is signed by our writer. Ours moves there in one step.
4. Anchors are held by what both come to together, not by each: a clone that was not here lately is older than an anchor,
   and so is a remote that has not got yet what was anchored here. What comes of it must hold all of them, or is not pushed.
   The same holds for what witnesses signed here: of each witness what reaches further is kept.
5. Ours is pushed, and only over what was fetched. Whoever is beaten begins again.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.ledger.append import Addition, append, sign_anew
from weighbridge.ledger.checkpoint import Checkpoint, read_checkpoint
from weighbridge.ledger.errors import ForkedError, MalformedError, UntrustedError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles, LedgerFilesError, LedgerMovedError
from weighbridge.ledger.keep_cosignatures import further_on, keep_cosignatures
from weighbridge.ledger.personal import personal_path
from weighbridge.ledger.trusted_ledger import (
    Anchor,
    Entry,
    LedgerTrust,
    Notice,
    NoticeKind,
    TrustedLedger,
    read_head,
    read_ledger,
)
from weighbridge.ledger.verifier_keys import WriterKey
from weighbridge.ledger.witnesses import Cosigned

ATTEMPTS: Final = 12
_FIRST_PAUSE: Final = 0.05


class Remote(Protocol):
    """A place that shares a ledger with others, and what can be done there in one step; all raise `LedgerFilesError`."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def address(self) -> str:
        """Where it is."""

    @property
    def erased(self) -> tuple[int, int]:
        """What of people was erased here because it is there, and there because it is here."""

    @property
    def ours(self) -> LedgerFiles:
        """The ledger here."""

    @property
    def theirs(self) -> LedgerFiles:
        """Theirs, as it was last fetched."""

    def alone(self) -> AbstractContextManager[None]:
        """No other process on this machine does the same here meanwhile."""

    def was_there(self) -> bool:
        """Whether theirs was fetched before."""

    def fetch(self) -> bool:
        """Bring theirs here, beside ours; whether there is one."""

    def follows(self) -> bool:
        """Whether ours can be pushed over theirs as it is."""

    def adopt(self) -> bool:
        """Ours becomes theirs; False when somebody moved ours meanwhile."""

    def join_people(self) -> bool:
        """What is known of people becomes what both know; False when somebody moved it meanwhile."""

    def stage(self) -> LedgerFiles:
        """A copy of theirs that can be appended to."""

    def take(self, staged: LedgerFiles) -> bool:
        """The copy becomes ours; False when somebody moved ours meanwhile."""

    def push(self) -> bool:
        """Give them ours; False when somebody else was faster."""


class Seen(Protocol):
    """The newest heads that this user saw; all raise `LedgerFilesError`."""

    def of_clone(self, origin: str) -> Checkpoint | None:
        """What the ledger here must begin with."""

    def of_remotes(self, origin: str) -> Checkpoint | None:
        """The newest that any remote showed."""

    def of_remote(self, origin: str, address: str) -> Checkpoint | None:
        """What the ledger of a remote must begin with."""

    def see_in_clone(self, note: bytes) -> None:
        """Remember the head of the ledger here."""

    def expect_in_clone(self, note: bytes) -> None:
        """Remember what is about to become the head of the ledger here."""

    def is_expected_in_clone(self, note: bytes) -> bool:
        """Whether a head is the one that was about to be made when that was cut off."""

    def see_in_remote(self, note: bytes, address: str) -> None:
        """Remember the head of a remote's ledger."""


class Reading(Struct, frozen=True, kw_only=True):
    """What reading ledgers leans on; `trust` is asked anew for each reading, of the very files that are read.

    Whom entries enrol, and whom those vouch for, is a matter of the ledger they stand in: one may be further on than another.
    """

    trust: Callable[[LedgerFiles], LedgerTrust]
    seen: Seen
    anchors: Sequence[Anchor] = ()
    missing: Sequence[CouldNotLook] = ()
    """The anchors that Trust names and nobody could look at: whoever decides by the ledger cannot pass them over."""


class Shared(Struct, frozen=True, kw_only=True):
    """What came of it: how many entries came from there, went there, and were appended anew after theirs.

    `erased` is how many entries lost here what they said of people because it is erased there, and the other way round.
    """

    checkpoint: Checkpoint
    received: int
    sent: int
    moved: int
    attempts: int
    erased: tuple[int, int] = (0, 0)
    signed_anew: bool = False
    """Whether the head was signed by somebody whose word counts no more, and our writer signed it."""
    notices: tuple[Notice, ...] = ()
    """What a reader should know of it now."""


def share_ledger(
    remote: Remote, reading: Reading, *, writer: Callable[[], WriterKey], attempts: int = ATTEMPTS
) -> Shared | None:
    """Bring both together; None where there is none here and none there.

    Raises:
        LedgerError: one of the two cannot be believed, or they are not one ledger.
        LedgerFilesError: something could not be read, written, fetched or pushed, or others were faster every time.
    """
    with remote.alone():
        began = None if _origin(remote.ours) is None else _read_part(remote.ours, reading)
        before = began.checkpoint.size if began else 0
        moved, signed_anew = 0, False
        for attempt in range(attempts):
            theirs = _fetched(remote, reading)
            if theirs is None and _origin(remote.ours) is None and read_here(remote.ours, reading) is None:
                _refuse_lost(reading.trust(remote.ours).origin, reading.seen, where=f"here and none in {remote.name}")
                return None
            moved += _bring_together(remote, reading, theirs=theirs, writer=writer)
            ours = read_here(remote.ours, reading) if remote.follows() else None
            if ours is not None and not ours.is_signed and _signed_anew(remote, reading, ours=ours, writer=writer):
                ours, signed_anew = read_here(remote.ours, reading), True
            if ours is not None and remote.push():
                reading.seen.see_in_remote(ours.note, remote.address)
                received = ours.checkpoint.size - before
                sent = ours.checkpoint.size - (theirs.checkpoint.size if theirs else 0)
                return Shared(
                    checkpoint=ours.checkpoint,
                    received=received,
                    sent=sent,
                    moved=moved,
                    attempts=attempt + 1,
                    erased=remote.erased,
                    signed_anew=signed_anew,
                    notices=ours.notices,
                )
            time.sleep(_FIRST_PAUSE * 1.5**attempt * (0.5 + (time.monotonic_ns() % 1000) / 1000))
    raise LedgerFilesError(
        f"{remote.name} was written to by others each of {attempts} times: what is here is whole; sync again when fewer write"
    )


def read_here(files: LedgerFiles, reading: Reading) -> TrustedLedger | None:
    """The ledger here, held against what was seen of it before, and remembered where that can be done.

    Raises:
        LedgerError: it cannot be believed.
        LedgerFilesError: it, or what was seen of it, cannot be read.
    """
    found = read_ledger(files, reading.trust(files), anchors=reading.anchors, remembered=_remembered(files, reading))
    if found is not None:
        remember(found, reading)
    return found


def head_here(files: LedgerFiles, reading: Reading) -> TrustedLedger | None:
    """The same for whoever reads all of it at once, which proves it; they `remember` it then. Raises as `read_here`."""
    return read_head(files, reading.trust(files), anchors=reading.anchors, remembered=_remembered(files, reading))


def remember(ledger: TrustedLedger, reading: Reading) -> None:
    """Remember a ledger that was read; a machine without a memory, as in CI, can read all the same, and is told."""
    try:
        reading.seen.see_in_clone(ledger.note)
    except LedgerFilesError as problem:
        ledger.notices = (*ledger.notices, Notice(kind=NoticeKind.UNREMEMBERED, words=str(problem)))


def seen_here(files: LedgerFiles, seen: Seen, *, origin: str) -> Checkpoint | None:
    """What the ledger here must begin with; it is what a sync made of it, where that was cut off right after. Raises `LedgerFilesError`."""
    note = files.read(CHECKPOINT)
    if note is not None and seen.is_expected_in_clone(note):
        seen.see_in_clone(note)
    return seen.of_clone(origin)


def _remembered(files: LedgerFiles, reading: Reading) -> Checkpoint | None:
    here = _origin(files)
    origin = here or reading.trust(files).origin
    remembered = seen_here(files, reading.seen, origin=origin) if origin else None
    return reading.seen.of_remotes(here) if remembered is None and here is not None else remembered


def may_begin(origin: str, seen: Seen, *, elsewhere: Callable[[], str]) -> None:
    """Refuse to begin a ledger where one of that name was seen, or may be elsewhere; nothing would bring the two together.

    Raises:
        ForkedError: this user saw one in a remote.
        LedgerFilesError: a remote has one, or could not be asked.
    """
    _refuse_lost(origin, seen, where="here")
    if why := elsewhere():
        raise LedgerFilesError(
            f"no ledger is here yet, and none is begun: .weighbridge/ledger.yaml names {origin}, and {why}"
        )


def _refuse_lost(origin: str | None, seen: Seen, *, where: str) -> None:
    remembered = seen.of_remotes(origin) if origin else None
    if remembered is not None:
        raise ForkedError(
            f"there is no ledger {where}, and one of {remembered.words} was seen in a remote before: `weighbridge ledger sync"
            " REMOTE` fetches it from a remote that has it. Where none has, it was removed: push or import it from another clone or"
            " an export, and find out who removed it"
        )


def _read_part(files: LedgerFiles, reading: Reading) -> TrustedLedger | None:
    """The ledger here, held against anchors as far as it goes: it is one part of what it will be."""
    return read_here(files, replace(reading, anchors=_within(files, reading.anchors)))


def _within(files: LedgerFiles, anchors: Sequence[Anchor]) -> Sequence[Anchor]:
    """The anchors that are no further on than a ledger says it is."""
    note = files.read(CHECKPOINT)
    size = 0 if note is None else read_checkpoint(note).checkpoint.size
    return [anchor for anchor in anchors if _size_of(anchor) <= size]


def _size_of(anchor: Anchor) -> int:
    """How far an anchor says it reaches; one that cannot be read says so where it is held against a ledger."""
    try:
        return read_checkpoint(anchor.note).checkpoint.size
    except MalformedError:
        return 0


def _origin(files: LedgerFiles) -> str | None:
    """What the checkpoint says, which nobody proved yet."""
    note = files.read(CHECKPOINT)
    return None if note is None else read_checkpoint(note).checkpoint.origin


def _fetched(remote: Remote, reading: Reading) -> TrustedLedger | None:
    """Theirs, believed; None where they never had one."""
    was_there = remote.was_there()
    if not remote.fetch():
        if was_there:
            raise ForkedError(
                f"{remote.name} has no ledger any more, and had one when it was last fetched: somebody removed it there. "
                f"Find out who; to share the one here anew, remove what was fetched (`git update-ref -d {remote.theirs.place}`)"
            )
        return None
    origin = _origin(remote.theirs)
    assert origin is not None, "there is one"
    here = _origin(remote.ours)
    if here is not None and here != origin:
        raise UntrustedError(
            f"{remote.name} has the ledger {origin}, and here is {here}: they were begun apart, and statements of one mean "
            "nothing in the other. Keep the one that .weighbridge/ledger.yaml is to name: export the other "
            "(weighbridge ledger export), remove its ref, and sync again"
        )
    remembered = reading.seen.of_remote(origin, remote.address)
    anchors = _within(remote.theirs, reading.anchors)
    found = read_ledger(remote.theirs, reading.trust(remote.theirs), anchors=anchors, remembered=remembered)
    assert found is not None, "its checkpoint was read"
    reading.seen.see_in_remote(found.note, remote.address)
    return found


def _bring_together(
    remote: Remote, reading: Reading, *, theirs: TrustedLedger | None, writer: Callable[[], WriterKey]
) -> int:
    """Make ours follow theirs; how many of our entries were appended anew."""
    ours = _ours(remote, reading, theirs=theirs)
    if theirs is None:
        return 0
    common = 0 if ours is None else common_size(ours, theirs)
    if ours is not None and common == theirs.checkpoint.size and remote.follows():
        remote.join_people()
        return 0
    own = [] if ours is None else list(_only_ours(ours, theirs, common=common))
    signed = further_on(remote.ours, remote.theirs, witnesses=reading.trust(remote.ours).witnesses)
    if not own and not signed:
        _expect(remote.theirs, reading)
        if not remote.adopt():
            return 0  # the next attempt sees what moved it
        _remember(remote.ours, reading)
        return 0
    staged = remote.stage()
    additions = [
        Addition(envelope=entry.envelope, personal=remote.ours.read(personal_path(entry.leaf))) for entry in own
    ]
    if additions:
        append(
            staged, additions, writer=writer(), trust=reading.trust(staged), remembered=theirs.checkpoint, attempts=1
        )
    _carry_over(signed, staged, reading=reading, name=remote.name)
    _expect(staged, reading)
    if not remote.take(staged):
        return 0
    _remember(remote.ours, reading)
    return len(own)


def _carry_over(signed: Sequence[Cosigned], staged: LedgerFiles, *, reading: Reading, name: str) -> None:
    """Keep what witnesses signed of ours in what both come to; that must hold it, for no witness takes it back."""
    if not signed:
        return
    try:
        keep_cosignatures(staged, signed, trust=reading.trust)
    except ForkedError as problem:
        raise ForkedError(
            f"witnesses signed what was here alone, and {name} has other entries in its place: nothing was pushed, and what is here"
            f" stands. {problem}"
        ) from problem


def _signed_anew(remote: Remote, reading: Reading, *, ours: TrustedLedger, writer: Callable[[], WriterKey]) -> bool:
    """Whether our writer signed the head here, which nobody who is trusted now had."""
    try:
        return sign_anew(remote.ours, ours, writer=writer(), trust=reading.trust(remote.ours))
    except LedgerMovedError:
        return False  # the next attempt sees what moved it


def _ours(remote: Remote, reading: Reading, *, theirs: TrustedLedger | None) -> TrustedLedger | None:
    """Ours, believed. Where there is none any more, as in a clone that was made again, theirs must begin with what it was."""
    if theirs is None or _origin(remote.ours) is not None:
        return _read_part(remote.ours, reading)
    remembered = reading.seen.of_clone(theirs.checkpoint.origin)
    try:
        if remembered is not None:
            theirs.hold(remembered, whose="what was seen of it before")
    except ForkedError as problem:
        raise ForkedError(
            f"there is no ledger in {remote.ours.place} any more, and the one in {remote.name} does not hold what was seen"
            f" here before: {problem}"
        ) from problem
    return None


def _expect(files: LedgerFiles, reading: Reading) -> None:
    """What is about to be here begins otherwise than what was seen: whoever is cut off in between is not to take that for a rewind."""
    note = files.read(CHECKPOINT)
    if note is not None:
        reading.seen.expect_in_clone(note)


def _remember(files: LedgerFiles, reading: Reading) -> None:
    """What is here now holds all that was here, in an order that others know too: that is what must be found again."""
    note = files.read(CHECKPOINT)
    if note is not None:
        reading.seen.see_in_clone(note)


def _only_ours(ours: TrustedLedger, theirs: TrustedLedger, *, common: int) -> Iterator[Entry]:
    known = {entry.leaf for entry in theirs.entries(common)}
    return (entry for entry in ours.entries(common) if entry.leaf not in known)


def common_size(one: TrustedLedger, other: TrustedLedger) -> int:
    """How many entries both begin with."""
    low, high = 0, min(one.checkpoint.size, other.checkpoint.size)
    while low < high:
        middle = (low + high + 1) // 2
        if one.tree.edge_at(middle).root == other.tree.edge_at(middle).root:
            low = middle
        else:
            high = middle - 1
    return low
