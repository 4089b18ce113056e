"""A pipeline destroys, and nobody has to start it."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.destroying import destroyed
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    tags=("pipeline", "data-loss"),
)
_VALUE: Final = re.compile(r"\$\{\{[^}]*\}\}|\$\{?\w+\}?|[\d.]+")
_LONGEST: Final = 100


def check(case: Case) -> Iterable[Finding]:
    """One finding for each command that destroys by itself from now on."""
    pipelines = case[Pipelines]
    known = {_key(each.command) for old in pipelines.before for each in destroyed(old)}
    for _, new in pipelines.of_head:
        yield from _new(new, known)


def _new(pipeline: Pipeline, known: set[str]) -> Iterable[Finding]:
    when = "by the clock" if "schedule" in pipeline.triggers and "push" not in pipeline.triggers else "with each push"
    for each in destroyed(pipeline):
        key = _key(each.command)
        if key in known:
            continue
        known.add(key)
        shown = each.command if len(each.command) <= _LONGEST else f"{each.command[:_LONGEST]}…"
        yield RULE.finding(
            f"`{each.job.name}` runs `{shown}` {when}, and nobody is asked first",
            pipeline.at(each.line),
            anchor=f"{each.job.name} {key}",
            severity=Severity.HIGH if each.is_grave else Severity.MEDIUM,
        )


def _key(command: str) -> str:
    return _VALUE.sub("", command)
