"""What merge commits did beyond putting their sides together, told from the lines each version has.

A line that stands in the merge and in no side was brought by the merge itself; one that all sides had and the merge has not was removed
by it. What one side added since the merge base, or took away, is lost where the merge stands as if it had not: unless another line that
the merge brings took its place, for that is how a conflict is settled by combining both.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.merge import Merge, MergedFile
from weighbridge.domain.outcomes import CouldNotLook, Reason

MOST_BYTES: Final = 2_000_000
MOST_FILES: Final = 500
MOST_VERSIONS: Final = 5_000
_MOST_LINES: Final = 100
"""Lines of one file that are held against others to see whether they are variants; the rest are taken for lines of their own."""
_MOST_OTHERS: Final = 50
_MOST_OF_A_LINE: Final = 200
_ALIKE: Final = 0.6

ReadBytes = Callable[[ObjectId, int], bytes | CouldNotLook]


class Lost(Struct, frozen=True, kw_only=True):
    """A side, by its number, whose change of a file is gone wholly or in part, with a line of it to show.

    `is_replaced` when the merge has another side's variant of all that is gone.
    """

    side: int
    line: str = ""
    is_replaced: bool = False


class Settled(Struct, frozen=True, kw_only=True):
    """One file of a merge: lines by number in the merge (`brought`) and in its first side (`removed`), and what was lost.

    `is_whole` says that the file was judged by its contents' ids alone, `is_gone` that the merge does not have it.
    """

    path: RepoPath
    is_shared: bool
    brought: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    lost: tuple[Lost, ...] = ()
    is_whole: bool = False
    is_gone: bool = False


class SettledMerge(Struct, frozen=True, kw_only=True):
    """One merge with the files in which it did more than put sides together."""

    merge: Merge
    files: tuple[Settled, ...]


class MergeWork(Struct, frozen=True, kw_only=True):
    """All merges of a change; `missing` says why some of their files could not be looked into."""

    merges: tuple[SettledMerge, ...] = ()
    missing: CouldNotLook | None = None


def merge_work(merges: Iterable[Merge], read: ReadBytes) -> MergeWork:
    """What each merge did by itself."""
    settled: list[SettledMerge] = []
    missing: CouldNotLook | None = None
    for merge in merges:
        if len(merge.files) > MOST_FILES or len(merge.files) * len(merge.sides) > MOST_VERSIONS:
            missing = _too_many(merge)
            continue
        told = [_Versions.of(file, read) for file in merge.files]
        missing = next((v.missing for v in told if v.missing is not None), missing)
        settled.append(SettledMerge(merge=merge, files=tuple(_settle(told))))
    return MergeWork(merges=tuple(settled), missing=missing)


def _too_many(merge: Merge) -> CouldNotLook:
    detail = f"merge {merge.commit[:12]} put together {len(merge.files):,} files of {len(merge.sides)} sides, more than are looked into"
    return CouldNotLook(
        reason=Reason.LIMIT, detail=detail, remedy="look at this merge by itself: git show --remerge-diff"
    )


class _Versions(Struct, frozen=True, kw_only=True):
    """A file with the lines of each of its versions; none where they are no text or could not be read."""

    file: MergedFile
    bases: tuple[tuple[str, ...], ...] = ()
    sides: tuple[tuple[str, ...], ...] = ()
    merged: tuple[str, ...] = ()
    missing: CouldNotLook | None = None
    is_text: bool = True

    @classmethod
    def of(cls, file: MergedFile, read: ReadBytes) -> "_Versions":
        """The versions of `file`, read."""
        blobs = (*file.bases, *file.sides, file.merged)
        if any(blob is not None and blob.mode in (Mode.SYMLINK, Mode.SUBMODULE) for blob in blobs):
            return cls(file=file, is_text=False)
        contents = [b"" if blob is None else read(blob.oid, MOST_BYTES) for blob in blobs]
        missing = next((data for data in contents if isinstance(data, CouldNotLook)), None)
        if missing is not None:
            is_large = missing.reason is Reason.LIMIT
            return cls(file=file, is_text=False, missing=None if is_large else missing)
        texts = [data for data in contents if isinstance(data, bytes)]
        if any(b"\0" in data for data in texts):
            return cls(file=file, is_text=False)
        lines = [_lines(data) for data in texts]
        count = len(file.bases)
        return cls(file=file, bases=tuple(lines[:count]), sides=tuple(lines[count:-1]), merged=lines[-1])


def _lines(data: bytes) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in data.decode("utf-8", "replace").split("\n"))


def _settle(told: Sequence[_Versions]) -> Iterator[Settled]:
    """The files that are more than their sides, with what only moved from one file to another taken out."""
    everywhere = {line for versions in told for side in versions.sides for line in side}
    by_lines = [_by_lines(versions, everywhere) for versions in told if versions.is_text]
    brought = {line for each in by_lines for line in each.new_lines}
    found = [*(each.settled(brought) for each in by_lines), *(_by_ids(v.file) for v in told if not v.is_text)]
    yield from sorted((s for s in found if s.brought or s.removed or s.lost or s.is_whole), key=lambda s: s.path)


class _ByLines(Struct, frozen=True, kw_only=True):
    """One file before it is known what other files of the merge hold."""

    file: MergedFile
    brought: tuple[tuple[int, str], ...]
    removed: tuple[int, ...]
    lost: tuple[tuple[int, tuple[str, ...]], ...]
    variants: tuple[str, ...]
    """The merge's lines that are new since the merge base."""

    @property
    def new_lines(self) -> tuple[str, ...]:
        return tuple(line for _, line in self.brought)

    def settled(self, brought: set[str]) -> Settled:
        """The file, without what stands in another file now and without conflicts that were settled by combining."""
        news = self.brought
        if self.file.is_shared:
            changed = [line for _, lines in self.lost for line in lines]
            news = tuple(
                (number, line)
                for at, (number, line) in enumerate(news)
                if at >= _MOST_LINES or not _is_alike(line, changed)
            )
        return Settled(
            path=self.file.path,
            is_shared=self.file.is_shared,
            brought=tuple(number for number, _ in news),
            removed=self.removed,
            lost=tuple(self._lost(brought)),
            is_gone=self.file.merged is None,
        )

    def _lost(self, brought: set[str]) -> Iterator[Lost]:
        """What nothing in the merge stands for."""
        for side, lines in self.lost:
            gone = [line for line in lines if line not in brought]
            left = [line for at, line in enumerate(gone) if at >= _MOST_LINES or not _is_alike(line, self.new_lines)]
            if left:
                is_replaced = len(left) <= _MOST_LINES and all(_is_alike(line, self.variants) for line in left)
                yield Lost(side=side, line=left[0], is_replaced=is_replaced)


def _by_lines(told: _Versions, everywhere: set[str]) -> _ByLines:
    merged, sides = set(told.merged), [set(side) for side in told.sides]
    bases = [set(base) for base in told.bases]
    before = set.union(*bases)
    always = set.intersection(*bases)
    anywhere = set.union(*sides)
    brought = [
        (number, line)
        for number, line in enumerate(told.merged, 1)
        if _speaks(line) and line not in anywhere and line not in everywhere
    ]
    removed = [
        number
        for number, line in enumerate(told.sides[0], 1)
        if _speaks(line) and line not in merged and line in always and all(line in side for side in sides)
    ]
    gained = [_gained(side, told.bases) for side in told.sides]
    lost = []
    for number, side in enumerate(told.sides):
        gone = [line for line in side if _speaks(line) and line not in before and line not in merged]
        others = {line for at, other in enumerate(gained) if at != number for line in other}
        back = [line for line in told.merged if _speaks(line) and line in always and line not in sides[number]]
        lines = (*gone, *(line for line in back if line not in others))
        if lines:
            lost.append((number, lines))
    return _ByLines(
        file=told.file,
        brought=tuple(brought),
        removed=tuple(removed),
        lost=tuple(lost),
        variants=tuple(line for line in told.merged if _speaks(line) and line not in before),
    )


def _gained(lines: Sequence[str], bases: Sequence[Sequence[str]]) -> set[str]:
    """The lines that a version has more often than any base."""
    counted = [Counter(base) for base in bases]
    return {line for line, count in Counter(lines).items() if count > max(base[line] for base in counted)}


def _by_ids(file: MergedFile) -> Settled:
    """A file that is no text: whose version the merge has says what it lost."""
    whole = Settled(path=file.path, is_shared=file.is_shared, is_whole=True, is_gone=file.merged is None)
    if not file.taken_from and not _is_base(file.merged, file):
        return replace(whole, brought=(0,))
    lost = tuple(Lost(side=number) for number in file.changed_by if number not in file.taken_from)
    return replace(whole, lost=lost, is_whole=bool(lost))


def _is_base(merged: Blob | None, file: MergedFile) -> bool:
    oid = merged.oid if merged is not None else None
    return any((base.oid if base is not None else None) == oid for base in file.bases)


def _speaks(line: str) -> bool:
    """Whether a line says anything of its own: brackets and blanks do not."""
    return any(character.isalnum() for character in line)


def _is_alike(line: str, others: Sequence[str]) -> bool:
    """Whether a line is a variant of another; only so much is compared that no merge can make it long."""
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(line.strip()[:_MOST_OF_A_LINE])
    for other in others[:_MOST_OTHERS]:
        matcher.set_seq1(other.strip()[:_MOST_OF_A_LINE])
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= _ALIKE and matcher.ratio() >= _ALIKE:
            return True
    return False
