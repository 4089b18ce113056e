"""Risk against what really was taken back, and the price of asking: `python -m benchmarks.risk ranking|history FOLDER…`.

`ranking`: every change of a checkout's main line is measured as of its own time; those that a later message takes back
("This reverts commit …") are the ones to find. Undetected mistakes count as good here, so all figures are low; what
tells is the distance to the plain baseline. `history`: CPU time of asking for the newest change's risk, first with
nothing kept, then with everything but one change kept.
"""

import argparse
import re
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scripts.write_status import Row

from benchmarks.measuring import Silence, keep
from weighbridge.adapters.cache.history import SqliteHistoryCache
from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.assess_risk import assess_risk
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.ids import ObjectId
from weighbridge.risk.features import Feature, Features, measure_all
from weighbridge.risk.model import RankMean
from weighbridge.risk.past import PastChange, past_change

_REVERTS = re.compile(rb"This reverts commit ([0-9a-f]{40})")
_MOST = 30_000
_FEWEST_REVERTED = 20


def auc(scores: Sequence[float], *, labels: Sequence[bool]) -> float:
    """The chance that one that was taken back scores above one that was not; ties count half."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks, start = 0.0, 0
    while start < len(order):
        end = start
        while end < len(order) and scores[order[end]] == scores[order[start]]:
            end += 1
        ranks += sum(labels[i] for i in order[start:end]) * (start + 1 + end) / 2
        start = end
    found = sum(labels)
    return (ranks - found * (found + 1) / 2) / (found * (len(labels) - found))


def captured(scores: Sequence[float], *, labels: Sequence[bool], share: float) -> float:
    """How many of those taken back, in per cent, are among the `share` with the highest scores."""
    order = sorted(range(len(scores)), key=lambda i: -scores[i])[: int(len(scores) * share)]
    return 100 * sum(labels[i] for i in order) / sum(labels)


def main_line(folder: Path) -> tuple[list[ObjectId], list[PastChange]]:
    """The changes that led to the checkout's head, oldest first."""
    with open_repository(folder) as repository:
        head = subprocess.run(["git", "-C", folder, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
        oids = repository.ancestors(ObjectId(head.stdout.strip()), _MOST).oids
        commits = list(repository.historic_commits(oids))[::-1]
    kept = [past_change(c.author, c.authored_at, subject=c.subject, files=c.files) for c in commits]
    return [c.oid for c in commits], kept


def ranking(folder: Path) -> Iterator[Row]:
    """The figures of one checkout."""
    told = subprocess.run(["git", "-C", folder, "log", "--all", "--format=%B"], capture_output=True, check=True).stdout
    reverted = {text.decode() for text in _REVERTS.findall(told)}
    oids, changes = main_line(folder)
    labels = [oid in reverted for oid in oids]
    if sum(labels) < _FEWEST_REVERTED:
        return
    measured, _ = measure_all(changes, changes[-1])
    score = RankMean().fit(measured, measured[-1])
    note = f"{sum(labels)} of {len(labels):,} changes were taken back"
    rows: dict[str, Callable[[Features], float]] = {"rank-mean": score, "added lines": lambda f: f[Feature.ADDED]}
    for name, scored in rows.items():
        scores = [scored(features) for features in measured]
        yield Row(item=f"{folder.name}: {name}", figure=round(auc(scores, labels=labels), 3), unit="AUC", note=note)
        for share in (0.1, 0.2, 0.5):
            figure = round(captured(scores, labels=labels, share=share))
            yield Row(item=f"{folder.name}: {name}, found in the top {share:.0%}", figure=figure, unit="%")


def history(folder: Path) -> Iterator[Row]:
    """CPU seconds, those of git included."""
    with tempfile.TemporaryDirectory() as kept:
        cache = SqliteHistoryCache(Path(kept))
        yield Row(item=f"{folder.name}: nothing kept", figure=_seconds(folder, cache, text="HEAD~2..HEAD~1"), unit="s")
        yield Row(
            item=f"{folder.name}: all but one change kept",
            figure=_seconds(folder, cache, text="HEAD~1..HEAD"),
            unit="s",
            goal=0.2,
        )


def _seconds(folder: Path, cache: SqliteHistoryCache, *, text: str) -> float:
    with open_repository(folder) as repository:
        change = repository.change(ChangeRequest(range_text=text))
        before = _used()
        assess_risk(repository, change, cache=cache, progress=Silence())
    return round(_used() - before, 3)


def _used() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def main() -> None:
    """Measure, show, and keep the run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("ranking", "history"))
    parser.add_argument("folders", nargs="+", type=Path)
    asked = parser.parse_args()
    measure = ranking if asked.what == "ranking" else history
    rows = [row for folder in asked.folders for row in measure(folder)]
    keep(f"risk-{asked.what}", rows, command=f"python -m benchmarks.risk {asked.what} FOLDER…")


if __name__ == "__main__":
    main()
