"""Read the changes that came before one, once, and keep them."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from weighbridge.app.ports import HistoryCache, Progress, Repository
from weighbridge.domain.ids import ObjectId
from weighbridge.risk.past import PastChange, past_change

_AT_ONCE: Final = 500


def read_history(
    repository: Repository, oids: Sequence[ObjectId], *, cache: HistoryCache, progress: Progress
) -> list[PastChange]:
    """The changes `oids` name, newest first, as a list with the oldest first.

    Raises:
        RepositoryError: git could not read one that is not kept.
    """
    known = dict(cache.load(repository.identity, oids))
    missing = [oid for oid in oids if oid not in known]
    commits = repository.historic_commits(missing)
    for done in range(0, len(missing), _AT_ONCE):
        progress.step("reading the history", done, len(missing))
        read = {
            commit.oid: past_change(commit.author, commit.authored_at, subject=commit.subject, files=commit.files)
            for commit in islice(commits, _AT_ONCE)
        }
        # Kept as it comes, so that a run that is stopped half-way was not for nothing.
        cache.store(repository.identity, read)
        known |= read
    return [known[oid] for oid in reversed(oids) if oid in known]
