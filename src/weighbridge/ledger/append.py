"""Adds statements to a ledger: new entries, the right edge of the tree, and a checkpoint, in one step.

Only the right edge is read and written. What already lies there must give the root of the head, and the head must be
believed by the rules of `trusted_ledger`; nothing is ever appended after something else.

A statement whose very bytes are among the newest entries is not appended again: a step that was killed after it wrote,
and runs a second time, gets the place of the first. The newest entries are those of the bundle that is being filled and
of the one before it: at least 256 wherever there are as many. Older ones are not looked through; what is said twice at
such a distance stands there twice, and says no more than once.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.envelope import Envelope, SignatureKind, read_envelope
from weighbridge.ledger.errors import UntrustedError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles, LedgerMovedError
from weighbridge.ledger.merkle import EMPTY_ROOT, HASH_SIZE, leaf_hash
from weighbridge.ledger.notes import sign_note
from weighbridge.ledger.own_signatures import renewed
from weighbridge.ledger.personal import personal_path
from weighbridge.ledger.rotations import read_rotation
from weighbridge.ledger.stored_tree import StoredTree
from weighbridge.ledger.tiles import ENTRIES, WIDTH, pack, tile_path
from weighbridge.ledger.trusted_ledger import (
    Entry,
    LedgerTrust,
    TrustedLedger,
    is_trusted_writer,
    read_head,
    why_unheeded,
)
from weighbridge.ledger.verifier_keys import WriterKey

ATTEMPTS: Final = 10


class Addition(Struct, frozen=True, kw_only=True):
    """An envelope to append, and the file of personal values that its statement commits to, if any."""

    envelope: bytes
    personal: bytes | None = None


class Appended(Struct, frozen=True, kw_only=True):
    """Where the statements stand now, each in the order it was given, and the head that holds them."""

    indexes: tuple[int, ...]
    checkpoint: Checkpoint
    note: bytes
    written: int
    """How many were not there before."""


def append(
    files: LedgerFiles,
    additions: Sequence[Addition],
    *,
    writer: WriterKey,
    trust: LedgerTrust,
    remembered: Checkpoint | None = None,
    attempts: int = ATTEMPTS,
) -> Appended:
    """Append the statements after whatever stands there, and sign the new head.

    When somebody else was faster, their head is read and verified, and the statements are appended after it, at most
    `attempts` times.

    Raises:
        LedgerError: the ledger that stands there cannot be believed, an envelope is none, or the key cannot sign.
        LedgerMovedError: others were faster each time.
        LedgerFilesError: nothing could be read or written.
    """
    for addition in additions:
        _refuse_false(read_envelope(addition.envelope), writer=writer)
    for _ in range(attempts - 1):
        try:
            return _append_once(files, additions, writer=writer, trust=trust, remembered=remembered)
        except LedgerMovedError:
            continue
    return _append_once(files, additions, writer=writer, trust=trust, remembered=remembered)


def sign_anew(files: LedgerFiles, head: TrustedLedger, *, writer: WriterKey, trust: LedgerTrust) -> bool:
    """Put this writer's signature in the place of one that counts no more; False where nobody would believe it.

    Raises:
        LedgerMovedError: somebody appended meanwhile.
        LedgerFilesError: nothing could be written.
    """
    if not is_trusted_writer(writer.verifier, trust, tree=head.tree):
        return False
    files.replace({CHECKPOINT: bytes(sign_note(head.checkpoint.text, writer))}, expected=head.note)
    return True


def refuse_stranger(
    files: LedgerFiles, *, writer: WriterKey, trust: LedgerTrust, remembered: Checkpoint | None = None
) -> None:
    """Refuse, before anything is said, a writer whom no reader of this ledger would believe.

    Raises:
        LedgerError: the ledger that stands there cannot be believed, or nobody would believe what this key signs.
        LedgerFilesError: nothing could be read.
    """
    head = read_head(files, trust, remembered=remembered)
    tree = StoredTree(files, _unborn(trust)) if head is None else head.tree
    _refuse_stranger(tree, {}, writer=writer, trust=trust)


def _append_once(
    files: LedgerFiles,
    additions: Sequence[Addition],
    *,
    writer: WriterKey,
    trust: LedgerTrust,
    remembered: Checkpoint | None,
) -> Appended:
    head = read_head(files, trust, remembered=remembered)
    tree = StoredTree(files, _unborn(trust)) if head is None else head.tree
    rows = _newest_rows(tree)
    places: dict[bytes, int] = {}
    fresh: dict[bytes, Addition] = {}
    for addition in additions:
        leaf = leaf_hash(addition.envelope)
        if leaf in places:
            continue
        known = _place(leaf, rows)
        places[leaf] = tree.size + len(fresh) if known is None else known
        if known is None:
            fresh[leaf] = addition
    indexes = tuple(places[leaf_hash(addition.envelope)] for addition in additions)
    if head is not None and not fresh:
        return Appended(indexes=indexes, checkpoint=head.checkpoint, note=head.note, written=0)
    _refuse_stranger(tree, fresh, writer=writer, trust=trust)
    growth = tree.edge.grown(b"".join(fresh))
    checkpoint = Checkpoint(origin=tree.checkpoint.origin, size=growth.edge.size, root=growth.edge.root)
    note = bytes(sign_note(checkpoint.text, writer))
    changed = {**dict(growth.files(tree.edge)), **_bundles(tree, [each.envelope for each in fresh.values()])}
    changed |= dict(renewed(tree, checkpoint, writer=writer))
    changed |= {personal_path(leaf): each.personal for leaf, each in fresh.items() if each.personal is not None}
    files.replace(changed | {CHECKPOINT: note}, expected=None if head is None else head.note)
    return Appended(indexes=indexes, checkpoint=checkpoint, note=note, written=len(fresh))


def _refuse_false(envelope: Envelope, *, writer: WriterKey) -> None:
    """Refuse what claims to be signed by the writer's own key and is not: its word for its signatures would say that it is."""
    key = writer.verifier
    for each in envelope.signatures:
        is_own = each.kind is SignatureKind.WRITER and each.keyid == key.keyid
        if is_own and not key.verifies(each.sig, envelope.encoding):
            raise UntrustedError(
                f"a signature of the statement names {key.name} ({key.keyid}) and is not that key's over what it says:"
                " sign it anew"
            )


def _refuse_stranger(
    tree: StoredTree, fresh: Mapping[bytes, Addition], *, writer: WriterKey, trust: LedgerTrust
) -> None:
    """Refuse to sign a head that no reader would believe."""
    new = [
        Entry(index=tree.size + at, envelope=each.envelope, leaf=leaf) for at, (leaf, each) in enumerate(fresh.items())
    ]
    key = writer.verifier
    if key in trust.writers:
        return
    turns = {each.keyid for entry in new for each in read_rotation(entry.envelope) or ()}
    if not is_trusted_writer(key, trust, tree=tree, new=new, turns=turns):
        why = why_unheeded(key, trust, tree=tree, new=new)
        raise UntrustedError(
            f"nobody would believe a ledger that {key.name} ({key.keyid}) signs: {f'{why}. N' if why else 'n'}ame its key in"
            " .weighbridge/ledger.yaml on the protected branch, or let a statement that an enrolled person signs name it"
            f" ({key})"
        )


def _unborn(trust: LedgerTrust) -> Checkpoint:
    if trust.origin is None:
        raise UntrustedError(
            "there is no ledger yet, and no setting says how the one to be made is called: give its origin"
        )
    return Checkpoint(origin=trust.origin, size=0, root=EMPTY_ROOT)


def _newest_rows(tree: StoredTree) -> Mapping[int, bytes]:
    """The hashes of the newest entries, by the number of the first."""
    filling = tree.size // WIDTH
    numbers = range(max(0, filling - 1), filling + (tree.size % WIDTH > 0))
    return {number * WIDTH: tree.tile(0, number) for number in numbers}


def _place(leaf: bytes, rows: Mapping[int, bytes]) -> int | None:
    """Where an entry of this hash stands among the newest; of equal ones the first."""
    for first, row in rows.items():
        at = row.find(leaf)
        while at >= 0:
            if at % HASH_SIZE == 0:
                return first + at // HASH_SIZE
            at = row.find(leaf, at + 1)
    return None


def _bundles(tree: StoredTree, entries: Sequence[bytes]) -> Mapping[str, bytes | None]:
    """The bundles that change; the partial one that was there goes."""
    if not entries:
        return {}
    number, width = divmod(tree.size, WIDTH)
    changed: dict[str, bytes | None] = {tile_path(ENTRIES, number, width=width): None} if width else {}
    begun = tree.packed(number) if width else b""
    left = entries
    while left:
        part, left = left[: WIDTH - width], left[WIDTH - width :]
        changed[tile_path(ENTRIES, number, width=width + len(part))] = begun + pack(part)
        number, width, begun = number + 1, 0, b""
    return changed
