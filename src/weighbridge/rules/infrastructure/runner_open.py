"""A machine of one's own runs what others propose."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(829,),
    tags=("pipeline", "exposure"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each job that does so and did not."""
    for old, new in case[Pipelines].of_head:
        known = set(_open(old)) if old is not None else set()
        for name in _open(new):
            if name not in known:
                job = new.jobs[name]
                event = next(each for each in new.triggers if new.is_for_outsiders or each == "pull_request")
                yield RULE.finding(
                    f"on `{event}` what others propose runs in `{name}` on a machine of your own: what it leaves there, the next job meets",
                    new.at(job.lines.get("runs-on", job.line)),
                    anchor=name,
                    severity=Severity.HIGH if new.is_for_outsiders else Severity.MEDIUM,
                )


def _open(pipeline: Pipeline) -> Iterable[str]:
    """The jobs on machines of one's own that run for what others propose."""
    if not pipeline.is_for_outsiders and "pull_request" not in pipeline.triggers:
        return
    for job in pipeline.jobs.values():
        if "self-hosted" in job.runner and "head.repo" not in job.condition and "event_name" not in job.condition:
            yield job.name
