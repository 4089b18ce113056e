"""What anybody writes becomes part of a script."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline, Text
from weighbridge.landscape.infrastructure.pipelines.outsiders import UNSECURE, runs_theirs_anyway, taken_words

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(94, 78),
    tags=("pipeline", "injection"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each expression of a step that is new there, and for each place at which output sets variables anew."""
    pipelines = case[Pipelines]
    whole = pipelines.whole_of_head
    known = {(each.step.label, each.words) for old in pipelines.before for each in taken_words(old)}
    known |= {(each.step.label, each.words) for old, _ in whole if old is not None for each in taken_words(old)}
    told: set[tuple[str, str]] = set()
    unsecure = {name for old in pipelines.before for name, _ in _unsecure(old)}
    for old, new in whole:
        is_open = bool(set(new.triggers) - {"push", "schedule", "workflow_dispatch", "release"}) or new.is_action
        was_closed = old is not None and not old.is_for_outsiders and new.is_for_outsiders
        for each in taken_words(new):
            key = (each.step.label, each.words)
            if (key in known and not was_closed) or (key in told and new.told_at is not None):
                continue
            told.add(key)
            is_idle = is_open and runs_theirs_anyway(new, each.job)
            more = "; from a fork that is no more than the files that it builds may do" if is_idle else ""
            yield RULE.finding(
                f"whoever chooses `{each.words}` writes a part of this script, and it runs with what the job has at hand{more}",
                new.at(each.line),
                anchor=f"{each.step.label} {each.words}",
                severity=Severity.CRITICAL
                if new.is_for_outsiders
                else Severity.HIGH
                if is_open and not is_idle
                else Severity.MEDIUM,
            )
    for _, new in pipelines.of_head:
        for name, value in _unsecure(new):
            if name not in unsecure:
                yield RULE.finding(
                    f"whatever {name} prints may set variables and paths of the steps after it",
                    new.at(value.line),
                    anchor=f"{UNSECURE} {name}",
                    severity=Severity.HIGH,
                )


def _unsecure(pipeline: Pipeline) -> Iterator[tuple[str, Text]]:
    places = [("any step", pipeline.env), *((f"`{job.name}`", job.env) for job in pipeline.jobs.values())]
    places += [(f"`{step.label}`", step.env) for _, step in pipeline.steps]
    for name, env in places:
        if UNSECURE in env and env[UNSECURE].value.lower() in ("true", "1"):
            yield name, env[UNSECURE]
