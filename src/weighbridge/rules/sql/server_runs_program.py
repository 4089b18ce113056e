"""A migration has the database's server run a program, or read or write a file of its own."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Run
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    weaknesses=(78,),
    tags=(
        "sql",
        "access",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement."""
    for step in case[SqlChange].all_steps():
        act = step.act
        if not isinstance(act, Run) or act.kind != "copy":
            continue
        words = words_of(step.deed.text)
        for pattern, what, severity in _DONE:
            if pattern.search(words):
                yield RULE.finding(what, step.place, anchor=step.anchor, severity=severity)
                break


_DONE: Final = (
    (
        LatePattern(r"^copy\b.* to program\b"),
        "the server gives the rows to a program that runs as whoever runs the database: they leave it by a way that no right guards",
        Severity.HIGH,
    ),
    (
        LatePattern(r"^copy\b.* from program\b"),
        "the server runs a program as whoever runs the database, and keeps what it says as rows",
        Severity.HIGH,
    ),
    (
        LatePattern(r"^copy\b.* to ''"),
        "the rows are written to a file of the server's: whoever reads its disk has them, whatever rights say",
        Severity.HIGH,
    ),
)
