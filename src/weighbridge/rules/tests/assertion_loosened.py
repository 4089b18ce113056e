"""A test that stays states less than it did."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.model import Name
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.trials.assertions import Assertion
from weighbridge.landscape.trials.changes import TrialFile, Trials
from weighbridge.landscape.trials.loosening import Compared, Loosened, calls_of, compared, names_of
from weighbridge.landscape.trials.trial import Trial

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Trials,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1053,),
    tags=("tests",),
)

_LONGEST: Final = 100


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement that forbids less, and one for each test that lost some."""
    trials = case[Trials]
    for file in trials.files:
        for before, after in file.kept:
            if before.skip is None and after.skip is None:
                yield from _of_test(file, before, after=after, trials=trials)


def _of_test(file: TrialFile, before: Trial, *, after: Trial, trials: Trials) -> Iterator[Finding]:
    found = compared(file, before, after=after)
    for each in found.loosened:
        yield _looser(file, after, each=each, trials=trials)
    gone = [
        each
        for each in found.gone
        if not names_of(each) & trials.vanished and not _is_of_gone_double(file, after, each=each)
    ]
    if gone:
        yield _fewer(file, after, gone=gone, found=found, trials=trials)


def _is_of_gone_double(file: TrialFile, after: Trial, *, each: Assertion) -> bool:
    """Whether a statement was about how often a double was called that the test does not have any more."""
    is_of_double = each.how.startswith("assert_") and isinstance(each.subject, Name)
    if not is_of_double or file.head is None or not isinstance(each.subject, Name):
        return False
    return each.subject.id not in file.head.names_in(after)


def _looser(file: TrialFile, after: Trial, *, each: Loosened, trials: Trials) -> Finding:
    assert file.base is not None, "what was stated stands in the base"
    assert file.head is not None, "what is stated stands in head"
    line = each.after.line if each.after else after.line
    was, now = _quoted(file.base.lines, each.before.line), _quoted(file.head.lines, line)
    is_said = was != now
    words = f"`{was}` is `{now}` now" if is_said else f"`{each.was}` is `{each.now}` now"
    rewritten = sorted(calls_of(each.before.subject) & trials.changed_names)
    beside = f", in a change that rewrites `{rewritten[0]}`" if rewritten else ""
    return RULE.finding(
        f"`{after.own_name}` states less: {words}{beside}",
        file.at(line, symbol=after.name),
        anchor=f"{after.name} {was} {now}",
        related=(RelatedPlace(place=file.at(each.before.line, side=Side.BASE), message="what it stated"),),
        severity=Severity.LOW if each.is_slight and not rewritten else Severity.MEDIUM,
    )


def _fewer(file: TrialFile, after: Trial, *, gone: list[Assertion], found: Compared, trials: Trials) -> Finding:
    assert file.base is not None, "what was stated stands in the base"
    rewritten = sorted({name for each in gone for name in calls_of(each.subject)} & trials.changed_names)
    beside = f", in a change that rewrites `{rewritten[0]}`" if rewritten else ""
    more = f" and {counted(len(gone) - 1, 'other statement')}" if gone[1:] else ""
    words = "states nothing any more" if found.is_left_bare else "states less"
    verb = "are" if gone[1:] else "is"
    return RULE.finding(
        f"`{after.own_name}` {words}: `{_quoted(file.base.lines, gone[0].line)}`{more} {verb} gone{beside}",
        file.at(after.line, symbol=after.name),
        anchor=f"{after.name} gone {_quoted(file.base.lines, gone[0].line)}",
        related=tuple(
            RelatedPlace(place=file.at(each.line, side=Side.BASE), message="what it stated") for each in gone[:10]
        ),
        severity=Severity.MEDIUM if found.is_left_bare or rewritten else Severity.LOW,
        confidence=Confidence.HIGH if found.is_left_bare or rewritten else Confidence.MEDIUM,
    )


def _quoted(lines: Iterable[str], number: int) -> str:
    found = list(lines)
    line = " ".join(found[number - 1].split()) if 0 < number <= len(found) else ""
    for sign in ("  #", " //"):
        line = line.partition(sign)[0].rstrip()
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
