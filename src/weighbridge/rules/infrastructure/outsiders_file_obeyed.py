"""What an outsider's run left is obeyed by a job that has rights."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.leftovers import obeyed

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(829, 94),
    tags=("pipeline", "injection"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each place at which a job does so and did not."""
    pipelines = case[Pipelines]
    before = {(each.job.name, each.words) for old in pipelines.before for each in obeyed(old)}
    for _, new in pipelines.of_head:
        found = [each for each in obeyed(new) if (each.job.name, each.words) not in before]
        for each in found if pipelines.is_for_outsiders(new) else ():
            yield RULE.finding(
                f"`{each.job.name}` {each.words}; anybody can cause that run, and this one has secrets or a token that may write",
                new.at(each.line),
                anchor=f"{each.job.name} {each.words}",
                severity=Severity.CRITICAL if each.is_grave else Severity.MEDIUM,
            )
