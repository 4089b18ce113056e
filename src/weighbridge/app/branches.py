"""What the protected branch held before the branch of a change, and how old files are, looked for when a finding asks."""

from functools import cached_property
from typing import Final

from weighbridge.app.ports import Repository, UnreadableObjectError
from weighbridge.domain.change import Change, Commit
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.sql.before import Passed
from weighbridge.landscape.tree import Tree

_TWO: Final = 2
_DAY: Final = 86_400
_DAYS: Final = 14 * _DAY
"""For so many seconds what was altered may have stood there, and most databases not have seen it."""


class Branches:
    """Answers for one change, whose protected branch is called `target`."""

    def __init__(self, repository: Repository, change: Change, *, target: str) -> None:
        self._repository = repository
        self._change = change
        self._target = target

    def merged(self) -> Tree | None:
        """The files of the protected branch before the branch; None where nothing of the change's base is only on that, or nobody knows."""
        return self._merged

    @cached_property
    def _merged(self) -> Tree | None:
        if self._start is None:
            return None
        try:
            return Tree(self._repository.entries(self._repository.tree_of(self._start)))
        except UnreadableObjectError:
            return None

    @cached_property
    def _start(self) -> ObjectId | None:
        return self._repository.branch_start(self._change, self._target) if self._target else None

    def age_of(self, path: RepoPath) -> int | None:
        """How many days before the change a file of its base came; None where nobody knows."""
        base, commits = self._change.base_commit, self._change.commits
        came = self._repository.came_at(path, base) if base is not None and commits else None
        if came is None:
            return None
        now = max(each.committed_at.timestamp() for each in commits)
        return int((now - came) // _DAY)

    def passed(self, folder: RepoPath) -> Passed:
        """What the protected branch made of the files below a folder before the branch; nothing where nobody knows.

        Whoever writes a commit says when: it is no earlier than what it goes on with.
        """
        base, commits = self._start or self._change.base_commit, self._change.commits
        before = self._repository.commit(base) if base is not None and commits else None
        if base is None or not isinstance(before, Commit):
            return Passed()
        now = max(each.committed_at.timestamp() for each in (*commits, before))
        return Passed(passings=self._repository.passings(folder, base), now=int(now))

    def is_put_back(self, path: RepoPath, version: ObjectId) -> bool:
        """Whether a file becomes again what it was when it came, and was something else for days at most."""
        base = self._change.base_commit
        now = max((each.committed_at.timestamp() for each in self._change.commits), default=0.0)
        found = self._repository.versions(path, base) if base is not None else ()
        if len(found) < _TWO or found[-1][0] != version:
            return False
        return 0 <= now - found[0][1] <= _DAYS and found[0][0] != version and found[1][0] == version
