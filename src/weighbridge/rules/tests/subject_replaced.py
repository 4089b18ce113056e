"""A test puts a double in the place of what it tries."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.trials.changes import TrialFile, Trials
from weighbridge.landscape.trials.doubles import Replaced, replaced_in, replaced_module
from weighbridge.landscape.trials.trial import Trial

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Trials,),
    roles=("python", "javascript", "typescript", "tsx", "java"),
    weaknesses=(1053,),
    tags=("tests",),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each new or changed test that asks the double it made, and for each module that its own tests replace."""
    for file in case[Trials].files:
        before = {trial.name: trial for trial in file.before}
        for trial in file.after:
            was = before.get(trial.name)
            if was is None or was.digest != trial.digest:
                yield from _of_test(file, trial, was=was)
        yield from _of_module(file)


def _of_test(file: TrialFile, trial: Trial, *, was: Trial | None) -> Iterator[Finding]:
    assert file.head is not None, "a test of head stands in head"
    old = {each.name for each in replaced_in(file.base, was)} if file.base is not None and was is not None else set()
    for each in replaced_in(file.head, trial):
        if each.name not in old:
            yield RULE.finding(
                f"`{trial.own_name}` puts a double in the place of `{each.name}` and then tries `{each.name}`: what it sees is the double",
                file.at(each.asked, symbol=trial.name),
                anchor=f"{trial.name} {each.name}",
                related=(RelatedPlace(place=file.at(each.line, symbol=trial.name), message="the double"),),
            )


def _of_module(file: TrialFile) -> Iterator[Finding]:
    if file.head is None or not file.after:
        return
    found: Replaced | None = replaced_module(file.head.path, file.head.facts)
    if found is None or not any(r.touches(found.line, found.line) for r in file.file.change.added):
        return
    yield RULE.finding(
        f"this file of tests of `{found.name}` replaces all of `{found.name}` by doubles",
        file.at(found.line),
        anchor=f"module {found.name}",
    )
