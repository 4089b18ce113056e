"""Migrations that come back, word for word, to where they ran from: their tool noted that they ran, and runs them nowhere again.

Only what the protected branch itself held counts, at that place and for long: what lay in another folder, in a branch, or for days
only may have run nowhere. One that was the last of its folder when it went may have been taken back in the databases first.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import Change, FileChange, Passing
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.sql.before import Before, Passed
from weighbridge.landscape.sql.known_types import in_order, series_of
from weighbridge.landscape.sql.likely_small import made_on
from weighbridge.landscape.sql.migrations import Migration, Stay, bare
from weighbridge.landscape.tree import Tree

_DAY: Final = 86_400
_STAYED: Final = 30 * _DAY
"""For so long a migration must have been there for all that is in use to have run it."""
_AWAY: Final = 30 * _DAY
"""For no longer it may have been gone: databases that were made meanwhile never ran it."""
_NUMBERS: Final = "0123456789V"


class _Last(Struct, frozen=True, kw_only=True):
    """The last version that a file had on a branch; `until` is None while it is there."""

    version: ObjectId
    since: int
    until: int | None
    gone_by: ObjectId | None
    is_followed: bool


class Returning:
    """Answers for one change; `text` gives a file of it as it is after it."""

    def __init__(self, change: Change, before: Before, *, text: Callable[[RepoPath], str]) -> None:
        self._files = {file.path: file for file in change.files}
        self._before = before
        self._text = text
        self._now = max((each.committed_at for each in change.commits), default=None)
        self._last: dict[str, tuple[int, dict[RepoPath, _Last]]] = {}

    def seen(self, migrations: Iterable[Migration]) -> Iterator[Migration]:
        """The same migrations; one that comes back did before what it does."""
        for each in migrations:
            stay = self._stay(each)
            if stay is None:
                yield each
                continue
            done = frozenset(bare(act) for deed in each.deeds for act in deed.acts)
            yield replace(each, is_new=False, done_before=done, calls=(), returned=stay)

    def _stay(self, migration: Migration) -> Stay | None:
        """Until when it stood where it stands now; None where it may have run nowhere."""
        file = self._files.get(migration.path)
        if file is None or file.head is None or not migration.runs_once or not self._may_be_back(file):
            return None
        folder = series_of(file.path)
        if folder not in self._last:
            passed = self._before.passed(RepoPath(folder))
            tree = (self._before.merged() or self._before.tree()) if passed.passings else Tree()
            self._last[folder] = passed.now, dict(_stays(passed, folder, tree=tree))
        now, stays = self._last[folder]
        last = stays.get(file.path)
        if last is None or last.version != file.head.oid or not last.is_followed:
            return None
        until = now if last.until is None else last.until
        is_sure = until - last.since >= _STAYED and 0 <= now - until <= _AWAY
        return Stay(days=(until - last.since) // _DAY, gone_by=last.gone_by) if is_sure else None

    def _may_be_back(self, file: FileChange) -> bool:
        """Whether a file comes to where it is and may have been there, by what is known without a look at the history."""
        paths = self._before.tree().blobs
        folder = series_of(file.path)
        is_here_already = file.path in paths or (file.base is not None and file.base.path == file.path)
        if self._now is None or is_here_already or not folder or not _is_numbered(file.path, folder):
            return False
        if (made := made_on(file.path, self._text(file.path))) is not None:
            return (self._now.date() - made).days * _DAY >= _STAYED
        taken = (
            each.base.path for each in self._files.values() if each.base is not None and each.path != each.base.path
        )
        gone = (each.path for each in self._files.values() if each.head is None)
        if any(series_of(each) == folder for each in (*taken, *gone)):
            return True
        own = in_order(file.path)
        return any(in_order(each) > own for each in paths if _is_numbered(each, folder))


def _is_numbered(path: RepoPath, folder: str) -> bool:
    """Whether a file is one of those that a tool runs one after the other from a folder, by their numbers."""
    return path.startswith(f"{folder}/") and series_of(path) == folder and path[len(folder) + 1 :][:1] in _NUMBERS


def _stays(passed: Passed, folder: str, *, tree: Tree) -> Iterator[tuple[RepoPath, _Last]]:
    """The last version of each file that a branch held in a folder; `tree` is the branch's last."""
    there = {path for path in tree.blobs if _is_numbered(path, folder)}
    newest = max(map(in_order, there), default=())
    open_: dict[RepoPath, _Last] = {
        path: _Last(
            version=tree.blobs[path].oid, since=0, until=None, gone_by=None, is_followed=in_order(path) < newest
        )
        for path in there
    }
    done: set[RepoPath] = set()
    for _, group in groupby(_in_time(passed.passings), key=lambda each: each.commit):
        together = [each for each in group if _is_numbered(each.path, folder)]
        there -= {each.path for each in together if each.was is None}
        gone = {each.path for each in together if each.now is None}
        is_recent = any(passed.now - each.at <= _AWAY for each in together)
        applied = _applied(there, gone) if gone and is_recent else frozenset()
        there |= gone
        for each in together:
            path = each.path
            if path in done:
                continue
            if (last := open_.get(path)) is not None:
                done.add(path)
                yield path, replace(last, since=each.at)
            elif each.was is not None and each.now is None:
                open_[path] = _Last(
                    version=each.was,
                    since=0,
                    until=each.at,
                    gone_by=each.commit,
                    is_followed=path in applied,
                )


def _applied(stayed: Collection[RepoPath], gone: Collection[RepoPath]) -> frozenset[RepoPath]:
    """Of the scripts that went together those that were not taken back first: what is taken back goes from the newest on, so that
    older ones stay, and no newer one does.
    """
    orders = sorted(map(in_order, stayed))
    newest = max((*orders, *map(in_order, gone)))
    return frozenset(path for path in gone if (own := in_order(path)) < newest and (not orders or own < orders[-1]))


def _in_time(passings: Sequence[Passing]) -> list[Passing]:
    """What happened, the newest first, each no earlier than what it follows, whatever its commit says."""
    times = list(accumulate((each.at for each in reversed(passings)), max))
    return [replace(each, at=at) for each, at in zip(passings, reversed(times), strict=True)]
