"""zizmor finds something in a workflow that it did not find before."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.outsiders import taken_words
from weighbridge.landscape.infrastructure.pipelines.scans import Scans

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines, Scans),
    roles=(ROLE, "input:zizmor"),
    tags=("pipeline", "scanner"),
)
_JUDGED_HERE: Final = frozenset(
    {
        *("dangerous-triggers", "excessive-permissions", "insecure-commands", "secrets-inherit", "self-hosted-runner"),
        *("unpinned-uses", "unpinned-images"),
    }
)
"""Its audits whose weakness rules of ours judge, before and after."""
_WIDER: Final = "template-injection"
"""What a rule here judges too, and it tells of more: of names that only those may choose who may push."""


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each of its own that no rule of ours tells."""
    new = case[Scans].new
    if isinstance(new, CouldNotLook):
        yield new
        return
    told = {(each.path, words.line) for _, each in case[Pipelines].of_head for words in taken_words(each)}
    for each in new:
        if each.name in _JUDGED_HERE or (each.name == _WIDER and (each.path, each.line) in told):
            continue
        is_capped = each.name == _WIDER and each.severity.rank < Severity.MEDIUM.rank
        yield RULE.finding(
            f"{each.words} (zizmor: {each.name})",
            Place(path=each.path, line=each.line, end_line=each.line),
            anchor=f"{each.name} {each.key}",
            severity=Severity.MEDIUM if is_capped else each.severity,
            confidence=each.confidence,
        )
