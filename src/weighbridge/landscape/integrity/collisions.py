"""Added paths that cannot stand beside others on a disk that holds two spellings for one."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.landing import Folding, Landings, PathFolder, folding_of
from weighbridge.domain.paths import those_below


class Collision(Struct, frozen=True, kw_only=True):
    """A path with the file or folder of head that it lands on, on which disks, and whether it takes a file's place."""

    path: RepoPath
    other: RepoPath
    reason: str
    overwrites: bool


def collisions(files: Iterable[FileChange], head: Callable[[], Iterable[RepoPath]]) -> Iterator[Collision]:
    """Each added path that lands on what head holds besides; `head` lists it, and is asked only where one may."""
    added = {f.head.path: f for f in files if f.head and (f.base is None or f.base.path != f.head.path)}
    if not added:
        return
    among = Landings(PathFolder.of(added))
    standing: Sequence[RepoPath] = ()
    for path, file in sorted(added.items()):
        places = sorted({*(file.lands_on or ()), *(among.of(path) or ())})
        if not places:
            continue
        standing = standing or sorted(head())
        found = [each for place in places if (each := _collision(path, place, standing=standing))]
        if found:
            yield next((each for each in found if each.overwrites), found[0])


def _collision(path: RepoPath, place: RepoPath, *, standing: Sequence[RepoPath]) -> Collision | None:
    """What `path` meets at a place it lands on; nothing where that is gone from head."""
    folder = RepoPath(place.rstrip("/"))
    is_file = _stands(place, standing)
    other = folder if is_file or place != folder else _first_other(path, place)
    if other == path or not (is_file or those_below(standing, other)):
        return None
    return Collision(path=path, other=other, reason=_reason(path, place), overwrites=is_file or place != folder)


def _stands(path: RepoPath, standing: Sequence[RepoPath]) -> bool:
    at = bisect_left(standing, path)
    return at < len(standing) and standing[at] == path


def _first_other(path: RepoPath, place: RepoPath) -> RepoPath:
    """The first folder above `place` that is spelled otherwise than in `path`; `place` where the two are not alike."""
    ours, theirs = path.split("/"), place.split("/")
    if len(ours) == len(theirs):
        for depth, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1):
            if one != other:
                return RepoPath("/".join(theirs[:depth]))
    return place


_REASONS: Final = {
    Folding.LETTERS: "ignores case or composes letters",
    Folding.UNSEEN: "passes over characters that nobody sees",
    Folding.SHAPES: "holds letters of another width or shape for the same",
    None: "goes by the rules of Windows",
}


def _reason(path: str, place: str) -> str:
    """What a disk does to names on which the two are one."""
    return _REASONS[folding_of(path, place.rstrip("/"))]
