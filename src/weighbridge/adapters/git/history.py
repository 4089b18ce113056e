"""Gives the past as the risk model needs it: which commits it holds, and what those not yet known changed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from weighbridge.adapters.git.process import Git, split_records
from weighbridge.app.ports import HistoricCommit, RepositoryError
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.paths import encode_path

_LAYOUT = "%x01%H%x02%P%x02%at%x02%an <%ae>%x02%s"
_OPTIONS = (
    "--no-merges",
    "--numstat",
    "-z",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-show-signature",
    "--no-notes",
    "--no-mailmap",
    "--encoding=UTF-8",
    "--root",
)


def list_ancestors(git: Git, start: ObjectId, *, limit: int) -> Sequence[ObjectId]:
    """Ancestors of `start`, itself included, that are no merges: newest first, at most `limit`.

    Raises:
        RepositoryError: git could not walk that far.
    """
    given = f"{start}\n".encode()
    told = git.run("rev-list", "--no-merges", f"--max-count={limit}", "--stdin", given=given)
    return tuple(map(ObjectId, told.decode("ascii").split()))


def list_landed(
    git: Git, tip: ObjectId, *, limit: int, without: ObjectId | None = None
) -> Sequence[tuple[ObjectId, ObjectId]]:
    """What landed on the branch of `tip`, newest first, at most `limit`: each commit with its first parent.

    A first commit has none and is left out, as is all that `without` reaches.

    Raises:
        RepositoryError: git could not walk that far.
    """
    given = f"{tip}\n" + (f"^{without}\n" if without else "")
    told = git.run("rev-list", "--first-parent", "--parents", f"--max-count={limit}", "--stdin", given=given.encode())
    lines = (line.split() for line in told.decode("ascii").splitlines())
    return tuple((ObjectId(line[0]), ObjectId(line[1])) for line in lines if len(line) > 1)


def stream_commits(git: Git, oids: Sequence[ObjectId]) -> Iterator[HistoricCommit]:
    """These commits with their files, in the order given.

    Raises:
        RepositoryError: git could not read one; what came before it was yielded.
    """
    given = "".join(f"{oid}\n" for oid in oids).encode()
    arguments = ("log", "--no-walk=unsorted", f"--format={_LAYOUT}", *_OPTIONS, "--stdin")
    if oids:
        with git.stream(*arguments, given=given) as chunks:
            yield from read_history(split_records(chunks, b"\0"))


def read_history(records: Iterator[bytes]) -> Iterator[HistoricCommit]:
    """The commits of a `log --numstat -z` text laid out by `_LAYOUT`."""
    heading: bytes | None = None
    files: list[tuple[RepoPath, int, int]] = []
    for record in records:
        # After a commit's heading comes NUL, a line feed and its files; headings begin with the byte 1.
        text = record.lstrip(b"\n") if record[:1] == b"\n" else record
        if text.startswith(b"\x01"):
            if heading is not None:
                yield _commit(heading, files)
            heading, files = text[1:], []
        elif text:
            files.append(_file(text))
    if heading is not None:
        yield _commit(heading, files)


def _commit(heading: bytes, files: list[tuple[RepoPath, int, int]]) -> HistoricCommit:
    parts = heading.split(b"\x02", 4)
    if len(parts) != 5:
        raise RepositoryError("git log printed a heading of another form than it was asked for")
    oid, parents, seconds, author, subject = parts
    return HistoricCommit(
        oid=ObjectId(oid.decode()),
        parents=tuple(ObjectId(parent) for parent in parents.decode().split()),
        author=author.decode("utf-8", "replace"),
        authored_at=_moment(seconds),
        subject=subject.decode("utf-8", "replace"),
        files=tuple(files),
    )


def _moment(seconds: bytes) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds or b"0"), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _file(text: bytes) -> tuple[RepoPath, int, int]:
    """One numstat entry; a binary file counts no lines."""
    added, removed, path = text.split(b"\t", 2)
    return encode_path(path), _count(added), _count(removed)


def _count(text: bytes) -> int:
    return int(text) if text.isdigit() else 0
