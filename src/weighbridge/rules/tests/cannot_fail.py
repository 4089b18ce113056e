"""A test is added or changed that passes whatever the code does."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.trials.changes import TrialFile, Trials
from weighbridge.landscape.trials.futile import Futile, Why, futile_in, states_nothing
from weighbridge.landscape.trials.trial import Trial

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Trials,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1053, 570, 571),
    tags=("tests",),
)

_WORDS: Final[Mapping[Why, str]] = {
    Why.CONSTANT: "states what is true of itself",
    Why.ITSELF: "compares something with itself",
    Why.UNSAID: "says of what it expects something, and not what",
    Why.UNAWAITED: "states something of a promise that nobody waits for: it is over before that is known",
    Why.SWALLOWED: "catches its own failure here, and goes on as if there was none",
    Why.ONLY_WHEN_RAISED: "states something only where an error is caught: where none is raised, it passes",
    Why.OWN_ANSWER: "asks a double for what it was told to answer, and nothing that uses it",
}


def check(case: Case) -> Iterable[Finding]:
    """One finding for each line by which a new or changed test cannot fail."""
    for file in case[Trials].files:
        before = {trial.name: trial for trial in file.before}
        for trial in file.after:
            was = before.get(trial.name)
            if was is None or was.digest != trial.digest:
                yield from _of_test(file, trial, was=was)


def _of_test(file: TrialFile, trial: Trial, *, was: Trial | None) -> Iterator[Finding]:
    assert file.head is not None, "a test of head stands in head"
    known = {each.why for each in futile_in(file.base, was)} if file.base is not None and was is not None else set()
    for each in futile_in(file.head, trial):
        if each.why not in known and (each.is_all or each.why is not Why.CONSTANT):
            yield _finding(file, trial, each=each)
    if was is None and file.base is not None and states_nothing(file.head, trial):
        yield RULE.finding(
            f"`{trial.own_name}` runs something and states nothing of it, unlike the tests around it",
            file.at(trial.line, symbol=trial.name),
            anchor=f"{Why.NOTHING} {trial.name}",
            severity=Severity.LOW,
            confidence=Confidence.MEDIUM,
        )


def _finding(file: TrialFile, trial: Trial, *, each: Futile) -> Finding:
    return RULE.finding(
        f"`{trial.own_name}` {_WORDS[each.why]}" + (", and so cannot fail" if each.is_all else ""),
        file.at(each.line, symbol=trial.name),
        anchor=f"{each.why} {trial.name}",
        severity=Severity.MEDIUM if each.is_all or each.why is Why.UNAWAITED else Severity.LOW,
    )
