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
    sides = [
        (
            commands(pair.old, unchecked) if pair.old is not None else (),
            commands(pair.new, unchecked) if pair.new is not None else (),
        )
        for pair in case[Pipelines].pairs
    ]
    sides += [
        (
            commands_of(old, unchecked) if old is not None else (),
            commands_of(new, unchecked) if new is not None else (),
        )
        for old, new in case[Images].built
    ]
    for before, now in sides:
        known = {each.key for each, _ in before}
        for each, place in now:
            if each.key not in known:
                known.add(each.key)
                yield RULE.finding(each.words, place, anchor=each.key)
