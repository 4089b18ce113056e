"""What checked a change counts for less than before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.checks import softened
from weighbridge.landscape.infrastructure.pipelines.scanning import unscanned

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    tags=("pipeline", "protection"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each check that may fail now, never runs, or is gone."""
    pipelines = case[Pipelines]
    for pair in pipelines.pairs:
        for each in (*softened(pair, pipelines), *unscanned(pair, pipelines)):
            severity = Severity.HIGH if each.is_grave else Severity.MEDIUM
            yield RULE.finding(each.words, each.pipeline.at(each.line), anchor=each.key, severity=severity)
