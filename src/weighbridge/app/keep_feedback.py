"""Keep what people say of findings as data, and measure each rule's precision by it."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct

from weighbridge.app.explain import UnknownNameError, explain
from weighbridge.app.recollection import Recollection
from weighbridge.domain.findings import Finding, WeighedFinding
from weighbridge.domain.ids import Fingerprint, RuleId

VERSION: Final = 1
FEEDBACK_PATH: Final = ".weighbridge/feedback.jsonl"
LONGEST_NOTE: Final = 2_000


class Feedback(Struct, frozen=True, kw_only=True):
    """One person's word on one finding."""

    rule: RuleId
    fingerprint: Fingerprint
    path: str
    message: str
    severity: str
    confidence: str
    is_true: bool
    at: str
    note: str = ""


class Precision(Struct, frozen=True, kw_only=True):
    """How often a rule was right, of the findings somebody spoke of."""

    rule: RuleId
    right: int
    wrong: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.right / (self.right + self.wrong)


class Notebook(Protocol):
    """Where lines are added to, and read from, in the order they were written."""

    def add(self, line: str) -> str:
        """Add a line; where it went, for telling. Raises `OutputError` of whoever keeps it."""

    def lines(self) -> Iterable[str]:
        """All lines that are there."""


def finding_named(name: str, recollection: Recollection | None) -> Finding:
    """The finding of the last package whose id is or begins with `name`. Raises `UnknownNameError`."""
    explanation = explain(name, (), recall=lambda: recollection)
    if not isinstance(explanation.evidence, WeighedFinding):
        raise UnknownNameError(f"{name!r} is not a finding: feedback is given on findings")
    return explanation.evidence.finding


def feedback_on(finding: Finding, *, is_true: bool, note: str, at: datetime) -> Feedback:
    """What is kept of one person's word; nothing of the code itself."""
    return Feedback(
        rule=finding.rule,
        fingerprint=finding.fingerprint,
        path=finding.place.path,
        message=finding.message,
        severity=finding.severity,
        confidence=finding.confidence,
        is_true=is_true,
        at=at.isoformat(timespec="seconds"),
        note=note[:LONGEST_NOTE],
    )


def feedback_line(feedback: Feedback) -> str:
    """The line that is kept."""
    verdict = "true" if feedback.is_true else "false"
    return json.dumps(
        {
            "version": VERSION,
            "at": feedback.at,
            "rule": feedback.rule,
            "fingerprint": feedback.fingerprint,
            "verdict": verdict,
            "path": feedback.path,
            "message": feedback.message,
            "severity": feedback.severity,
            "confidence": feedback.confidence,
            "note": feedback.note,
        }
    )


class Summary(Struct, frozen=True, kw_only=True):
    """Every rule somebody spoke of, the least precise first, and how many lines were none of ours."""

    rules: tuple[Precision, ...]
    unread: int = 0


def summarise(lines: Iterable[str]) -> Summary:
    """The measured precision of each rule; of two words on one finding the later counts."""
    said: dict[tuple[str, str], bool] = {}
    unread = 0
    for line in lines:
        if not line.strip():
            continue
        word = _read(line)
        if word is None:
            unread += 1
        else:
            said[word[0], word[1]] = word[2]
    rules = sorted({rule for rule, _ in said})
    ranked = sorted(_precisions(rules, said), key=lambda p: (p.share, -p.wrong, p.rule))
    return Summary(rules=tuple(ranked), unread=unread)


def _precisions(rules: Iterable[str], said: dict[tuple[str, str], bool]) -> Iterator[Precision]:
    for rule in rules:
        words = [is_true for (other, _), is_true in said.items() if other == rule]
        yield Precision(rule=RuleId(rule), right=sum(words), wrong=len(words) - sum(words))


def _read(line: str) -> tuple[str, str, bool] | None:
    try:
        row = json.loads(line)
        verdict = row["verdict"]
        known = isinstance(row["rule"], str) and isinstance(row["fingerprint"], str) and verdict in ("true", "false")
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return (row["rule"], row["fingerprint"], verdict == "true") if known else None
