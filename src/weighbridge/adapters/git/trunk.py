"""The protected branch as it grew: its commits along first parents, what each changed, and the branches it does not hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from weighbridge.adapters.git.process import Git
from weighbridge.app.ports import RepositoryError
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.paths import encode_path
from weighbridge.policy.reset_progress import OpenBranch, Step

_LAYOUT: Final = "%H%x02%T%x02%ct%x02%P%x02%an <%ae>%x02%s"
_BRANCH: Final = "%(objectname)%02%(refname)%02%(symref)%02%(committerdate:unix)%02%(authorname) %(authoremail)"
Pair = tuple[ObjectId, ObjectId]
Paths = Sequence[RepoPath]


def first_parents(
    git: Git, tip: ObjectId, *, most: int, empty: ObjectId, cut: frozenset[str] = frozenset()
) -> Sequence[Step]:
    """The newest `most` commits that led to `tip` along first parents, oldest first; `empty` is the tree of nothing.

    What a commit changed whose parents a shallow clone cut off (`cut`) cannot be told, and it is left out.

    Raises:
        RepositoryError: git could not walk that far.
    """
    told = git.run(
        "log", "-z", "--first-parent", f"--max-count={most + 1}", f"--format={_LAYOUT}", "--encoding=UTF-8",
        "--no-show-signature", "--no-notes", "--no-mailmap", "--no-patch", "--no-decorate", tip, "--",
    )  # fmt: skip
    rows = [row.split(b"\x02", 5) for row in told.split(b"\0") if row]
    if any(len(row) != 6 for row in rows):
        raise RepositoryError("git log printed a commit of another form than it was asked for")
    made = [
        _step(row, rows[at + 1] if at + 1 < len(rows) else None, empty=empty, cut=cut) for at, row in enumerate(rows)
    ]
    return tuple(reversed([step for step in made[:most] if step is not None]))


def _step(row: Sequence[bytes], parent: Sequence[bytes] | None, *, empty: ObjectId, cut: frozenset[str]) -> Step | None:
    """None for a commit whose parent lies beyond what was read, so that nobody can say what it changed."""
    if parent is None and (row[3] or row[0].decode() in cut):
        return None
    return Step(
        commit=ObjectId(row[0].decode()),
        tree=ObjectId(row[1].decode()),
        before=empty if parent is None else ObjectId(parent[1].decode()),
        at=_moment(row[2]),
        author=row[4].decode("utf-8", "replace"),
        subject=row[5].decode("utf-8", "replace"),
        is_first=parent is None,
    )


def changed_paths(git: Git, pairs: Iterable[Pair]) -> Mapping[Pair, Paths]:
    """The paths at which each pair of trees differs; a renamed file has two.

    Raises:
        RepositoryError: a tree is not at hand.
    """
    wanted = [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]
    given = "".join(f"{one} {other}\n" for one, other in wanted).encode()
    told = git.run("diff-tree", "--stdin", "-r", "-z", "--name-only", "--no-renames", given=given) if wanted else b""
    found: dict[Pair, list[RepoPath]] = {}
    heads = [(f"{one} {other}\n".encode(), (one, other)) for one, other in wanted]
    current: list[RepoPath] = []
    for record in filter(None, told.split(b"\0")):
        path = record
        # A path may look like a heading, but not like the next one: that would have to hold its own tree's hash.
        while len(found) < len(heads) and path.startswith(heads[len(found)][0]):
            heading, pair = heads[len(found)]
            current = found.setdefault(pair, [])
            path = path[len(heading) :]
        if path:
            current.append(encode_path(path))
    if len(found) < len(heads):
        raise RepositoryError("git compared fewer trees than it was asked to: git fsck --full says what is broken")
    return found


def unmerged_branches(git: Git, tip: ObjectId, *, most: int) -> Iterator[OpenBranch]:
    """The newest `most` branches, of here and of remotes, that `tip` does not hold; each commit once.

    Raises:
        RepositoryError: git could not tell.
    """
    told = git.run(
        "for-each-ref",
        f"--no-merged={tip}",
        "--sort=-committerdate",
        f"--format={_BRANCH}",
        "refs/heads",
        "refs/remotes",
    )
    seen: set[bytes] = set()
    for row in told.split(b"\n"):
        oid, _, rest = row.partition(b"\x02")
        name, symbolic, seconds, author = (*rest.split(b"\x02", 3), b"", b"", b"")[:4]
        if not seconds or symbolic or oid in seen or len(seen) == most:
            continue
        seen.add(oid)
        shown = name.decode("utf-8", "replace").removeprefix("refs/heads/").removeprefix("refs/remotes/")
        yield OpenBranch(
            name=shown, commit=ObjectId(oid.decode()), author=author.decode("utf-8", "replace"), at=_moment(seconds)
        )


def _moment(seconds: bytes) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds or b"0"), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
