"""What there was before a change: its base, what of that the protected branch holds, and what files were before that."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from weighbridge.domain.change import Passing
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.tree import Tree


def _nobody_knows() -> Tree | None:
    return None


def never(path: RepoPath, version: ObjectId) -> bool:
    """Where nobody knows what files were."""
    del path, version
    return False


def unknown(path: RepoPath) -> int | None:
    """Where nobody knows when files came."""
    del path
    return None


class Passed(Struct, frozen=True, kw_only=True):
    """What a branch made of the files below a folder, the newest first, and when that is asked, in seconds."""

    passings: Sequence[Passing] = ()
    now: int = 0


def untold(folder: RepoPath) -> Passed:
    """Where nobody knows what became of files."""
    del folder
    return Passed()


class Before(Struct, frozen=True, kw_only=True):
    """The files of the base; those that the protected `merged` branch had before this one, None where all of the base is there."""

    tree: Callable[[], Tree]
    merged: Callable[[], Tree | None] = _nobody_knows
    is_put_back: Callable[[RepoPath, ObjectId], bool] = never
    """Whether a file becomes again what it was when it came."""
    age_of: Callable[[RepoPath], int | None] = unknown
    """How many days before the change a file of the base came."""
    passed: Callable[[RepoPath], Passed] = untold
    """What the protected branch made of the files below a folder."""

    def is_only_here(self, path: RepoPath) -> bool:
        """Whether a file of the base came with the change's own branch, which is not merged: no other file is called so there either."""
        merged = self.merged()
        if merged is None or path in merged.blobs:
            return False
        name = path.rpartition("/")[2]
        if name in _NAMES_OF_MANY:
            name = "/".join(path.split("/")[-2:])
        return not any(each.endswith(f"/{name}") or each == name for each in merged.blobs)


_NAMES_OF_MANY = ("migration.sql", "up.sql", "down.sql")
"""Files that are told apart by their folders."""
