"""How a tree lies in files (C2SP tlog-tiles): tiles of 256 hashes, bundles of 256 entries, and partial ones at the right.

The tile `n` of level `l` holds the roots over `256**l` leaves each; bundles lie beside the tiles of level 0. Where a
tile or bundle is not full its name ends with its width. Of those only the widest is kept: whoever holds an older
checkpoint finds what it needs at the beginning of the wider one.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.ledger.errors import AlteredError, TooLargeError
from weighbridge.ledger.merkle import HASH_SIZE, complete_root, fold, peaks

WIDTH: Final = 256
FULL: Final = WIDTH * HASH_SIZE
"""Bytes of a full tile."""
ENTRIES: Final = "entries"
LARGEST_ENTRY: Final = 0xFFFF


def tile_path(level: int | str, index: int, *, width: int = WIDTH) -> str:
    """The name of a tile, or of a bundle where `level` is `ENTRIES`."""
    digits = f"{index:03d}"
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    *before, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    name = "/".join((*(f"x{each}" for each in before), last))
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def width_at(level: int, index: int, *, size: int) -> int:
    """How many hashes the tile has in a tree of `size` leaves; none where it is not there."""
    return max(0, min(WIDTH, (size >> 8 * level) - index * WIDTH))


def levels_of(size: int) -> range:
    """The levels that a tree of `size` leaves has tiles of."""
    return range(-(-size.bit_length() // 8))


def pack(entries: Sequence[bytes]) -> bytes:
    """A bundle of entries. Raises `TooLargeError`."""
    for entry in entries:
        if len(entry) > LARGEST_ENTRY:
            raise TooLargeError(
                f"an entry has at most {LARGEST_ENTRY:,} bytes, this one has {len(entry):,}:"
                " state what is longer by its digest, and keep the text elsewhere"
            )
    return b"".join([part for entry in entries for part in (len(entry).to_bytes(2), entry)])


def unpack(bundle: bytes, *, name: str) -> list[bytes]:
    """A bundle's entries. Raises `AlteredError` where its lengths do not add up."""
    entries, at, end = [], 0, len(bundle)
    while at < end:
        begin = at + 2
        at = begin + int.from_bytes(bundle[at:begin])
        entries.append(bundle[begin:at])
    if at != end:
        raise AlteredError(f"{name} breaks off within an entry: it is not as it was written")
    return entries


class RightEdge(Struct, frozen=True, kw_only=True):
    """What an append needs of a tree: its size, and of each level the hashes of the tile that is not full."""

    size: int = 0
    rows: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The root over all leaves."""
        return fold([peak for row in reversed(self.rows) for peak in peaks(row)])

    def grown(self, leaves: bytes) -> "Growth":
        """The edge after a row of leaves' hashes, and the tiles that became full on the way."""
        full: list[tuple[int, int, bytes]] = []
        rows = [*self.rows] or [b""]
        size = self.size + len(leaves) // HASH_SIZE
        level, added = 0, leaves
        while added:
            if level == len(rows):
                rows.append(b"")
            index = (self.size >> 8 * level) // WIDTH
            row, added = rows[level] + added, b""
            while len(row) >= FULL:
                tile, row = row[:FULL], row[FULL:]
                full.append((level, index, tile))
                index, added = index + 1, added + complete_root(tile)
            rows[level] = row
            level += 1
        return Growth(edge=RightEdge(size=size, rows=tuple(rows)), full=tuple(full))


class Growth(Struct, frozen=True, kw_only=True):
    """A grown edge, and the tiles that are full now: level, index, hashes."""

    edge: RightEdge
    full: tuple[tuple[int, int, bytes], ...]

    def files(self, before: RightEdge) -> Iterator[tuple[str, bytes | None]]:
        """What is to be written and, as None, what is to go, for an edge that was `before`."""
        for level, row in enumerate(before.rows):
            if row and (level >= len(self.edge.rows) or self.edge.rows[level] != row):
                yield tile_path(level, before.size >> 8 * (level + 1), width=len(row) // HASH_SIZE), None
        for level, index, tile in self.full:
            yield tile_path(level, index), tile
        for level, row in enumerate(self.edge.rows):
            if row and (level >= len(before.rows) or before.rows[level] != row):
                yield tile_path(level, self.edge.size >> 8 * (level + 1), width=len(row) // HASH_SIZE), row
