"""A tree read from a ledger's files, each tile and entry proven against one root when it is first read."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.ledger.checkpoint import Checkpoint, read_checkpoint
from weighbridge.ledger.errors import AlteredError, LedgerError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles
from weighbridge.ledger.last_row import LAST_ROW
from weighbridge.ledger.merkle import HASH_SIZE, complete_root, leaf_hash
from weighbridge.ledger.tiles import ENTRIES, WIDTH, RightEdge, levels_of, pack, tile_path, unpack, width_at

_KEPT: Final = 256
"""Tiles of the lowest level that are remembered, 8 KB each."""

_LARGEST_KEPT: Final = 2 << 20
"""Bytes of a bundle that is remembered, where it is one of the two newest: what was said lately is asked for again and again."""

_REMEDY: Final = "restore the ledger from another clone or an export, and do not append to this one"


class _Found(Struct, frozen=True, kw_only=True):
    name: str
    width: int
    data: bytes


class StoredTree:
    """The tree of one checkpoint.

    Tiles that are not full are read first, and must give the checkpoint's root; the root over a full one must stand in
    the tile above it. So nothing is handed out that the checkpoint was not signed for.
    """

    def __init__(self, files: LedgerFiles, checkpoint: Checkpoint) -> None:
        """Raises `AlteredError` where the right edge does not give the checkpoint's root."""
        self.checkpoint = checkpoint
        self.size = checkpoint.size
        self._files = files
        self._upper: dict[tuple[int, int], bytes] = {}
        self._lower: OrderedDict[int, bytes] = OrderedDict()
        self._proven: set[int] = set()
        self._newest: dict[int, tuple[bytes, ...]] = {}
        self.edge = self._edge()

    @property
    def place(self) -> str:
        """Where it is kept."""
        return self._files.place

    def _edge(self) -> RightEdge:
        rows = []
        for level in levels_of(self.size):
            index = self.size >> 8 * (level + 1)
            width = width_at(level, index, size=self.size)
            rows.append(self._read(level, index, width=width) if width else b"")
        edge = RightEdge(size=self.size, rows=tuple(rows))
        if edge.root != self.checkpoint.root:
            raise AlteredError(
                f"the hashes at the right edge of {self.place} do not give the root that its checkpoint was signed for: {_REMEDY}"
            )
        return edge

    def _read(self, level: int, index: int, *, width: int) -> bytes:
        """A tile's hashes, of the right length and not proven yet."""
        found = self._find(level, index, width=width)
        if len(found.data) != found.width * HASH_SIZE:
            raise AlteredError(
                f"{found.name} in {self.place} is not as long as a tile of {found.width} hashes: {_REMEDY}"
            )
        return found.data[: width * HASH_SIZE]

    def _find(self, level: int | str, index: int, *, width: int) -> "_Found":
        """A tile or bundle; where somebody appended since, the wider one that took its place."""
        for wide in self._widths(level, index, width=width):
            name = tile_path(level, index, width=wide)
            data = self._files.read(name)
            if data is not None:
                return _Found(name=name, width=wide, data=data)
        name = tile_path(level, index, width=width)
        raise AlteredError(f"{name} is missing from {self.place}, where {self.size:,} entries should be: {_REMEDY}")

    def _widths(self, level: int | str, index: int, *, width: int) -> Iterator[int]:
        yield width
        if width == WIDTH:
            return
        yield WIDTH
        try:
            now = read_checkpoint(self._files.read(CHECKPOINT) or b"").checkpoint.size
        except LedgerError:
            return
        later = width_at(0 if isinstance(level, str) else level, index, size=now)
        if width < later < WIDTH:
            yield later

    def tile(self, level: int, index: int) -> bytes:
        """A tile's hashes, proven. Raises `AlteredError`."""
        if level < len(self.edge.rows) and index == self.size >> 8 * (level + 1):
            return self.edge.rows[level]
        known = self._lower.get(index) if level == 0 else self._upper.get((level, index))
        if known is not None:
            return known
        tile = self._read(level, index, width=WIDTH)
        above = self.tile(level + 1, index // WIDTH)
        at = index % WIDTH * HASH_SIZE
        if complete_root(tile) != above[at : at + HASH_SIZE]:
            name = tile_path(level, index)
            raise AlteredError(f"{name} in {self.place} does not give the hash that stands above it: {_REMEDY}")
        self._keep(level, index, tile=tile)
        return tile

    def _keep(self, level: int, index: int, *, tile: bytes) -> None:
        if level:
            self._upper[level, index] = tile
            return
        self._lower[index] = tile
        if len(self._lower) > _KEPT:
            self._lower.popitem(last=False)

    def node(self, level: int, index: int) -> bytes:
        """The hash of a node all of whose leaves there are. Raises `AlteredError`."""
        within = level % 8
        begin = index << within
        at = begin % WIDTH * HASH_SIZE
        return complete_root(self.tile(level // 8, begin // WIDTH)[at : at + (HASH_SIZE << within)])

    def bundle(self, index: int) -> list[bytes]:
        """The entries from `256 * index` on, proven. Raises `AlteredError`."""
        if index in self._newest:
            return list(self._newest[index])
        width = width_at(0, index, size=self.size)
        found = self._find(ENTRIES, index, width=width)
        entries = unpack(found.data, name=f"{found.name} in {self.place}")
        row = b"".join(map(leaf_hash, entries))
        self._prove(index, found, row=row, width=width)
        if found.width < WIDTH:
            LAST_ROW.keep(found.data, row)
        self._proven.add(index)
        if index >= self.size // WIDTH - 1 and len(found.data) <= _LARGEST_KEPT:
            self._newest[index] = tuple(entries[:width])
        return entries[:width]

    def has_proven(self, index: int) -> bool:
        """Whether the entries from `256 * index` on were read from here already, and proven."""
        return index in self._proven

    def packed(self, index: int) -> bytes:
        """The same as one text, to which more is to be added. Raises `AlteredError`."""
        width = width_at(0, index, size=self.size)
        found = self._find(ENTRIES, index, width=width)
        row = LAST_ROW.of(found.data, name=f"{found.name} in {self.place}")
        self._prove(index, found, row=row, width=width)
        return found.data if found.width == width else pack(self.bundle(index))

    def _prove(self, index: int, found: "_Found", *, row: bytes, width: int) -> None:
        """Refuse a bundle whose entries, of these hashes, are not those of the tree."""
        count = len(row) // HASH_SIZE
        if count != found.width:
            raise AlteredError(
                f"{found.name} in {self.place} holds {count} entries, and its name says {found.width}: {_REMEDY}"
            )
        row = row[: width * HASH_SIZE]
        expected = self.tile(0, index)
        if row != expected:
            raise AlteredError(self._first_difference(index, row, expected=expected))

    def _first_difference(self, index: int, row: bytes, *, expected: bytes) -> str:
        at = next(
            (
                n
                for n in range(len(expected) // HASH_SIZE)
                if row[n * 32 : n * 32 + 32] != expected[n * 32 : n * 32 + 32]
            ),
            0,
        )
        return f"entry {index * WIDTH + at} of {self.place} is not the one that was appended: {_REMEDY}"

    def leaf(self, index: int) -> bytes:
        """The hash of one entry, proven. Raises `AlteredError`."""
        at = index % WIDTH * HASH_SIZE
        return self.tile(0, index // WIDTH)[at : at + HASH_SIZE]

    def beside(self, path: str) -> bytes | None:
        """What lies beside the tree, which nothing here proves. Raises `LedgerFilesError`."""
        return self._files.read(path)

    def edge_at(self, size: int) -> RightEdge:
        """The right edge of the same tree when it had `size` leaves. Raises `AlteredError`."""
        rows = []
        for level in levels_of(size):
            index = size >> 8 * (level + 1)
            width = width_at(level, index, size=size)
            rows.append(self.tile(level, index)[: width * HASH_SIZE] if width else b"")
        return RightEdge(size=size, rows=tuple(rows))
