"""The newest release before a change, looked for when a finding asks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from weighbridge.app.ports import Repository, UnreadableObjectError
from weighbridge.domain.change import Change
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.tree import Tree

if TYPE_CHECKING:  # few findings ask
    from weighbridge.landscape.contracts.releases import Release


class Releases:
    """Answers for one change; answers are remembered."""

    def __init__(self, repository: Repository, change: Change, *, target: ObjectId | None) -> None:
        self._repository = repository
        self._change = change
        self._target = target
        self._known: dict[tuple[str, ...], Release | None] = {}

    def newest(self, names: Sequence[str]) -> "Release | None":
        """The newest release of what goes by these names in tags; None where none is known, or nobody knows what is protected."""
        key = tuple(names)
        if key not in self._known:
            self._known[key] = self._find(key)
        return self._known[key]

    def _find(self, names: tuple[str, ...]) -> "Release | None":
        base = self._change.base_commit
        return self._before(base, names) if base is not None else None

    def _before(self, base: ObjectId, names: tuple[str, ...]) -> "Release | None":
        """The newest release that a commit descends from."""
        if self._target is None:
            return None
        own = self._repository.name.rpartition("/")[2]
        found = self._repository.release_before(base, (own, *names), target=self._target)
        if found is None:
            return None
        from weighbridge.landscape.contracts.releases import Release  # noqa: PLC0415 - few findings ask

        tag, commit = found
        try:
            tree = self._repository.tree_of(commit)
        except UnreadableObjectError:
            return None
        return Release(
            tag,
            lambda: Tree(self._repository.entries(tree)),
            self._repository.read,
            lambda path, most: self._repository.file_at(commit, path, most),
            lambda: self._earlier(commit, names),
        )

    def _earlier(self, commit: ObjectId, names: tuple[str, ...]) -> "Release | None":
        """The release before the one of a commit."""
        known = self._repository.commit(commit)
        if isinstance(known, CouldNotLook) or not known.parents:
            return None
        return self._before(known.parents[0], names)
