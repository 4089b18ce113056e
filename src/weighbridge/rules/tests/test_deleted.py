"""Tests are deleted while what they tried is still there."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.trials.changes import TrialFile, Trials
from weighbridge.landscape.trials.trial import Trial

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Change, Trials),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1053,),
    tags=("tests",),
)

MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding]:
    """One finding for each file that loses tests without a reason that the change shows."""
    trials = case[Trials]
    is_undone = case[Change].title.lstrip().lower().startswith("revert")
    for file, lost in trials.lost:
        unexplained = [trial for trial in lost if not _is_explained(file, trial, trials=trials)]
        if unexplained:
            yield _told(file, unexplained, trials=trials, is_undone=is_undone)


def _is_explained(file: TrialFile, trial: Trial, *, trials: Trials) -> bool:
    """Whether what a test speaks of is gone as well, or it was run by nobody, or is now only called otherwise."""
    if file.base is None or (trial.skip is not None and not trial.skip.may_fail):
        return True
    spoken = file.base.names_in(trial) if file.head is not None else file.base.words
    return bool(spoken & trials.vanished) or trials.uncollected(file, trial) is not None


def _told(file: TrialFile, lost: list[Trial], *, trials: Trials, is_undone: bool) -> Finding:
    assert file.base is not None, "only tests that were read are lost"
    first, side = lost[0], Side.BASE
    names = {name for trial in lost for name in file.base.called_in(trial)}
    changed = sorted(names & trials.changed_names)
    shown = f"`{first.own_name}`" + (f" and {counted(len(lost) - 1, 'other test')}" if lost[1:] else "")
    is_one = len(lost) == 1
    what = f"{'is' if is_one else 'are'} deleted, and what {'it' if is_one else 'they'} tried is still there"
    beside = f": the same change rewrites `{changed[0]}`, which {'it' if is_one else 'they'} called" if changed else ""
    return RULE.finding(
        f"{shown} {what}{beside}",
        file.at(first.line, symbol=first.name, side=side),
        anchor=" ".join(trial.name for trial in lost),
        related=tuple(
            RelatedPlace(place=file.at(t.line, symbol=t.name, side=side), message="deleted with it")
            for t in lost[1:MOST_SHOWN]
        ),
        severity=Severity.LOW if is_undone else Severity.MEDIUM,
        confidence=Confidence.HIGH if changed else Confidence.MEDIUM,
    )
