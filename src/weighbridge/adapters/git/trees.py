"""Lists trees, and finds single entries in them."""

from collections.abc import Sequence

from weighbridge.adapters.git.difference import mode_of
from weighbridge.adapters.git.process import Git, split_records
from weighbridge.app.ports import RepositoryError
from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.paths import decode_path, encode_path

MOST_ENTRIES = 2_000_000
"""A tree with more files is refused: a few kilobytes of nested trees can stand for billions of paths."""


def list_tree(git: Git, tree: ObjectId) -> Sequence[Blob]:
    """Every file, link and submodule below a tree, in git's order.

    Raises:
        RepositoryError: the tree or one below it is missing, or there are more than `MOST_ENTRIES` files.
    """
    entries: list[Blob] = []
    with git.stream("ls-tree", "-r", "-z", "--full-tree", tree) as chunks:
        for record in split_records(chunks, b"\0"):
            entries.append(_entry(record))
            if len(entries) > MOST_ENTRIES:
                raise RepositoryError(f"tree {tree[:12]} holds more than {MOST_ENTRIES:,} files: it is not read")
    return entries


def find_entry(git: Git, tree: ObjectId, *, path: RepoPath) -> Blob | None:
    """The entry of one path, None when there is none or it is a folder."""
    name = decode_path(path).strip(b"/")
    if not name or b"\0" in name:
        return None
    listed = git.run("ls-tree", "-z", "--full-tree", tree, "--", name.decode("utf-8", "surrogateescape"))
    found = [_entry(record) for record in listed.split(b"\0") if record]
    return next((e for e in found if e.path == path and e.mode.value != "040000"), None)


def _entry(record: bytes) -> Blob:
    described, _, name = record.partition(b"\t")
    mode, _, oid = described.split(b" ")
    return Blob(path=encode_path(name), mode=mode_of(mode), oid=ObjectId(oid.decode()))
