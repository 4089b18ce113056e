"""Compares two trees as far as this clone and sane limits allow, and says in words where that was not far."""

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.adapters.git.difference import (
    MOST_FILES,
    RENAMES_LOOKED_AT,
    changed_files,
    read_difference,
    read_ranges,
)
from weighbridge.adapters.git.landings import with_landings
from weighbridge.adapters.git.objects import ObjectReader
from weighbridge.adapters.git.process import BIG_FILE, Git, GitFailedError, split_records
from weighbridge.adapters.git.trees import TreeReader
from weighbridge.app.ports import RepositoryError, UnreadableObjectError
from weighbridge.domain.change import Blob, FileChange, FileStatus, Limitation, LimitationKind, LineRange, Mode
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import decode_path

LARGEST_DISGUISE = 1 << 20
"""Bytes of a file git takes for binary that is still looked at, in case it is text with a NUL in it."""

_MOST_DISGUISES = 50
_MOST_NAMED_PATHS = 2000
_NAMED_IN_WORDS = 5
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Comparison(Struct, frozen=True, kw_only=True):
    """The files that differ, sizes filled in, with what kept them from being compared whole."""

    files: tuple[FileChange, ...]
    limitations: tuple[Limitation, ...]


def compare(git: Git, trees: TreeReader, *, base: ObjectId, head: ObjectId) -> Comparison:
    """What differs between two trees.

    Raises:
        UnreadableObjectError: a tree is missing or broken.
        RepositoryError: far too many files differ.
    """
    objects = trees.objects
    if trees.difference(base, head, most=MOST_FILES) is None:
        raise RepositoryError(f"more than {MOST_FILES:,} files differ: weigh a narrower range")
    try:
        files = changed_files(git, base=base, head=head)
    except GitFailedError as problem:
        try:
            files = _without_missing(git, objects, base=base, head=head)
        except GitFailedError:
            files = ()
        if not _missing(files):
            raise UnreadableObjectError(
                f"the trees {base[:12]} and {head[:12]} cannot be compared ({problem.words}): git fsck says what is broken"
            ) from problem
    else:
        files = _sized(objects, files)
    files = with_landings(tuple(_unmasked(git, objects, files=files)), trees, base=base, head=head)
    return Comparison(files=files, limitations=tuple(_limitations(files)))


def _without_missing(git: Git, objects: ObjectReader, *, base: ObjectId, head: ObjectId) -> tuple[FileChange, ...]:
    """The difference in a clone that lacks blobs: no renames, and lines only where both sides are at hand."""
    plain = changed_files(git, base=base, head=head, with_lines=False)
    files = _sized(objects, plain)
    lacking = {file.path for file in _missing(files)}
    whole = [file for file in files if file.path not in lacking]
    if not lacking or len(whole) > _MOST_NAMED_PATHS:
        return files
    names = [decode_path(file.path).decode("utf-8", "surrogateescape") for file in whole]
    if not names:
        return files
    arguments = (
        "-r",
        "--raw",
        "--no-abbrev",
        "-p",
        "-U0",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
    )
    with git.stream("diff-tree", *arguments, base, head, "--", *names) as chunks:
        lined = {file.path: file for file in read_difference(split_records(chunks))}
    return tuple(_with_lines(file, lined.get(file.path, file)) for file in files)


def _with_lines(file: FileChange, lined: FileChange) -> FileChange:
    return replace(file, added=lined.added, removed=lined.removed, is_binary=lined.is_binary)


def _sized(objects: ObjectReader, files: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """The files with their blobs' sizes; -1 stays where the blob is not at hand or is a submodule's commit."""
    blobs = {blob.oid for file in files for blob in _blobs(file)}
    sizes = {header.oid: header.size for header in objects.headers(sorted(blobs)) if header is not None}

    def sized(blob: Blob | None) -> Blob | None:
        known = blob is not None and blob.mode is not Mode.SUBMODULE
        return replace(blob, size=sizes.get(blob.oid, -1)) if known and blob is not None else blob

    return tuple(replace(file, base=sized(file.base), head=sized(file.head)) for file in files)


def _blobs(file: FileChange) -> Iterator[Blob]:
    for blob in (file.base, file.head):
        if blob is not None and blob.mode is not Mode.SUBMODULE:
            yield blob


def _missing(files: Iterable[FileChange]) -> list[FileChange]:
    return [file for file in files if any(blob.size < 0 for blob in _blobs(file))]


def _unmasked(git: Git, objects: ObjectReader, *, files: Sequence[FileChange]) -> Iterator[FileChange]:
    """The files, with lines also where a NUL or two make git take a text for binary and show no difference."""
    left = _MOST_DISGUISES
    for file in files:
        if file.is_binary and left and _is_disguised(objects, file):
            left -= 1
            yield _with_text_lines(git, file)
        else:
            yield file


def _is_disguised(objects: ObjectReader, file: FileChange) -> bool:
    if not all(0 <= blob.size <= LARGEST_DISGUISE for blob in _blobs(file)):
        return False
    blob = file.head or file.base
    taken = objects.read(blob.oid, LARGEST_DISGUISE) if blob is not None else None
    return not isinstance(taken, CouldNotLook) and taken is not None and is_text_with_noise(taken[1])


def is_text_with_noise(data: bytes) -> bool:
    """Whether bytes are UTF-8 text that holds a few control characters: at most one in a hundred."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(_NOT_TEXT.findall(data)) * 100 <= len(data)


def _with_text_lines(git: Git, file: FileChange) -> FileChange:
    empty = ObjectId(git.run("hash-object", "-w", "--stdin", given=b"").decode().strip())
    base = file.base.oid if file.base is not None else empty
    head = file.head.oid if file.head is not None else empty
    arguments = ("--text", "-U0", "--no-color", "--no-ext-diff", "--no-textconv", base, head)
    with git.stream("diff", *arguments) as chunks:
        ranges = list(read_ranges(split_records(chunks)))
    added: tuple[LineRange, ...] = tuple(pair[1] for pair in ranges) if file.head else ()
    removed = tuple(pair[0] for pair in ranges) if file.base else ()
    return replace(file, added=added, removed=removed)


def _limitations(files: Sequence[FileChange]) -> Iterator[Limitation]:
    missing = _missing(files)
    if missing:
        yield Limitation(
            subject=_named(missing),
            detail="this clone does not hold their contents, so they were not compared; renames were not looked for",
            remedy="fetch them: git fetch --refetch --no-filter, or clone without --filter",
        )
    big = [file for file in files if file.is_binary and any(blob.size > BIG_FILE for blob in _blobs(file))]
    if big:
        yield Limitation(
            subject=_named(big),
            detail=f"more than {BIG_FILE >> 20} MiB, so lines were not compared",
            remedy="keep files of this size out of the repository, or look at them by hand",
            kind=LimitationKind.SIZE,
        )
    gone = sum(file.status is FileStatus.DELETED for file in files)
    made = sum(file.status is FileStatus.ADDED for file in files)
    if gone * made > RENAMES_LOOKED_AT**2:
        yield Limitation(
            subject=f"{gone:,} deleted and {made:,} added files",
            detail="too many to look for renames among them other than exact ones",
            remedy="weigh a narrower range",
            kind=LimitationKind.SIZE,
        )


def _named(files: Sequence[FileChange]) -> str:
    names = ", ".join(file.path for file in files[:_NAMED_IN_WORDS])
    more = len(files) - _NAMED_IN_WORDS
    return f"{names} and {more:,} more" if more > 0 else names
