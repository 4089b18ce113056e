"""Give a ledger away as files that verify by themselves, and take such files in where the ledger went on or was lost."""

from collections.abc import Iterator

from msgspec import Struct

from weighbridge.app.share_ledger import Reading, common_size, read_here
from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.errors import ForkedError, LedgerError, NoLedgerError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles, LedgerPlaceError
from weighbridge.ledger.keep_cosignatures import further_on, kept_cosignatures
from weighbridge.ledger.merkle import HASH_SIZE
from weighbridge.ledger.personal import personal_path
from weighbridge.ledger.texts import refuse_altered
from weighbridge.ledger.tiles import ENTRIES, WIDTH, levels_of, tile_path, width_at
from weighbridge.ledger.trusted_ledger import TrustedLedger, naming_entries, read_head, read_ledger
from weighbridge.ledger.verifier_keys import KeyKind, VerifierKey
from weighbridge.ledger.witnesses import path_of


class Imported(Struct, frozen=True, kw_only=True):
    """What the ledger holds now, and how many entries of it came from the export."""

    checkpoint: Checkpoint
    received: int


def export_ledger(files: LedgerFiles, reading: Reading, *, with_people: bool) -> Iterator[tuple[str, bytes]]:
    """Every file of a ledger that is believed, by name; what it says of people only `with_people`.

    Raises:
        LedgerError: it cannot be believed, or there is none.
        LedgerFilesError: it cannot be read.
    """
    found = read_here(files, reading)
    if found is None:
        raise NoLedgerError(
            f"there is no ledger in {files.place}, so there is nothing to export: `weighbridge ledger sync` fetches one that travels by git"
        )
    yield CHECKPOINT, found.note
    for each in kept_cosignatures(files, reading.trust(files).witnesses):
        yield path_of(each.witness), each.note
    for path in tree_paths(found.checkpoint.size):
        yield path, _whole(files, path)
    if with_people:
        yield from _people(files, found)


class NeededKey(Struct, frozen=True, kw_only=True):
    """A key that whoever verifies an export needs, and from where it is believed, in words."""

    key: VerifierKey
    why: str


def keys_to_verify(files: LedgerFiles, reading: Reading) -> Iterator[NeededKey]:
    """The keys of those whom Trust names, whose own statements they prove, and of whoever else signed the newest checkpoint.

    Raises:
        LedgerError: it cannot be believed.
        LedgerFilesError: it cannot be read.
    """
    found, trust = read_here(files, reading), reading.trust(files)
    for key in trust.writers:
        yield NeededKey(key=key, why="named in .weighbridge/ledger.yaml")
    if found is None:
        return
    for key in dict.fromkeys(each.key for each in found.signatures if each.key.kind is KeyKind.NOTE):
        if key not in trust.writers:
            entry = next(naming_entries(found.tree, trust, key=key), None)
            by = "" if entry is None else f", for which entry {entry.index} vouches (weighbridge ledger show)"
            yield NeededKey(key=key, why=f"signed the newest checkpoint{by}")


def import_ledger(ours: LedgerFiles, exported: LedgerFiles, *, reading: Reading) -> Imported:
    """Take in an export of which the ledger here, if there is one, and what was seen of it, are the beginning.

    Raises:
        LedgerError: the export cannot be believed, a text in it was altered, or it is not the same ledger further on.
        LedgerFilesError: something could not be read or written.
    """
    theirs = read_ledger(exported, reading.trust(exported), anchors=reading.anchors)
    if theirs is None:
        raise LedgerPlaceError(f"there is no ledger in {exported.place}: name the folder that holds its checkpoint")
    refuse_altered(theirs, exported)
    remembered = reading.seen.of_clone(theirs.checkpoint.origin)
    read_head(exported, reading.trust(exported), remembered=remembered)
    here = read_ledger(ours, reading.trust(ours), anchors=reading.anchors) if ours.read(CHECKPOINT) else None
    size = here.checkpoint.size if here else 0
    if here is not None and (here.checkpoint.origin != theirs.checkpoint.origin or common_size(here, theirs) < size):
        raise ForkedError(
            f"{ours.place} has entries that {exported.place} has not, so this export cannot take its place: "
            "bring clones together with weighbridge ledger sync"
        )
    changed: dict[str, bytes | None] = dict.fromkeys(set(tree_paths(size)) - set(tree_paths(theirs.checkpoint.size)))
    changed |= {
        path: _whole(exported, path) for path in set(tree_paths(theirs.checkpoint.size)) - set(tree_paths(size))
    }
    changed |= dict(_people(exported, theirs, start=size))
    signed = {
        path_of(each.witness): each.note
        for each in further_on(exported, ours, witnesses=reading.trust(exported).witnesses)
    }
    changed |= signed
    if theirs.checkpoint.size > size or here is None or signed:
        ours.replace(changed | {CHECKPOINT: theirs.note}, expected=here.note if here else None)
    reading.seen.see_in_clone(theirs.note)
    return Imported(checkpoint=theirs.checkpoint, received=theirs.checkpoint.size - size)


def tree_paths(size: int) -> Iterator[str]:
    """The tiles and bundles of a tree of so many entries."""
    for level in levels_of(size):
        for index in range(-(-(size >> 8 * level) // WIDTH)):
            width = width_at(level, index, size=size)
            yield tile_path(level, index, width=width)
            if level == 0:
                yield tile_path(ENTRIES, index, width=width)


def _whole(files: LedgerFiles, path: str) -> bytes:
    data = files.read(path)
    if data is None:
        raise LedgerError(f"{path} of {files.place} is not there, and its checkpoint is over it: restore it")
    return data


def _people(files: LedgerFiles, ledger: TrustedLedger, *, start: int = 0) -> Iterator[tuple[str, bytes]]:
    for number in range(start // WIDTH, -(-ledger.checkpoint.size // WIDTH)):
        row = ledger.tree.tile(0, number)
        known = max(0, start - number * WIDTH)  # what was erased of these stays so
        for at in range(known * HASH_SIZE, len(row), HASH_SIZE):
            path = personal_path(row[at : at + HASH_SIZE])
            data = files.read(path)
            if data is not None:
                yield path, data
