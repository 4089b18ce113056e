"""A submodule's commit changes, and what it brings is not in this review."""

from collections.abc import Iterable

from weighbridge.domain.change import Blob, Change, Mode
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change,),
    weaknesses=(829,),
    tags=("integrity", "supply-chain"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each submodule that is added or moved."""
    for file in case[Change].files:
        if file.head is None or file.head.mode is not Mode.SUBMODULE:
            continue
        yield RULE.finding(
            f"{_before(file.base)} commit {file.head.oid[:12]} of another repository: its code is not part of this review",
            Place(path=file.path),
            anchor=file.head.oid,
        )


def _before(base: Blob | None) -> str:
    if base is None:
        return "this is now"
    return f"it moves from {base.oid[:12]} to" if base.mode is Mode.SUBMODULE else "a file of this repository becomes"
