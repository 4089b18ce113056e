"""A new file's name is not what it seems."""

from collections.abc import Iterable

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.paths import path_oddities

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change,),
    weaknesses=(1007, 451),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each path that head has and base had not."""
    for file in case[Change].files:
        if file.head is None or (file.base is not None and file.base.path == file.head.path):
            continue
        oddities = list(path_oddities(file.path))
        if oddities:
            yield RULE.finding("; ".join(oddities), Place(path=file.path), anchor="the name")
