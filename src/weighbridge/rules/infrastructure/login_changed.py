"""A pipeline acts as another one in a cloud."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.environments import is_for_trials
from weighbridge.landscape.infrastructure.pipelines.logins import Exchanged, exchanged
from weighbridge.landscape.infrastructure.pipelines.model import Job

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(250,),
    tags=("pipeline", "iam"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each login of a job that names another one."""
    pipelines = case[Pipelines]
    for old, new in pipelines.of_head:
        for job in new.jobs.values():
            was = pipelines.counterpart(job, old)
            for each in exchanged(was, job) if was is not None else ():
                if each.is_wide or not each.is_filled_in:
                    yield RULE.finding(
                        _words(each, job),
                        new.at(each.line),
                        anchor=f"{job.name} {each.setting}",
                        severity=_severity(each, job),
                    )


def _words(each: Exchanged, job: Job) -> str:
    words = f"`{job.name}` acts as `{each.now}`, and acted as `{each.was}`"
    if each.is_wide:
        return f"{words}: by its name it may do all there is to do, and so may each action and script of the job"
    if each.is_elsewhere:
        return f"{words}: what it does, it does to another account"
    return f"{words}: what that one may do, nothing here says"


def _severity(each: Exchanged, job: Job) -> Severity:
    is_grave = each.is_elsewhere or (each.is_wide and "$" not in each.now)
    return Severity.HIGH if is_grave and not is_for_trials(job.environment) else Severity.MEDIUM
