"""A pipeline destroys, and nobody has to start it."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.emptied import FOLLOWS
from weighbridge.landscape.infrastructure.images.changed import COMPOSE, DOCKERFILE, STARTED, Images
from weighbridge.landscape.infrastructure.images.starting import started_empty
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.destroying import destroyed
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines, Images),
    roles=(ROLE, DOCKERFILE, COMPOSE, STARTED),
    tags=("pipeline", "image", "data-loss"),
)
_VALUE: Final = re.compile(r"\$\{\{[^}]*\}\}|\$\{?\w+\}?|[\d.]+")
_LONGEST: Final = 100


def check(case: Case) -> Iterable[Finding]:
    """One finding for each command that destroys by itself from now on."""
    pipelines = case[Pipelines]
    known = {_key(each.command) for old in pipelines.before for each in destroyed(old)}
    for _, new in pipelines.of_head:
        yield from _new(new, known)
    yield from _of_containers(case[Images])


def _new(pipeline: Pipeline, known: set[str]) -> Iterable[Finding]:
    when = "by the clock" if "schedule" in pipeline.triggers and "push" not in pipeline.triggers else "with each push"
    for each in sorted(destroyed(pipeline), key=lambda each: (not each.is_grave, each.is_asked)):
        key = _key(each.command)
        if key in known:
            continue
        known.add(key)
        shown = each.command if len(each.command) <= _LONGEST else f"{each.command[:_LONGEST]}…"
        asked = "where somebody starts a deployment, who is not asked about that" if each.is_asked else ""
        yield RULE.finding(
            f"`{each.job.name}` runs `{shown}` {asked or f'{when}, and nobody is asked first'}",
            pipeline.at(each.line),
            anchor=f"{each.job.name} {key}",
            severity=Severity.HIGH if each.is_grave else Severity.MEDIUM,
        )


def _of_containers(images: Images) -> Iterable[Finding]:
    """What containers empty each time they start, and did not."""
    known = {_key(each.command.key) for each in started_empty(images, Side.BASE)}
    for each in started_empty(images, Side.HEAD):
        key = _key(each.command.key)
        if key in known:
            continue
        known.add(key)
        lost = "what the schema does not name" if FOLLOWS.search(each.command.words) else "what is stored"
        yield RULE.finding(
            f"{each.by} runs `{each.command.words[:_LONGEST]}`: {lost} is gone {each.when}, and nobody is asked first",
            each.place,
            anchor=f"{each.by} {key}",
            severity=Severity.HIGH if each.command.is_grave and each.is_sure else Severity.MEDIUM,
            confidence=Confidence.MEDIUM if each.command.is_grave else Confidence.LOW,
        )


def _key(command: str) -> str:
    return _VALUE.sub("", command)
