"""Finds the few entries of a ledger that somebody wants, without reading the many.

An index remembers which entries bear which marks, for the bundles that are full; what came after is looked at each time. It
is made from entries that are proven against the tree, and holds for a tree that begins with the very root that it was made
under. Whatever it gives is proven again when it is read. So an index that is gone, or of another ledger, costs time alone;
one that this user's own account changed so that it leaves entries out is as bad as a changed program, and no worse.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, Protocol

from msgspec import Struct

from weighbridge.ledger.envelope import read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.marks import SHORT, keyids_in, marks_of, naming
from weighbridge.ledger.merkle import EMPTY_ROOT, leaf_hash
from weighbridge.ledger.rotations import read_rotation
from weighbridge.ledger.stored_tree import StoredTree
from weighbridge.ledger.tiles import WIDTH
from weighbridge.ledger.trusted_ledger import Entry

_STEP: Final = 64
"""Bundles whose marks are kept in one step."""


class Covered(Struct, frozen=True, kw_only=True):
    """A tree that an index was made under: how many entries it had, and its root."""

    size: int
    root: bytes


class EntryIndex(Protocol):
    """Keeps marks of entries; whoever cannot keep or read them says so, and raises nothing."""

    def covered(self, size: int) -> Sequence[Covered]:
        """Trees of at most `size` entries that it was made under, the largest first: the newest of them are enough."""

    def cut(self, size: int) -> None:
        """Forget the entries from `size` on."""

    def add(
        self, entries: Mapping[int, Collection[str]], kept: Mapping[int, bytes], *, upto: Sequence[Covered]
    ) -> bool:
        """Keep the marks of these entries, which come next, and some of them whole; whether that was done."""

    def find(self, marks: Collection[str], *, under: Covered) -> Mapping[int, bytes | None] | None:
        """The entries below `under` that bear one of these, in order, with their bytes where they are kept whole.

        None where it cannot be told, or no longer holds for that tree.
        """


class EntryFinder:
    """Finds entries by an index, or without one by reading all of them."""

    def __init__(self, index: EntryIndex | None = None) -> None:
        self._index = index

    def entries(self, tree: StoredTree, marks: Collection[str]) -> Iterator[Entry]:
        """At least the entries of `tree` that bear one of these marks, in order and proven. Raises `AlteredError`."""
        known, found = self._found(tree, marks)
        yield from _read(tree, found)
        yield from _all(tree, known)

    def learn(self, tree: StoredTree) -> None:
        """Take in the full bundles of `tree` that the index does not know yet; each is proven. Raises `AlteredError`."""
        self._known(tree)

    def naming(self, tree: StoredTree, keyids: Collection[str]) -> Iterator[Entry]:
        """The entries that may say why a writer of one of these ids is believed, the newest first.

        After those that name it come those that name the keys whose place it took.
        """
        asked: set[str] = set()
        wanted = set(keyids)
        while wanted:
            asked |= wanted
            older: set[str] = set()
            for entry in self._naming(tree, wanted):
                yield entry
                turn = read_rotation(entry.envelope)
                older |= {key.keyid for key in turn or ()}
            wanted = older - asked

    def _naming(self, tree: StoredTree, keyids: Collection[str]) -> Iterator[Entry]:
        known, found = self._found(tree, naming(keyids))
        for number in reversed(range(known // WIDTH, -(-tree.size // WIDTH))):
            newer = [entry for entry in _all(tree, number * WIDTH, upto=number + 1) if _names(entry.envelope, keyids)]
            yield from reversed(newer)
        yield from _read(tree, dict(reversed(tuple(found.items()))))

    def _found(self, tree: StoredTree, marks: Collection[str]) -> tuple[int, Mapping[int, bytes | None]]:
        """How many entries the index knows, and those among them that bear a mark; none where it cannot tell."""
        known = self._known(tree)
        found = self._index.find(marks, under=known) if self._index is not None and known.size else None
        return (0, {}) if found is None else (known.size, found)

    def _known(self, tree: StoredTree) -> Covered:
        """What the index knows of this tree, after it learned of the newest full bundles."""
        full, known = tree.size - tree.size % WIDTH, Covered(size=0, root=EMPTY_ROOT)
        if self._index is None:
            return known
        covered = self._index.covered(full)
        known = next((one for one in covered if tree.edge_at(one.size).root == one.root), known)
        if covered and known != covered[0]:
            self._index.cut(known.size)
        for first in range(known.size, full, WIDTH * _STEP):
            now = self._learn(tree, range(first, min(full, first + WIDTH * _STEP)))
            if now is None:
                break
            known = now
        return known

    def _learn(self, tree: StoredTree, indexes: range) -> Covered | None:
        """The tree that the index holds for once it knows of these; None where it could not be told of them."""
        assert self._index is not None, "only an index learns"
        marks: dict[int, Collection[str]] = {}
        kept: dict[int, bytes] = {}
        for entry in _all(tree, indexes.start, upto=indexes.stop // WIDTH):
            marks[entry.index] = found = marks_of(entry.envelope)
            if found & SHORT:
                kept[entry.index] = entry.envelope
        sizes = range(indexes.start + WIDTH, indexes.stop + 1, WIDTH)
        upto = [Covered(size=size, root=tree.edge_at(size).root) for size in sizes]
        return upto[-1] if self._index.add(marks, kept, upto=upto) else None


EVERY_ENTRY: Final = EntryFinder()
"""Reads all of them."""


def _read(tree: StoredTree, found: Mapping[int, bytes | None]) -> Iterator[Entry]:
    """The entries that were found, each proven."""
    number, bundle = -1, list[bytes]()
    for index, kept in found.items():
        leaf = tree.leaf(index)
        if kept is not None and leaf_hash(kept) == leaf:
            yield Entry(index=index, envelope=kept, leaf=leaf)
            continue
        if number != index // WIDTH:
            number, bundle = index // WIDTH, tree.bundle(index // WIDTH)
        yield Entry(index=index, envelope=bundle[index % WIDTH], leaf=leaf)


def _all(tree: StoredTree, start: int, *, upto: int | None = None) -> Iterator[Entry]:
    """The entries from `start` on, to before those of the bundle `upto`."""
    for number in range(start // WIDTH, -(-tree.size // WIDTH) if upto is None else upto):
        row = tree.tile(0, number)
        for at, envelope in enumerate(tree.bundle(number)):
            if number * WIDTH + at >= start:
                yield Entry(index=number * WIDTH + at, envelope=envelope, leaf=row[at * 32 : at * 32 + 32])


def _names(envelope: bytes, keyids: Collection[str]) -> bool:
    try:
        return not set(keyids).isdisjoint(keyids_in(read_envelope(envelope).payload))
    except LedgerError:
        return False
