"""The folders whose state nothing locks any more: two runs may write it at once."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.settings import Turn, backend_of, was_given
from weighbridge.landscape.infrastructure.source_files import SourceFiles

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.backend_files import BackendFile

LOCKS: Final[Mapping[str, tuple[str, ...]]] = {
    "s3": ("use_lockfile", "dynamodb_table", "lock_table"),
    "http": ("lock_address",),
    "oss": ("tablestore_table",),
}
"""The arguments by which a kind of backend is locked that is not without them; the other kinds always are, or never."""
_OFF: Final = (None, "", False, "false")


def unlocked(sources: SourceFiles, files: "tuple[BackendFile, ...]") -> Iterator[Turn]:
    """Those that a lock was told of before; what somebody may give from outside is not known to be gone."""
    for folder in sources.folders:
        before, after = (backend_of(folder, side) for side in Side)
        if before is None or after is None or folder.is_emptied or before[""] != after[""] or was_given(after):
            continue
        had = locks_of(before, kind=str(before[""]))
        place = next((each.place for each in folder.of("terraform") if "backend" in each.block.values), None)
        if had and not locks_of(after, kind=str(after[""])) and place is not None and not _comes_by(files):
            yield Turn(folder=folder.path, place=place, what=str(after[""]), before=had[0], after="")
    for each in files:
        had = _any_locks(each.before)
        is_told = any(
            _any_locks(found) for folder in sources.folders if (found := backend_of(folder, Side.HEAD)) is not None
        )
        if had and not _any_locks(each.after) and not is_told:
            yield Turn(folder=each.path, place=each.at(), what=f"`{each.path}`", before=had[0], after="")


def locks_of(backend: Mapping[str, Any], *, kind: str) -> list[str]:
    """The arguments that lock it."""
    if kind == "consul":
        return [] if backend.get("lock") in (False, "false") else ["lock"]
    return [name for name in LOCKS.get(kind, ()) if backend.get(name) not in _OFF]


def _any_locks(values: Mapping[str, Any]) -> list[str]:
    return [name for kind in LOCKS for name in locks_of(values, kind=kind)]


def _comes_by(files: "tuple[BackendFile, ...]") -> bool:
    """Whether a file for backends tells of a lock from now on."""
    return any(_any_locks(each.after) and not _any_locks(each.before) for each in files)
