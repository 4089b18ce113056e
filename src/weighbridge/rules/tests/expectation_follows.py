"""A change that says it changes no behaviour changes what tests expect."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.trials.changes import TrialFile, Trials
from weighbridge.landscape.trials.loosening import Followed, calls_of, compared
from weighbridge.landscape.trials.trial import Trial

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Change, Trials),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1053,),
    tags=("tests", "intent"),
)

_SAYS_SAME: Final = LatePattern(
    r"^(?:refactor|style|docs|chore|cleanup|clean up|reformat|format|lint|typo|rename|build|ci)\b"
)
_SAID_SAME: Final = LatePattern(r"\bno (?:functional|behaviou?r(?:al)?) changes?\b|\bpure(?:ly)? (?:a )?refactor")
_LONGEST: Final = 90
_BREAKS: Final = LatePattern(r"^\w+(?:\([^)]*\))?!:|BREAKING")


def check(case: Case) -> Iterable[Finding]:
    """One finding for each file in which a value that is expected of rewritten code becomes another."""
    change, trials = case[Change], case[Trials]
    title = change.title.strip()
    says_same = bool(
        _SAYS_SAME.search(title.lower())
        or _SAID_SAME.search(title.lower())
        or _SAID_SAME.search(change.description[:2000].lower())
    )
    if not says_same or _BREAKS.search(title) or not trials.changed_names:
        return
    for file in trials.files:
        found = list(_followed(file, trials))
        if found:
            yield _finding(file, found, title=title)


def _followed(file: TrialFile, trials: Trials) -> Iterator[tuple[Trial, Followed, str]]:
    for before, after in file.kept:
        for each in compared(file, before, after=after).followed:
            rewritten = sorted(calls_of(each.before.subject) & trials.changed_names)
            if rewritten:
                yield after, each, rewritten[0]


def _finding(file: TrialFile, found: list[tuple[Trial, Followed, str]], *, title: str) -> Finding:
    assert file.base is not None, "what was expected stands in the base"
    assert file.head is not None, "what is expected stands in head"
    trial, first, rewritten = found[0]
    was, now = _quoted(file.base.lines, first.before.line), _quoted(file.head.lines, first.after.line)
    more = f", and {counted(len(found) - 1, 'other expectation')} with it" if found[1:] else ""
    return RULE.finding(
        f"the change says that it is none of behaviour (“{title[:_LONGEST]}”) and rewrites `{rewritten}` and what `{trial.own_name}`"
        f" expects of it: `{was}` is `{now}` now{more}",
        file.at(first.after.line, symbol=trial.name),
        anchor=f"{trial.name} {was}",
        related=(RelatedPlace(place=file.at(first.before.line, side=Side.BASE), message="what it expected"),),
    )


def _quoted(lines: Iterable[str], number: int) -> str:
    found = list(lines)
    line = " ".join(found[number - 1].split()) if 0 < number <= len(found) else ""
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
