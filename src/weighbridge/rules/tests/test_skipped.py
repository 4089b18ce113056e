"""A test that was run is not run any more, or its failure counts for nothing."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.trials.changes import TrialFile, Trials, Uncollected
from weighbridge.landscape.trials.trial import Skip, Trial

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Trials,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1053,),
    tags=("tests",),
)


_MOST_DEAD = 200
"""Places that are never run, of one file, that are looked at."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each mark, name, early return or comment by which tests are no longer run."""
    trials = case[Trials]
    for file in trials.files:
        yield from _marked(file, trials)
        yield from _silenced(file)
        yield from _passed_by(file, trials)
        yield from _left_early(file)


def _marked(file: TrialFile, trials: Trials) -> Iterator[Finding]:
    fresh: dict[Skip, list[Trial]] = {}
    for before, after in file.kept:
        if before.skip is None and after.skip is not None:
            fresh.setdefault(after.skip, []).append(after)
    for skip, hit in fresh.items():
        how = "may fail from now on without anybody noticing" if skip.may_fail else _is_or_are(hit, "not run any more")
        reason = "" if skip.has_reason else ", and nothing says why"
        assert file.head is not None, "a kept test stands in head"
        called = {name for trial in hit for name in file.head.called_in(trial)}
        rewritten = sorted(called & trials.changed_names)
        beside = f"; the same change rewrites `{rewritten[0]}`, which it calls" if rewritten else ""
        yield RULE.finding(
            f"{_named(hit)} {how} (`{skip.mark}`){reason}{beside}",
            file.at(skip.line, symbol=hit[0].name),
            anchor=f"{skip.mark} {' '.join(t.name for t in hit)}",
            severity=Severity.MEDIUM if rewritten or not skip.has_reason else Severity.LOW,
        )


def _silenced(file: TrialFile) -> Iterator[Finding]:
    alone = [trial for trial in file.after if trial.is_only]
    silent = [trial for trial in file.after if not trial.is_only]
    if alone and silent and not any(trial.is_only for trial in file.before):
        yield RULE.finding(
            f"only {_named(alone)} {'is' if len(alone) == 1 else 'are'} run: the {counted(len(silent), 'other test')} of this file"
            f" {'is' if len(silent) == 1 else 'are'} passed over in silence",
            file.at(alone[0].line, symbol=alone[0].name),
            anchor=f"only {alone[0].name}",
            severity=Severity.HIGH,
        )


def _passed_by(file: TrialFile, trials: Trials) -> Iterator[Finding]:
    """Tests that still are written, where their runner does not see them."""
    hit: dict[tuple[str, str], list[tuple[Trial, Uncollected]]] = {}
    for trial in file.gone:
        found = trials.uncollected(file, trial) if trial.skip is None else None
        if found is not None:
            key = found.name if found.kind == "path" else "" if found.kind == "comment" else trial.name
            hit.setdefault((found.kind, key), []).append((trial, found))
    for pairs in hit.values():
        gone = [trial for trial, _ in pairs]
        first = pairs[0][1]
        stand = "stands" if len(gone) == 1 else "stand"
        where = {
            "path": f"{stand} in `{first.name}` now, where no runner looks for tests",
            "comment": f"{stand} in a comment now",
            "mark": "lacks now what its runner takes for the mark of a test",
            "name": f"is called `{first.name}` now, which no runner takes for a test",
        }[first.kind]
        yield RULE.finding(
            f"{_named(gone)} {where}, and so {'is' if len(gone) == 1 else 'are'} not run any more",
            first.place,
            anchor=f"{first.kind} {' '.join(t.name for t in gone)}",
        )


def _left_early(file: TrialFile) -> Iterator[Finding]:
    """Tests that leave before the first thing that they state."""
    for before, after in file.kept:
        if file.base is None or file.head is None or before.digest == after.digest:
            continue
        dead, was_dead = file.head.facts.unreachable[:_MOST_DEAD], file.base.facts.unreachable[:_MOST_DEAD]
        stated = file.head.statements.of(after)
        was = file.base.statements.of(before)
        is_dead = stated and all(any(first <= each.line <= last for first, last in dead) for each in stated)
        was_alive = any(not any(first <= each.line <= last for first, last in was_dead) for each in was)
        if is_dead and was_alive:
            first = min(start for start, end in dead if start <= stated[0].line <= end)
            yield RULE.finding(
                f"{_named([after])} leaves before it states anything: what stands from line {first} on is never run",
                file.at(first, symbol=after.name),
                anchor=f"unreachable {after.name}",
            )


def _named(hit: list[Trial]) -> str:
    others = len(hit) - 1
    return f"`{hit[0].own_name}`" + (f" and {counted(others, 'other test')}" if others else "")


def _is_or_are(hit: list[Trial], what: str) -> str:
    return f"{'is' if len(hit) == 1 else 'are'} {what}"
