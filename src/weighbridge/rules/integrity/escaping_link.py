"""A symbolic link leads out of the tree, or into git's own folder."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import Change, Mode
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.paths import link_target_problem

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes),
    weaknesses=(59,),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each link that is new or now leads elsewhere."""
    content = case[ChangedBytes]
    return content.or_unread(_found(case[Change], content))


def _found(change: Change, content: ChangedBytes) -> Iterator[Finding]:
    for file in change.files:
        if file.head is None or file.head.mode is not Mode.SYMLINK:
            continue
        target = content.text(file.path, Side.HEAD)
        problem = link_target_problem(file.path, target)
        if problem:
            yield RULE.finding(f"the link to {target[:200]!r} {problem}", Place(path=file.path), anchor=target)
