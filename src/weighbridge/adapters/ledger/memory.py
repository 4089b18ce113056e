"""A ledger's files in memory, for tests and rehearsals; keeps to the `LedgerFiles` port."""

from collections.abc import Mapping, Sequence

from weighbridge.ledger.files import CHECKPOINT, PERSONAL, LedgerMovedError, moved, refuse_odd, refuse_odd_files


class MemoryFiles:
    """One reader's and writer's sight of a ledger: what stood there when it last read the checkpoint."""

    place = "memory"

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self._shared: list[Mapping[str, bytes]] = [dict(files or {})]
        self._seen = self._shared[0]

    def another(self) -> "MemoryFiles":
        """The same ledger as somebody else sees it."""
        other = MemoryFiles()
        other._shared = self._shared
        other._seen = self._shared[0]
        return other

    def read(self, path: str) -> bytes | None:
        """A file's bytes, None when there is none; the checkpoint's are the newest, all others go with it."""
        refuse_odd(path)
        if path == CHECKPOINT:
            self._seen = self._shared[0]
        return self._seen.get(path)

    def texts(self) -> Sequence[str]:
        """The paths of people's texts."""
        return tuple(path for path in self._seen if path.startswith(PERSONAL))

    def replace(self, files: Mapping[str, bytes | None], *, expected: bytes | None) -> None:
        """Write these files, None for those that go. Raises `LedgerMovedError`."""
        refuse_odd_files(files, expected=expected)
        before = self._shared[0]
        if before.get(CHECKPOINT) != expected:
            raise LedgerMovedError(moved(self.place))
        changed = {**before, **files}
        self._shared[0] = self._seen = {path: data for path, data in changed.items() if data is not None}
