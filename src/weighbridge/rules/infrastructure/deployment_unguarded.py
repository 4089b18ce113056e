"""A deployment waits for less than before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.guards import unguarded

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(862,),
    tags=("pipeline", "protection"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing that a deployment no longer waits for."""
    pipelines = case[Pipelines]
    for pair in pipelines.pairs:
        for each in unguarded(pair, pipelines):
            severity = Severity.HIGH if each.is_grave else Severity.MEDIUM
            yield RULE.finding(each.words, each.pipeline.at(each.line), anchor=each.key, severity=severity)
