"""What is known of the base's code before its tree is listed: an earlier run's tree, advanced by the difference to it."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.app.ports import FactIndex, KnownCode, Repository
from weighbridge.domain.change import Blob, Change
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.facts.roles import CODE, role_of, tells_imports
from weighbridge.landscape.tree import Tree

MOST_DIFFERENT: Final = 2_000
"""Entries in which the tree may differ from the one kept; where more do, listing it costs about as much."""

_SELDOM: Final = 200
"""Code files that may have changed before the kept tree is written anew: reading them from git is cheaper than that."""


class BaseCode(Struct, frozen=True, kw_only=True):
    """The base's code files, None when nothing is known of them; `changed` are those the kept tree has not or otherwise."""

    oid: ObjectId
    is_lasting: bool
    blobs: Mapping[RepoPath, Blob] | None = None
    manifests: Mapping[RepoPath, Blob] = {}
    """The files that tell what imports go by, where the code is known."""
    changed: tuple[Blob, ...] = ()

    def tree(self, repository: Repository) -> Tree:
        """The base's tree, listed only as far as anybody asks."""
        if self.blobs is None:
            return Tree(repository.entries(self.oid))
        return Tree.with_code(self.blobs, lambda: repository.entries(self.oid), manifests=self.manifests)

    def doubtful(self, tree: Tree) -> Iterator[Blob]:
        """The code files of which nobody said yet that terms lead to them."""
        if self.blobs is None:
            return (tree.blobs[path] for path in tree.code_paths)
        return iter(self.changed)

    def keep(self, tree: Tree, source: FactIndex) -> None:
        """Let the next run know of this tree, now that terms lead to all of its code."""
        if self.is_lasting and (self.blobs is None or len(self.changed) > _SELDOM):
            code, manifests = (
                {path: tree.blobs[path] for path in paths} for paths in (tree.code_paths, tree.manifests)
            )
            source.keep_code(KnownCode(tree=self.oid, blobs=code, manifests=manifests))


def base_code(change: Change, repository: Repository, *, source: FactIndex) -> BaseCode:
    """What an earlier run's tree and its difference to the base say of the base's code."""
    base = change.base_tree
    is_lasting = change.base_commit is not None
    kept = source.known_code()
    if kept is not None and kept.tree == base:
        return BaseCode(oid=base, is_lasting=is_lasting, blobs=kept.blobs, manifests=kept.manifests)
    difference = None if kept is None else repository.difference(kept.tree, base, most=MOST_DIFFERENT)
    if kept is None or difference is None:
        return BaseCode(oid=base, is_lasting=is_lasting)
    changed = {path: blob for path, blob in difference.items() if role_of(path) in CODE}
    told = {path: blob for path, blob in difference.items() if tells_imports(path)}
    return BaseCode(
        oid=base,
        is_lasting=is_lasting,
        blobs=_advanced(kept.blobs, changed),
        manifests=_advanced(kept.manifests, told),
        changed=tuple(blob for blob in changed.values() if blob is not None),
    )


def _advanced(kept: Mapping[RepoPath, Blob], changed: Mapping[RepoPath, Blob | None]) -> Mapping[RepoPath, Blob]:
    """The files with those that changed as they are now, in the order of their paths."""
    left = {path: blob for path, blob in kept.items() if path not in changed}
    return dict(sorted((left | {path: blob for path, blob in changed.items() if blob is not None}).items()))
