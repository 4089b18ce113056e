"""Something is fetched without asking who sends it."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.commands import unchecked
from weighbridge.landscape.infrastructure.images.changed import DOCKERFILE, Images
from weighbridge.landscape.infrastructure.images.recipes import commands_of
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.scripts import commands

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines, Images),
    roles=(ROLE, DOCKERFILE),
    weaknesses=(295, 347),
    tags=("pipeline", "image", "supply-chain"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each kind of check that a file switches off and did not."""
    pipelines, images = case[Pipelines], case[Images]
    before = {each.key for old in pipelines.before for each, _ in commands(old, unchecked)}
    before |= {each.key for old in images.before for each, _ in commands_of(old, unchecked)}
    found = [commands(new, unchecked) for _, new in pipelines.of_head]
    found += [commands_of(new, unchecked) for _, new in images.built if new is not None]
    for of_file in found:
        known = set(before)
        for each, place in of_file:
            if each.key not in known:
                known.add(each.key)
                yield RULE.finding(each.words, place, anchor=each.key)
