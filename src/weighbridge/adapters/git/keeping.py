"""Keeps documents in a repository under refs of our own: a blob, a tree and a commit, and nothing else is touched."""

from typing import Final

from weighbridge.adapters.git.process import Git
from weighbridge.app.ports import RepositoryError
from weighbridge.domain.ids import ObjectId

OUR_REFS: Final = "refs/weighbridge/"
_IDENTITY: Final = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "weighbridge"), ("EMAIL", "weighbridge@localhost"))
}


def keep_file(git: Git, ref: str, *, before: ObjectId | None, name: str, data: bytes) -> ObjectId:
    """A commit holding `data` as the file `name`, which `ref` leads to from now on; its parent is `before`.

    Raises:
        RepositoryError: the ref is not ours, somebody else moved it, or git could not write.
    """
    if not ref.startswith(OUR_REFS) or ".." in ref or any(ord(c) <= 32 for c in ref):
        raise RepositoryError(f"{ref!r}: only refs below {OUR_REFS} are written")
    blob = git.run("hash-object", "-w", "--no-filters", "--stdin", given=data).decode().strip()
    tree = git.run("mktree", given=f"100644 blob {blob}\t{name}\n".encode()).decode().strip()
    parents = ("-p", before) if before else ()
    writer = git.with_environment(**_IDENTITY)
    commit = writer.run("commit-tree", *parents, "-m", f"Keep {name}", tree).decode().strip()
    git.run("update-ref", "--no-deref", ref, commit, before or "0" * len(commit))
    return ObjectId(commit)
