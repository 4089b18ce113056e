"""Tells where the changed paths land in the base's tree, from the tree objects that comparing has read already."""

from collections.abc import Sequence

from msgspec.structs import replace

from weighbridge.adapters.git.difference import mode_of
from weighbridge.adapters.git.trees import TreeReader
from weighbridge.app.ports import UnreadableObjectError
from weighbridge.domain.change import FileChange, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.landing import Landings, landing_of
from weighbridge.domain.paths import decode_path, encode_path


class _TreeFolder:
    """A folder of a tree in git."""

    def __init__(self, trees: TreeReader, oid: ObjectId) -> None:
        self._trees = trees
        self._oid = oid

    @property
    def names(self) -> Sequence[str]:
        """What stands directly in it. Raises `UnreadableObjectError`."""
        joined = b"\0".join(self._trees.entries(self._oid))
        if joined.isascii() and b"%" not in joined:
            return joined.decode("ascii").split("\0") if joined else ()
        return [encode_path(name) for name in joined.split(b"\0")]

    def folder(self, name: str) -> "_TreeFolder | None":
        """The folder of that name; None where it is a file."""
        raw = name.encode() if name.isascii() and "%" not in name else decode_path(RepoPath(name))
        mode, oid = self._trees.entries(self._oid)[raw]
        return _TreeFolder(self._trees, oid) if mode_of(mode) is Mode.FOLDER else None


def with_landings(
    files: Sequence[FileChange], trees: TreeReader, *, base: ObjectId, head: ObjectId
) -> tuple[FileChange, ...]:
    """The files with the places of the base that they land on, and with whether head's entry holds a `/` in its name."""
    landings = Landings(_TreeFolder(trees, base))
    return tuple(_told(file, landings, trees=trees, head=head) for file in files)


def _told(file: FileChange, landings: Landings, *, trees: TreeReader, head: ObjectId) -> FileChange:
    try:
        lands_on = landing_of(file, landings)
        holds_slash = file.head is not None and "/" in file.path and trees.entry(head, file.path) is None
    except UnreadableObjectError:
        return file
    return replace(file, lands_on=lands_on, holds_slash=holds_slash)
