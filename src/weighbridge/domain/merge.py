"""A merge commit, and the files in which it is more than what its sides bring by themselves."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId, RepoPath

SideChanges = Mapping[RepoPath, tuple[Blob | None, Blob | None]]
"""What one tree changed since the merge base, before and after, by the base's path, or by the new file's own."""


class MergedFile(Struct, frozen=True, kw_only=True):
    """One file that more than one side changed, or that stands in the merge other than its sides leave it.

    A version is None where the file does not exist. `bases` are its versions at the merge bases, of which there are
    several where branches were merged into each other; `sides` are in the order of the merge's parents.
    """

    path: RepoPath
    bases: tuple[Blob | None, ...]
    sides: tuple[Blob | None, ...]
    merged: Blob | None

    @property
    def changed_by(self) -> tuple[int, ...]:
        """The sides, by their number, that have other contents than every merge base."""
        known = {_content(base) for base in self.bases}
        return tuple(number for number, side in enumerate(self.sides) if _content(side) not in known)

    @property
    def is_shared(self) -> bool:
        """Whether sides changed it in different ways, so that somebody or something had to put them together."""
        return len({_content(self.sides[number]) for number in self.changed_by}) > 1

    @property
    def taken_from(self) -> tuple[int, ...]:
        """The sides whose version the merge has, whole."""
        merged = _content(self.merged)
        return tuple(number for number, side in enumerate(self.sides) if _content(side) == merged)


class Merge(Struct, frozen=True, kw_only=True):
    """One merge commit; `sides` are its parents, the first being what it was merged into."""

    commit: ObjectId
    sides: tuple[ObjectId, ...]
    files: tuple[MergedFile, ...]


def merged_files(sides: Sequence[SideChanges], own: SideChanges) -> Iterator[MergedFile]:
    """The files that more than one side changed, or that the merge has otherwise than its sides leave them.

    `own` are the merge's changes since the same base, without renames: every path by itself.
    """
    for key in sorted({*own, *(key for side in sides for key in side)}):
        found = [side[key] for side in sides if key in side]
        base = found[0][0] if found else own[key][0]
        moved = next((after.path for _, after in found if after is not None and after.path != key), key)
        if not found and any(after is not None and after.path == key for side in sides for _, after in side.values()):
            continue  # where a side moved a file to: that file is looked at under the name it had
        file = MergedFile(
            path=key,
            bases=(base,),
            sides=tuple(side[key][1] if key in side else base for side in sides),
            merged=_merged(own, key, moved=moved, base=base),
        )
        changed = {_content(file.sides[number]) for number in file.changed_by}
        expected = changed or {_content(base)}
        if len(expected) > 1 or _content(file.merged) not in expected:
            yield replace(file, path=file.merged.path if file.merged else key)


def at_every_base(found: Sequence[Sequence[MergedFile]]) -> tuple[MergedFile, ...]:
    """The files that are told of whichever merge base one starts from, with their versions at all of them."""
    by_path = [{file.path: file for file in files} for files in found]
    paths = [path for path in by_path[0] if all(path in files for files in by_path[1:])] if by_path else []
    return tuple(
        replace(by_path[0][path], bases=tuple(base for files in by_path for base in files[path].bases))
        for path in paths
    )


def _merged(own: SideChanges, key: RepoPath, *, moved: RepoPath, base: Blob | None) -> Blob | None:
    """The merge's version of a file that some side may have moved."""
    if moved != key and moved in own and own[moved][1] is not None:
        return own[moved][1]
    return own[key][1] if key in own else base


def _content(blob: Blob | None) -> tuple[str, str] | None:
    return (blob.mode, blob.oid) if blob is not None else None
