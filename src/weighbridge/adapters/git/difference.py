"""The difference of two trees, with the lines that changed, in one streaming pass of `git diff-tree`."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from weighbridge.adapters.git.process import Git, split_records
from weighbridge.adapters.git.quoting import unquote
from weighbridge.domain.change import Blob, FileChange, FileStatus, LineRange, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.paths import encode_path

MOST_FILES = 100_000
"""More changed entries than this are refused."""

RENAMES_LOOKED_AT = 1000

_STATUS = {
    b"A": FileStatus.ADDED,
    b"M": FileStatus.MODIFIED,
    b"D": FileStatus.DELETED,
    b"R": FileStatus.RENAMED,
    b"C": FileStatus.COPIED,
    b"T": FileStatus.TYPE_CHANGED,
}
_MODES = {mode.value.encode(): mode for mode in Mode}
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
AS_PATCH = ("-p", "-U0", "--inter-hunk-context=0", "--diff-algorithm=histogram")
"""What makes git print lines: asked for apart, for any of these alone makes it read every file."""

_OPTIONS = (
    "-r",
    "--raw",
    "--no-abbrev",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--submodule=short",
    f"-l{RENAMES_LOOKED_AT}",
)


def mode_of(raw: bytes) -> Mode:
    """The mode git means by these octal digits; old trees hold some that are not written any more."""
    if found := _MODES.get(raw):
        return found
    kind = int(raw, 8) & 0o170000
    kinds = {0o120000: Mode.SYMLINK, 0o160000: Mode.SUBMODULE, 0o040000: Mode.FOLDER}
    return kinds.get(kind, Mode.EXECUTABLE if int(raw, 8) & 0o100 else Mode.REGULAR)


class _Lines(Struct):
    """The changed lines of one file while they are read."""

    added: list[LineRange] = field(default_factory=list)
    removed: list[LineRange] = field(default_factory=list)
    is_binary: bool = False


def changed_files(git: Git, *, base: ObjectId, head: ObjectId, with_lines: bool = True) -> tuple[FileChange, ...]:
    """Every file that differs between two trees, renames followed, in git's order.

    Copies are told as added files, and so with all their lines: what was copied is new where it now stands.

    Raises:
        GitFailedError: an object is missing.
    """
    parts = ("-M", *AS_PATCH) if with_lines else ("--no-renames",)
    with git.stream("diff-tree", *_OPTIONS, *parts, base, head) as chunks:
        return read_difference(split_records(chunks))


def read_difference(lines: Iterator[bytes]) -> tuple[FileChange, ...]:
    """The files of a `diff-tree --raw -p -U0` text, whose patches follow in the order of its raw lines."""
    files: list[FileChange] = []
    patches: list[_Lines] = []
    current = _Lines()
    for line in lines:
        first = line[:1]
        if first == b":":
            files.append(_raw(line))
        elif first == b"d" and line.startswith(b"diff --git "):
            current = _Lines()
            patches.append(current)
        elif first == b"@":
            for removed, added in read_ranges((line,)):
                current.removed.append(removed)
                current.added.append(added)
        elif first == b"B" and line.startswith(b"Binary files "):
            current.is_binary = True
    return tuple(_joined(files, patches)) if patches else tuple(files)


def _raw(line: bytes) -> FileChange:
    described, _, names = line.partition(b"\t")
    base_mode, head_mode, base_oid, head_oid, status = described[1:].split(b" ")
    paths = [encode_path(unquote(name)) for name in names.split(b"\t")]
    kind = _STATUS[status[:1]]
    return FileChange(
        status=kind,
        base=None if kind is FileStatus.ADDED else _blob(paths[0], mode=base_mode, oid=base_oid),
        head=None if kind is FileStatus.DELETED else _blob(paths[-1], mode=head_mode, oid=head_oid),
        similarity=int(status[1:]) if kind in (FileStatus.RENAMED, FileStatus.COPIED) else 100,
    )


def _blob(path: RepoPath, *, mode: bytes, oid: bytes) -> Blob:
    return Blob(path=path, mode=mode_of(mode), oid=ObjectId(oid.decode()))


def read_ranges(lines: Iterable[bytes]) -> Iterator[tuple[LineRange, LineRange]]:
    """The (removed, added) ranges of a `-U0` patch of one file."""
    for line in lines:
        found = _HUNK.match(line)
        if found is not None:
            base_start, base_count, head_start, head_count = found.groups()
            yield _range(int(base_start), base_count), _range(int(head_start), head_count)


def _range(start: int, count: bytes | None) -> LineRange:
    length = 1 if count is None else int(count)
    # Where nothing stands git names the line before; a range begins at the line after it.
    return LineRange(start=start, end=start + length - 1) if length else LineRange(start=start + 1, end=start)


def _joined(files: list[FileChange], patches: list[_Lines]) -> Iterator[FileChange]:
    """Files with their lines; git writes a changed type as two patches, the old file's end and the new one's start."""
    following = iter(patches)
    for file in files:
        lines = next(following, _Lines())
        if file.status is FileStatus.TYPE_CHANGED:
            second = next(following, _Lines())
            lines = _Lines(
                [r for r in second.added if r.end >= r.start],
                [r for r in lines.removed if r.end >= r.start],
                lines.is_binary or second.is_binary,
            )
        yield FileChange(
            status=file.status,
            base=file.base,
            head=file.head,
            added=tuple(lines.added) if file.head else (),
            removed=tuple(lines.removed) if file.base else (),
            is_binary=lines.is_binary,
            similarity=file.similarity,
        )
