"""A workflow merges what nobody has looked at."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.merging import Merging, merging

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(284,),
    tags=("pipeline", "review"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each job that merges, and did not or waited for the branch's rules."""
    pipelines = case[Pipelines]
    known = {each.job.name: each for old in pipelines.before for each in merging(old)}
    for _, new in pipelines.of_head:
        for each in merging(new):
            was = known.get(each.job.name)
            if was is None or (was.waits and not each.waits) or (each.is_forced and not was.is_forced):
                yield RULE.finding(each.words, new.at(each.line), anchor=each.job.name, severity=_severity(each))


def _severity(each: Merging) -> Severity:
    """Where the branch's rules hold, somebody may still have to approve; what bots propose is most often a version."""
    if each.is_forced:
        return Severity.HIGH
    return Severity.HIGH if each.is_own and not each.waits and not each.is_of_bots else Severity.MEDIUM
