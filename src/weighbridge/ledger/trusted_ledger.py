"""What may be believed of a ledger: a state that only ever moves forward.

The rules, each of which fails closed with the reason in words:

1. The head is a checkpoint in a signed note. One trusted writer's signature over it must verify; a line of a known key
   that does not verify spoils it; lines of unknown keys are passed over, as signed-note says. The very head that this
   reader remembers was believed when it was seen, and stays so when its writer's word ran out since: it is told, and
   whoever appends signs the next.
2. Trusted writers are those that Trust names, and those that a statement names which an enrolled person signed and which
   the same ledger holds (`LedgerTrust.vouched`).
3. The origin is the one that Trust names. Where it names none, the one remembered or anchored.
4. A head is never smaller than one remembered, and begins with it: the root at the remembered size is recomputed from
   this ledger's own tiles.
5. The same holds for each anchor: a checkpoint in a signed note, kept elsewhere, by whose signature the head would count.
   One by a writer whom the ledger names, and nobody vouches for any more, is held against it all the same, and anchors
   nothing: whoever leaves takes no ledger with them.
6. The tiles at the right edge give the head's root; each full tile gives the hash that stands above it; each entry gives
   the hash that stands in its tile. What was already verified, up to a remembered checkpoint, is not read again; whoever
   reads it later has it proven anew.
7. The same holds for what each known witness signed last, which lies beside the tiles (`witnesses`). What as many of them as
   are asked for signed is anchored; that they did not sign enough, or that it is not there, is told, and whoever decides by
   the ledger does not (`Witnessed.lacking`).
8. Without an anchor or a remembered checkpoint, whoever holds the writers' keys could have rewritten everything: it is
   said, as a notice.

So mutation, truncation, reordering, forks and rollback are found by 4 to 7 against any checkpoint that is kept elsewhere.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain, islice
from typing import Final

from msgspec import Struct

from weighbridge.ledger.checkpoint import Checkpoint, SignedCheckpoint, read_checkpoint
from weighbridge.ledger.errors import AlteredError, ForkedError, LedgerError, MalformedError, UntrustedError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles, LedgerFilesError
from weighbridge.ledger.merkle import EMPTY_ROOT, consistency_proof, inclusion_proof, leaf_hash
from weighbridge.ledger.notes import Proven, verify_note
from weighbridge.ledger.statement import named_writers
from weighbridge.ledger.stored_tree import StoredTree
from weighbridge.ledger.tiles import WIDTH
from weighbridge.ledger.verifier_keys import KeyKind, VerifierKey
from weighbridge.ledger.witnesses import UNWITNESSED, Cosigned, Witnessed, cosigned_in, newest_of, path_of


class Entry(Struct, frozen=True, kw_only=True):
    """One entry: its place, the envelope's bytes as they were appended, and its hash in the tree."""

    index: int
    envelope: bytes
    leaf: bytes


Vouched = Callable[[Entry], Iterable[VerifierKey]]
"""The writers' keys that an entry names, where an enrolled person signed it; none otherwise."""


class Unheard(Struct, frozen=True, kw_only=True):
    """A writer's key that an entry names without making it believed, and why not, in words."""

    key: VerifierKey
    entry: int
    why: str

    @property
    def words(self) -> str:
        """The same in a sentence's end."""
        return f"entry {self.entry} names {self.key.name}, which does not count: {self.why}"


Unheeded = Callable[[Entry], "Unheard | None"]
"""The writer's key that an entry names while the word of whoever signed it does not count; None where there is none such."""


Naming = Callable[[StoredTree, Collection[str]], Iterable[Entry]]
"""At least the entries that may say why writers of these key ids are believed, the newest first."""


class LedgerTrust(Struct, frozen=True, kw_only=True):
    """Who may have written a ledger, from where the author of a change cannot reach. `origin` is None where none is named."""

    origin: str | None = None
    writers: tuple[VerifierKey, ...] = ()
    witnesses: tuple[VerifierKey, ...] = ()
    quorum: int = 0
    """How many witnesses must have signed what counts as anchored by them."""
    vouched: Vouched | None = None
    naming: Naming | None = None
    """Without it every entry is asked."""
    unheeded: Unheeded | None = None
    """Says why entries that name a writer make nobody believe it; asked only where nobody does."""
    missing: str = ""
    """Why nothing that Trust says of the ledger is at hand, in words; empty where it is."""
    learn: Callable[[StoredTree], object] | None = None
    """Told of a tree whose entries are about to be read, so that whoever keeps something of them reads them now and not again."""


class Anchor(Struct, frozen=True, kw_only=True):
    """A signed checkpoint that is kept elsewhere, and where, as people say it."""

    place: str
    note: bytes


_UNANCHORED: Final = "nothing anchors this ledger: weighbridge ledger verify says what that leaves open"


_UNSIGNED: Final = (
    "the anchor in {place} is signed by nobody who is trusted now: this ledger holds it, and it anchors nothing; keep a new"
    " one (weighbridge ledger anchor)"
)


class NoticeKind(StrEnum):
    """What a reader should know of a ledger that is believed."""

    UNANCHORED = "unanchored"
    UNPINNED = "unpinned"
    VOUCHED = "vouched"
    WITNESSED = "witnessed"
    UNREMEMBERED = "unremembered"
    UNSIGNED = "unsigned"
    REMEMBERED = "remembered"


class Notice(Struct, frozen=True, kw_only=True):
    """One thing a reader should know."""

    kind: NoticeKind
    words: str

    @property
    def brief(self) -> str:
        """The same for a page that is about something else."""
        return _UNANCHORED if self.kind is NoticeKind.UNANCHORED else self.words


class Inclusion(Struct, frozen=True, kw_only=True):
    """A proof that an entry is in the ledger of a checkpoint."""

    entry: Entry
    checkpoint: Checkpoint
    note: bytes
    path: tuple[bytes, ...]


class TrustedLedger:
    """A ledger whose head is believed; entries are proven against that head whenever they are read."""

    def __init__(
        self,
        tree: StoredTree,
        note: bytes,
        *,
        signatures: Sequence[Proven],
        notices: Sequence[Notice],
        anchored: int = 0,
        witnessed: Witnessed = UNWITNESSED,
    ) -> None:
        """`anchored` is how many of its entries are known elsewhere: to an anchor, or to as many witnesses as are asked for."""
        self._tree = tree
        self.note = note
        self.signatures = tuple(signatures)
        self.notices = tuple(notices)
        self.anchored = anchored
        self.witnessed = witnessed

    @property
    def checkpoint(self) -> Checkpoint:
        """The head."""
        return self._tree.checkpoint

    @property
    def place(self) -> str:
        """Where it is kept."""
        return self._tree.place

    @property
    def is_signed(self) -> bool:
        """Whether a writer signed its head who is trusted now; else it is believed because it was before."""
        return _is_written(self.signatures)

    def hold(self, old: Checkpoint, *, whose: str) -> None:
        """Refuse where it does not begin with an older checkpoint. Raises `ForkedError`, `AlteredError`."""
        _hold(self._tree, old, whose=whose)

    @property
    def tree(self) -> StoredTree:
        """Its hashes."""
        return self._tree

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """All entries from `start` on, in order. Raises `AlteredError`."""
        for number in range(start // WIDTH, -(-self.checkpoint.size // WIDTH)):
            row = self._tree.tile(0, number)
            for at, envelope in enumerate(self._tree.bundle(number)):
                index = number * WIDTH + at
                if index >= start:
                    yield Entry(index=index, envelope=envelope, leaf=row[at * 32 : at * 32 + 32])

    def entry(self, index: int) -> Entry:
        """One entry. Raises `LedgerError` where there is none."""
        self._refuse_beyond(index)
        envelope = self._tree.bundle(index // WIDTH)[index % WIDTH]
        return Entry(index=index, envelope=envelope, leaf=leaf_hash(envelope))

    def since(self, old: Checkpoint) -> Iterator[Entry]:
        """The entries that an older checkpoint did not have. Raises `ForkedError`, `AlteredError`."""
        _hold(self._tree, old, whose="the older checkpoint")
        return self.entries(old.size)

    def prove(self, index: int) -> Inclusion:
        """The proof that an entry is in this ledger. Raises `LedgerError` where there is none."""
        entry = self.entry(index)
        path = inclusion_proof(index, self.checkpoint.size, nodes=self._tree.node)
        return Inclusion(entry=entry, checkpoint=self.checkpoint, note=self.note, path=path)

    def prove_consistency(self, old_size: int) -> tuple[bytes, ...]:
        """The proof that this ledger begins with that of `old_size` entries, as witnesses ask for it."""
        if not 0 <= old_size <= self.checkpoint.size:
            raise ForkedError(f"{self.place} has {self.checkpoint.size:,} entries, and never had {old_size:,}")
        return consistency_proof(old_size, self.checkpoint.size, nodes=self._tree.node)

    def _refuse_beyond(self, index: int) -> None:
        if not 0 <= index < self.checkpoint.size:
            raise LedgerError(f"{self.place} has {self.checkpoint.words}; there is no entry {index}")


def read_ledger(
    files: LedgerFiles,
    trust: LedgerTrust,
    *,
    anchors: Sequence[Anchor] = (),
    remembered: Checkpoint | None = None,
) -> TrustedLedger | None:
    """The ledger that lies in `files`, all of it verified, or what is new since `remembered`; None where there is none.

    Raises:
        LedgerError: it cannot be believed, for the reason in its message.
        LedgerFilesError: it cannot be read.
    """
    ledger = read_head(files, trust, anchors=anchors, remembered=remembered)
    if ledger is not None:
        numbers = range((remembered.size if remembered else 0) // WIDTH, -(-ledger.checkpoint.size // WIDTH))
        if trust.learn is not None and len(numbers) > 1:
            trust.learn(ledger.tree)
        for number in numbers:
            if not ledger.tree.has_proven(number):
                ledger.tree.bundle(number)
    return ledger


def read_head(
    files: LedgerFiles,
    trust: LedgerTrust,
    *,
    anchors: Sequence[Anchor] = (),
    remembered: Checkpoint | None = None,
) -> TrustedLedger | None:
    """The same with no entry read: enough to append after it, and to prove single entries.

    Raises:
        LedgerError: it cannot be believed, for the reason in its message.
        LedgerFilesError: it cannot be read.
    """
    for attempt in range(_READINGS):
        data = files.read(CHECKPOINT)
        if data is None:
            _refuse_loss(files.place, anchors, remembered=remembered)
            return None
        try:
            reader = _Reader(files, trust, where=f"the checkpoint of {files.place}")
            return reader.head(data, anchors=anchors, remembered=remembered)
        except AlteredError:  # unless somebody appended between two of our readings
            if attempt + 1 == _READINGS or files.read(CHECKPOINT) == data:
                raise
    return None


def _refuse_loss(place: str, anchors: Sequence[Anchor], *, remembered: Checkpoint | None) -> None:
    if remembered is not None:
        raise ForkedError(
            f"there is no ledger in {place}, and one of {remembered.words} was seen before: it was removed. {_FETCH}"
        )
    for anchor in anchors:
        raise ForkedError(f"there is no ledger in {place}, and {anchor.place} anchors one: it was removed. {_FETCH}")


_READINGS: Final = 5
"""How often a head that moves while it is read is read."""

_FETCH: Final = "Fetch the ledger from another clone or an export, and find out who removed or rewound it"


class _Reader:
    """Applies the rules to one ledger."""

    def __init__(self, files: LedgerFiles, trust: LedgerTrust, *, where: str) -> None:
        self._files = files
        self._trust = trust
        self._where = where
        self._vouched: tuple[VerifierKey, ...] = ()
        self._unsigned = ""

    def head(self, data: bytes, *, anchors: Sequence[Anchor], remembered: Checkpoint | None) -> TrustedLedger:
        signed = self._parsed(data, where=self._where)
        kept = [self._parsed(anchor.note, where=anchor.place) for anchor in anchors]
        self._refuse_other_origin(signed.checkpoint, where=self._where, remembered=remembered)
        for anchor, one in zip(anchors, kept, strict=True):
            if one.checkpoint.origin != signed.checkpoint.origin:
                raise UntrustedError(f"{anchor.place} anchors {one.checkpoint.origin}, which is another ledger")
        proven = self._proven(signed, where=self._where)
        if not _is_written(proven) and self._trust.missing:
            raise LedgerFilesError(f"nobody can tell whether {self._where} is to be believed: {self._trust.missing}")
        is_known = remembered == signed.checkpoint
        if not _is_written(proven) and self._trust.vouched is None and not is_known:
            raise self._stranger(signed)
        tree = StoredTree(self._files, signed.checkpoint)
        if not _is_written(proven):
            vouched = self._vouch(tree, signed, where=self._where)
            if not vouched:
                problem = self._stranger(signed, tree)
                if not is_known:
                    raise problem
                self._unsigned = str(problem)
            proven = (*proven, *vouched)
        believed: list[Checkpoint] = []
        strangers: list[str] = []
        for anchor, one in zip(anchors, kept, strict=True):
            _hold(tree, one.checkpoint, whose=f"the anchor in {anchor.place}")
            if self._proven(one, where=anchor.place) or self._vouch(tree, one, where=anchor.place):
                believed.append(one.checkpoint)
            elif self._is_named(tree, one):
                strangers.append(anchor.place)
            else:
                raise UntrustedError(
                    f"the checkpoint in {anchor.place} is signed by nobody who is trusted, nor by whom this ledger names:"
                    " find out who put it there, and anchor the ledger anew"
                )
        if remembered is not None:
            _hold(tree, remembered, whose="what was seen of it before")
        witnessed = self._witnessed(tree, signed, proven=proven)
        anchored = max((witnessed.reach, *(one.size for one in believed)))
        notices = (
            *self._notices(witnessed, is_anchored=anchored > 0, remembered=remembered),
            *(Notice(kind=NoticeKind.UNSIGNED, words=_UNSIGNED.format(place=place)) for place in strangers),
        )
        return TrustedLedger(tree, data, signatures=proven, notices=notices, anchored=anchored, witnessed=witnessed)

    def _parsed(self, data: bytes, *, where: str) -> SignedCheckpoint:
        try:
            signed = read_checkpoint(data)
        except MalformedError as error:
            raise MalformedError(f"{where} cannot be read: {error}") from None
        if signed.checkpoint.size == 0 and signed.checkpoint.root != EMPTY_ROOT:
            raise MalformedError(f"{where} cannot be read: it has no entries, and a root over some")
        return signed

    def _refuse_other_origin(self, head: Checkpoint, *, where: str, remembered: Checkpoint | None) -> None:
        expected = self._trust.origin or (remembered.origin if remembered else None)
        if expected is not None and head.origin != expected:
            raise UntrustedError(
                f"{where} is that of {head.origin}, and the ledger of this repository is {expected}:"
                " it was replaced, or `origin` in .weighbridge/ledger.yaml names another. Find out which was changed, and"
                " put that back"
            )

    def _proven(self, signed: SignedCheckpoint, *, where: str) -> tuple[Proven, ...]:
        keys = (*self._trust.writers, *self._trust.witnesses, *self._vouched)
        try:
            return verify_note(signed.note, keys)
        except UntrustedError as error:
            raise UntrustedError(f"{where} is not to be believed: {error}") from None

    def _vouch(self, tree: StoredTree, signed: SignedCheckpoint, *, where: str) -> tuple[Proven, ...]:
        """Signatures by keys that entries of the ledger itself vouch for, the newest asked first; none where there is none."""
        wanted = {(each.name, each.id) for each in signed.note.signatures}
        entries = _naming(self._trust, tree, keyids={each.id.hex() for each in signed.note.signatures})
        for key in _vouched_keys(self._trust, entries):
            if (key.name, key.id) in wanted:
                self._vouched = (*self._vouched, key)
                return tuple(each for each in self._proven(signed, where=where) if each.key == key)
        return ()

    def _is_named(self, tree: StoredTree, signed: SignedCheckpoint) -> bool:
        """Whether a writer signed it whom an entry names, whoever said so and whatever their word counts now."""
        entries = _naming(self._trust, tree, keyids={each.id.hex() for each in signed.note.signatures})
        wanted = {(each.name, each.id) for each in signed.note.signatures}
        named = (key for entry in entries for key in named_writers(entry.envelope) if (key.name, key.id) in wanted)
        return next((bool(verify_note(signed.note, (key,))) for key in named), False)

    def _stranger(self, signed: SignedCheckpoint, tree: StoredTree | None = None) -> UntrustedError:
        names = ", ".join(sorted({each.name for each in signed.note.signatures}))
        keyids = {each.id.hex() for each in signed.note.signatures}
        unheard = () if tree is None else _unheard(self._trust, tree, keyids=keyids)
        way = (
            "name the writer's key in .weighbridge/ledger.yaml on the protected branch, or let an enrolled person's statement"
            " name it"
        )
        if unheard:
            lines = ", ".join(dict.fromkeys(str(each.key) for each in unheard))
            way = (
                f"{'; '.join(each.words for each in unheard)}. `weighbridge ledger sync` signs it anew in a clone that has seen"
                " it, on a machine that is believed; where there is none, put the key under `writers` in"
                f" .weighbridge/ledger.yaml on the protected branch until another machine has appended: {lines}"
            )
        return UntrustedError(f"{self._where} is signed by nobody who is trusted ({names}): {way}")

    def _witnessed(self, tree: StoredTree, head: SignedCheckpoint, *, proven: Sequence[Proven]) -> Witnessed:
        """What the witnesses that Trust knows signed: under the head, and kept beside the tree, which must begin with it."""
        found = [
            Cosigned(witness=each.key, checkpoint=head.checkpoint, note=bytes(head.note), at=each.at or 0)
            for each in proven
            if each.key.kind is KeyKind.COSIGNATURE
        ]
        for key in self._trust.witnesses:
            kept = cosigned_in(tree.beside(path_of(key)), key, origin=head.checkpoint.origin)
            if kept is not None:
                _hold(tree, kept.checkpoint, whose=f"the checkpoint of the witness {key.name}")
                found.append(kept)
        return Witnessed(by=newest_of(found), quorum=self._trust.quorum, place=tree.place, size=tree.size)

    def _notices(self, witnessed: Witnessed, *, is_anchored: bool, remembered: Checkpoint | None) -> Iterator[Notice]:
        if self._trust.origin is None:
            words = "no setting says which ledger is this repository's: name its origin in .weighbridge/ledger.yaml"
            yield Notice(kind=NoticeKind.UNPINNED, words=words)
        if witnessed.by:
            yield Notice(kind=NoticeKind.WITNESSED, words=witnessed.words)
        if not is_anchored:  # a witness that nobody asks for can be left out
            seen = f" beyond {remembered.words}, which was seen before" if remembered else ""
            could = "whoever may push it could shorten it, and its key holder rewrite it"
            yield Notice(kind=NoticeKind.UNANCHORED, words=f"nothing anchors this ledger: {could}{seen}")
        if self._unsigned:
            words = (
                f"believed because it was when it was seen here, and by nobody who has not seen it: {self._unsigned}"
            )
            yield Notice(kind=NoticeKind.REMEMBERED, words=words)
        for key in self._vouched:
            yield Notice(kind=NoticeKind.VOUCHED, words=f"{key.name} ({key.keyid}) is vouched for by an entry")


def _vouched_keys(trust: LedgerTrust, entries: Iterable[Entry]) -> Iterator[VerifierKey]:
    if trust.vouched is not None:
        for entry in entries:
            yield from (key for key in trust.vouched(entry) if key.kind is KeyKind.NOTE)


def is_trusted_writer(
    key: VerifierKey,
    trust: LedgerTrust,
    *,
    tree: StoredTree,
    new: Sequence[Entry] = (),
    turns: Collection[str] = (),
) -> bool:
    """Whether a head signed by this key is believed, in a ledger of this tree with `new` entries after it.

    `turns` are the ids of keys whose place others take by those.
    """
    if key in trust.writers:
        return True
    there = _naming(trust, tree, keyids={key.keyid, *turns})
    return any(each == key for entries in (reversed(new), there) for each in _vouched_keys(trust, entries))


def naming_entries(tree: StoredTree, trust: LedgerTrust, *, key: VerifierKey) -> Iterator[Entry]:
    """The entries because of which this writer is believed, the newest first."""
    for entry in _naming(trust, tree, keyids={key.keyid}):
        if key in _vouched_keys(trust, [entry]):
            yield entry


_ASKED: Final = 256
"""Of the entries that may name a writer in vain, so many are asked for the reason: the newest."""
_TOLD: Final = 2
"""Of the reasons, so many are told."""


def why_unheeded(key: VerifierKey, trust: LedgerTrust, *, tree: StoredTree, new: Sequence[Entry] = ()) -> str:
    """Why the entries that name this writer make nobody believe it, in words; empty where none names it."""
    found = _unheard(trust, tree, keyids={key.keyid}, new=new)
    return "; ".join(each.words for each in found if each.key == key)


def _unheard(
    trust: LedgerTrust, tree: StoredTree, *, keyids: Collection[str], new: Sequence[Entry] = ()
) -> Sequence[Unheard]:
    if trust.unheeded is None:
        return ()
    entries = chain(reversed(new), _naming(trust, tree, keyids=keyids))
    found: dict[tuple[VerifierKey, str], Unheard] = {}
    for each in filter(None, map(trust.unheeded, islice(entries, _ASKED))):
        found.setdefault((each.key, each.why), each)
    return tuple(found.values())[:_TOLD]


def _naming(trust: LedgerTrust, tree: StoredTree, *, keyids: Collection[str]) -> Iterable[Entry]:
    return _backwards(tree) if trust.naming is None else trust.naming(tree, keyids)


def _is_written(proven: Sequence[Proven]) -> bool:
    return any(each.key.kind is KeyKind.NOTE for each in proven)


def _backwards(tree: StoredTree) -> Iterator[Entry]:
    for number in reversed(range(-(-tree.size // WIDTH))):
        for at, envelope in reversed(list(enumerate(tree.bundle(number)))):
            yield Entry(index=number * WIDTH + at, envelope=envelope, leaf=leaf_hash(envelope))


def _hold(tree: StoredTree, old: Checkpoint, *, whose: str) -> None:
    """Refuse a ledger that does not begin with an older checkpoint."""
    if old.origin != tree.checkpoint.origin:
        raise ForkedError(f"{whose} is of {old.origin}, and {tree.place} is {tree.checkpoint.origin}: another ledger")
    if old.size > tree.size:
        raise ForkedError(
            f"{tree.place} has {tree.size:,} entries, and {whose} has {old.size:,}: the ledger was cut short, or not fetched"
            f" since (weighbridge ledger sync). {_FETCH}"
        )
    if tree.edge_at(old.size).root != old.root:
        raise ForkedError(
            f"the first {old.size:,} entries of {tree.place} are not those that {whose} was signed for:"
            f" the ledger was rewritten or forked. {_FETCH}"
        )
