"""A script sends all that its run knows to somebody, the secrets among it."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.images.changed import DOCKERFILE, Images
from weighbridge.landscape.infrastructure.images.recipes import commands_of
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.scripts import commands
from weighbridge.landscape.infrastructure.sent import sent_away

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines, Images),
    roles=(ROLE, DOCKERFILE),
    weaknesses=(200, 506),
    tags=("pipeline", "image", "secrets", "supply-chain"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each address to which a file sends them, and did not."""
    pipelines, images = case[Pipelines], case[Images]
    before = {each.key for old in pipelines.before for each, _ in commands(old, sent_away)}
    before |= {each.key for old in images.before for each, _ in commands_of(old, sent_away)}
    found = [each for _, new in pipelines.of_head for each in commands(new, sent_away)]
    found += [each for _, new in images.built if new is not None for each in commands_of(new, sent_away)]
    for each, place in found:
        if each.key not in before:
            before.add(each.key)
            yield RULE.finding(f"{each.words}: whoever reads there has what these open", place, anchor=each.key)
