"""Assess how a change stands among its repository's own, out of a history that is read once and kept."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from weighbridge.app.ports import HistoryCache, Progress, Repository, RepositoryError
from weighbridge.app.read_history import read_history
from weighbridge.domain.change import Change, Commit
from weighbridge.domain.risk import FailureScenario, Risk
from weighbridge.risk.assess import WINDOW, assess, refuse
from weighbridge.risk.model import RiskModel
from weighbridge.risk.past import PastChange, past_change


def assess_risk(
    repository: Repository,
    change: Change,
    *,
    cache: HistoryCache,
    progress: Progress,
    scenarios: tuple[FailureScenario, ...] = (),
    model: RiskModel | None = None,
) -> Risk:
    """The risk of `change` among the last changes before it, refused where git cannot give them."""
    if change.base_commit is None:
        return refuse("nothing came before this change", scenarios=scenarios)
    try:
        ancestry = repository.ancestors(change.base_commit, WINDOW)
        past = read_history(repository, ancestry.oids, cache=cache, progress=progress)
    except RepositoryError as error:
        # A clone without its blobs is a usual thing in CI, and no reason to give no review at all.
        return refuse(f"the history could not be read: {error}", scenarios=scenarios)
    return assess(_this(change, past), past, is_cut_off=ancestry.is_cut_off, scenarios=scenarios, model=model)


def _this(change: Change, past: Sequence[PastChange]) -> PastChange:
    """The change as one, by whoever made most of its commits.

    While it is not committed it is nobody's, and as old as the newest change before it: the same change gives the same
    figures whenever it is looked at.
    """
    commits = tuple(_telling(change.commits))
    files = [(file.path, file.lines_added, file.lines_removed) for file in change.files]
    authors = [str(commit.author) for commit in commits]
    author = max(authors, key=authors.count) if authors else ""
    newest = datetime.fromtimestamp(past[-1].time if past else 0, UTC)
    at = commits[0].authored_at if commits else newest
    return past_change(author, at, subject=change.title, files=files)


def _telling(commits: Sequence[Commit]) -> Iterator[Commit]:
    return (commit for commit in commits if len(commit.parents) < 2)
