"""The bytes of the changed files, read when a rule asks for them."""

from collections.abc import Callable, Iterable
from typing import Final

from weighbridge.domain.change import Blob, Change, Mode
from weighbridge.domain.findings import Finding
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side

MOST_BYTES: Final = 4_000_000

MOST_BYTES_OF_TEXT: Final = 64_000_000
"""A file up to this size is read for its changed lines or its beginning; git compares no lines of larger ones."""

BEGINNING: Final = 8000
"""Bytes that tell what a file is; git, too, looks no further to tell text from binary."""

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
        self._beginnings: dict[tuple[Side, RepoPath], bytes | CouldNotLook | None] = {}
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

    def whole(self, path: RepoPath, side: Side = Side.HEAD) -> bytes | CouldNotLook | None:
        """The bytes of a changed file however large, as far as sense allows; they are not kept."""
        kept = self.of(path, side)
        if not isinstance(kept, CouldNotLook) or kept.reason is not Reason.LIMIT:
            return kept
        return self._read(self._blobs[side, path].oid, MOST_BYTES_OF_TEXT)

    def beginning(self, path: RepoPath, side: Side = Side.HEAD) -> bytes | CouldNotLook | None:
        """The first bytes of a changed file, enough to tell what it is."""
        key = (side, path)
        if key not in self._beginnings:
            data = self.whole(path, side)
            self._beginnings[key] = data[:BEGINNING] if isinstance(data, bytes) else data
        return self._beginnings[key]

    def or_unread(self, found: Iterable[Finding]) -> list[Finding] | CouldNotLook:
        """What was found; when that is nothing and a file of head cannot be read, why, for it is not the same as nothing."""
        findings = list(found)
        if findings:
            return findings
        heads = [
            path for (side, path), blob in self._blobs.items() if side is Side.HEAD and blob.mode is not Mode.SUBMODULE
        ]
        unread = (self.beginning(path) for path in heads)
        return next((data for data in unread if isinstance(data, CouldNotLook)), [])

    def text(self, path: RepoPath, side: Side = Side.HEAD) -> str:
        """The file as text, undecodable bytes replaced; empty where it does not exist or cannot be read."""
        data = self.of(path, side)
        return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
