"""The newest release before a change, looked for when a finding asks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from weighbridge.app.ports import FactIndex, KnownRelease, Repository, UnreadableObjectError
from weighbridge.domain.change import Change
from weighbridge.domain.ids import ObjectId, content_hex
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.releases import Release
from weighbridge.landscape.tree import Tree

_LONGEST_SILENCE: Final = timedelta(days=730)
"""A project that works on for so long and gives no tag gives what it makes to others in another way."""


class Releases:
    """Answers for one change; answers are remembered."""

    def __init__(self, repository: Repository, change: Change, *, target: ObjectId | None, kept: FactIndex) -> None:
        self._repository = repository
        self._change = change
        self._target = target
        self._kept = kept
        self._known: dict[tuple[str, ...], Release | None] = {}

    def newest(self, names: Sequence[str]) -> "Release | None":
        """The newest release of what goes by these names in tags; None where none is known, or nobody knows what is protected."""
        key = tuple(names)
        if key not in self._known:
            self._known[key] = self._find(key)
        return self._known[key]

    def _find(self, names: tuple[str, ...]) -> "Release | None":
        base = self._change.base_commit
        found = None if base is None or self._target is None else self._before(base, names, target=self._target)
        return found if found is None or base is None or self._is_kept_up(found.commit, base) else None

    def _is_kept_up(self, tagged: ObjectId, base: ObjectId) -> bool:
        """Whether tags may still say what is released: not where the newest is years old, and work went on."""
        was, now = (self._repository.commit(each) for each in (tagged, base))
        if isinstance(was, CouldNotLook) or isinstance(now, CouldNotLook):
            return True
        return now.committed_at - was.committed_at < _LONGEST_SILENCE

    def _before(self, base: ObjectId, names: tuple[str, ...], *, target: ObjectId) -> "Release | None":
        """The newest release that a commit and what is protected descend from."""
        found = self._found(base, (self._repository.name.rpartition("/")[2], *names), target=target)
        if found is None:
            return None
        try:
            tree = self._repository.tree_of(found.commit)
        except UnreadableObjectError:
            return None
        return Release(
            found.tag,
            found.commit,
            lambda: Tree.asked(lambda path: self._repository.entry(tree, path), lambda: self._repository.entries(tree)),
            self._repository.read,
            lambda path, most: self._repository.file_at(found.commit, path, most),
            lambda: self._earlier(found.commit, names),
        )

    def _found(self, base: ObjectId, names: Sequence[str], *, target: ObjectId) -> KnownRelease | None:
        """What the repository says, which walks through history, or said when it had these tags."""
        tags = [part for name, commit in self._repository.tags() for part in (name, commit)]
        key = content_hex(base, target, str(len(names)), *names, *tags, length=32)
        known = self._kept.known_release(key)
        if known is None and tags:
            found = self._repository.release_before(base, names, target=target)
            known = KnownRelease(*found) if found is not None else None
            if known is not None:
                self._kept.keep_release(key, known)
        return known

    def _earlier(self, commit: ObjectId, names: tuple[str, ...]) -> "Release | None":
        """The release before the one of a commit."""
        known = self._repository.commit(commit)
        if isinstance(known, CouldNotLook) or not known.parents:
            return None
        before = known.parents[0]
        return self._before(before, names, target=before)  # what is protected descends from it, as from the release
