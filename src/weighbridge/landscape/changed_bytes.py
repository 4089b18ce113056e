"""The bytes of the changed files, read when a rule asks for them."""

from collections.abc import Callable
from typing import Final

from weighbridge.domain.change import Blob, Change, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side

MOST_BYTES: Final = 4_000_000

NO_BYTES: Final = CouldNotLook(reason=Reason.UNSUPPORTED, detail="a submodule's content is another repository's")


class ChangedBytes:
    """Either side's bytes of the changed files."""

    def __init__(self, change: Change, read: Callable[[ObjectId, int], bytes | CouldNotLook]) -> None:
        self._blobs: dict[tuple[Side, RepoPath], Blob] = {}
        for file in change.files:
            for side in Side:
                if (blob := file.on(side)) is not None:
                    self._blobs[side, blob.path] = blob
        self._read = read
        self._kept: dict[ObjectId, bytes | CouldNotLook] = {}

    def of(self, path: RepoPath, side: Side = Side.HEAD) -> bytes | CouldNotLook | None:
        """The bytes of a changed file on one side; None where it does not exist there."""
        blob = self._blobs.get((side, path))
        if blob is None:
            return None
        if blob.mode is Mode.SUBMODULE:
            return NO_BYTES
        if blob.oid not in self._kept:
            self._kept[blob.oid] = self._read(blob.oid, MOST_BYTES)
        return self._kept[blob.oid]

    def text(self, path: RepoPath, side: Side = Side.HEAD) -> str:
        """The file as text, undecodable bytes replaced; empty where it does not exist or cannot be read."""
        data = self.of(path, side)
        return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
