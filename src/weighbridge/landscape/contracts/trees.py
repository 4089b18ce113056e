"""Both trees of a change, for contracts that lie in several files."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.releases import FindRelease, never_found
from weighbridge.landscape.tree import Tree

MOST_BYTES: Final = 8_000_000
"""A file up to this size is read."""


class Trees(Struct, frozen=True):
    """Both trees of a change, listed when a description refers to other files, and what reads a blob."""

    base: Callable[[], Tree]
    head: Callable[[], Tree]
    read: Callable[[ObjectId, int], bytes | CouldNotLook]
    release: FindRelease = never_found
    """Finds the newest release before the change."""

    def on(self, side: Side) -> Tree:
        """One side's."""
        return self.base() if side is Side.BASE else self.head()


def reading(side: Side, contents: ChangedBytes, *, trees: Trees) -> Callable[[RepoPath], bytes | CouldNotLook | None]:
    """What reads a file of one side, changed or not, once."""
    kept: dict[RepoPath, bytes | CouldNotLook | None] = {}

    def read(path: RepoPath) -> bytes | CouldNotLook | None:
        if path not in kept:
            data = contents.whole(path, side)
            blob = trees.on(side).blobs.get(path) if data is None else None
            kept[path] = trees.read(blob.oid, MOST_BYTES) if blob else data
        return kept[path]

    return read
