"""What a tree's files were: when lines of a document were written, what stood there then, and when it went."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Blob, Mode, Passing
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.freshness.words import Reading, Wanted, defines, readable

MOST_VERSIONS: Final = 40
"""Versions of a document that are read to tell how old its lines are; an older line counts as that old."""
MOST_BLOBS: Final = 30_000
"""Earlier versions of files that are read for names that are not there any more."""
_MOST_DOCUMENT: Final = 2_000_000
_MOST_FOLLOWED: Final = 30


class Gone(Struct, frozen=True, kw_only=True, gc=False):
    """Where a name stood when a line was written, and the commit after which it did not stand there any more."""

    path: RepoPath
    commit: str = ""
    at: int = 0


class Past(Struct, frozen=True, dict=True):
    """The passings of all files up to a tree, newest first; empty where nothing tells them."""

    passings: Sequence[Passing]

    @property
    def is_known(self) -> bool:
        """Whether anything is known of what was."""
        return bool(self.passings)

    @cached_property
    def _by_path(self) -> Mapping[RepoPath, list[Passing]]:
        """The passings of each file, oldest first."""
        found: defaultdict[RepoPath, list[Passing]] = defaultdict(list)
        for each in reversed(self.passings):
            found[each.path].append(each)
        return found

    @cached_property
    def _folders(self) -> Mapping[str, list[RepoPath]]:
        """The files that ever lay directly in each folder, and the folders in each: by one path of those in them."""
        found: defaultdict[str, list[RepoPath]] = defaultdict(list)
        for path in self._by_path:
            folder = path.rpartition("/")[0]
            while folder:
                found[folder].append(path)
                folder = folder.rpartition("/")[0]
        return found

    @property
    def paths(self) -> Collection[RepoPath]:
        """The files that ever were there."""
        return self._by_path.keys()

    def changed_at(self, path: RepoPath) -> tuple[int, str]:
        """When a file became what it is, in seconds, and by which commit."""
        known = self._by_path.get(path)
        return (known[-1].at, known[-1].commit) if known else (0, "")

    def file_gone(self, path: str) -> Passing | None:
        """The commit that took a file, or the last of a folder, away; None where it never was there."""
        known = self._by_path.get(RepoPath(path))
        if known:
            return known[-1] if known[-1].now is None else None
        last = [self._by_path[each][-1] for each in self._folders.get(path, ())]
        return max(last, key=lambda each: each.at) if last and all(each.now is None for each in last) else None

    def came(self, path: str) -> int | None:
        """When a file or folder first came, in seconds; None where it never did."""
        known = self._by_path.get(RepoPath(path))
        if known:
            return known[0].at
        return min((self._by_path[each][0].at for each in self._folders.get(path, ())), default=None)

    def stood_at(self, at: int, paths: Iterable[RepoPath] | None = None) -> Iterator[tuple[RepoPath, ObjectId]]:
        """What each file that has changed since was at a time, of all files or of some."""
        for path in self._by_path if paths is None else paths:
            known = self._by_path.get(path, [])
            after = bisect_right(known, at, key=lambda each: each.at)
            if after < len(known) and (was := known[after].was) is not None:
                yield path, was

    def passings_of(self, path: RepoPath) -> Sequence[Passing]:
        """What became of a file, oldest first."""
        return self._by_path.get(path, [])

    def written(self, path: RepoPath, lines: Collection[str], *, reading: Reading) -> dict[str, int]:
        """When each of a document's lines came to stand there as it does, in seconds; of none that are not committed."""
        versions = [each for each in reversed(self._by_path.get(path, [])) if each.now is not None][:MOST_VERSIONS]
        oids = [each.now for each in versions if each.now is not None]
        texts = dict(reading.bytes_of(oids, _MOST_DOCUMENT)) if oids else {}
        found: dict[str, int] = {}
        left = {line.strip() for line in lines}
        for each in versions:
            data = texts.get(each.now) if each.now is not None else None
            if data is None:
                break
            left &= {line.strip() for line in data.decode("utf-8", "replace").split("\n")}
            found |= dict.fromkeys(left, each.at)
        return found


def names_gone(
    past: Past, wanted: Mapping[str, Collection[int]], *, reading: Reading
) -> tuple[dict[tuple[str, int], Gone], bool]:
    """Where each name was defined at the times it is asked for, though nobody says it now; and whether all could be read."""
    asked: dict[ObjectId, dict[int, RepoPath]] = {}
    for at in sorted({at for times in wanted.values() for at in times}, reverse=True):
        for path, oid in past.stood_at(at):
            if oid not in asked and len(asked) >= MOST_BLOBS:
                return _found(past, asked, wanted=wanted, reading=reading), False
            if oid in asked or next(readable([Blob(path=path, mode=Mode.REGULAR, oid=oid)]), None) is not None:
                asked.setdefault(oid, {})[at] = path
    return _found(past, asked, wanted=wanted, reading=reading), True


def _found(
    past: Past,
    asked: Mapping[ObjectId, Mapping[int, RepoPath]],
    *,
    wanted: Mapping[str, Collection[int]],
    reading: Reading,
) -> dict[tuple[str, int], Gone]:
    found: dict[tuple[str, int], Gone] = {}
    names = Wanted(frozenset(wanted))
    for oid, data in reading.bytes_of(list(asked)):
        for name in names.said_in(data):
            times = [at for at in asked[oid] if at in wanted[name] and (name, at) not in found]
            if times and defines(data, name):
                found |= {(name, at): Gone(path=asked[oid][at]) for at in times}
    known = dict.fromkeys((name, gone.path, at) for (name, at), gone in found.items())
    for name, path, at in known:
        found[name, at] = _went(past, name, path=path, at=at, reading=reading)
    return found


def _went(past: Past, name: str, *, path: RepoPath, at: int, reading: Reading) -> Gone:
    """The first version of a file after a time that does not say a name any more."""
    later = [each for each in past.passings_of(path) if each.at > at][:_MOST_FOLLOWED]
    texts = dict(reading.bytes_of([each.now for each in later if each.now is not None]))
    wanted = Wanted(frozenset({name}))
    for each in later:
        data = texts.get(each.now, b"") if each.now is not None else b""
        if not any(wanted.said_in(data)):
            return Gone(path=path, commit=each.commit, at=each.at)
    return Gone(path=path)
