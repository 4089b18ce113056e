"""A new route, job or consumer tells nobody what it does, and those beside it do."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.observability.unobserved import Unobserved, unobserved
from weighbridge.landscape.test_files import stands_aside

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(778,),
    tags=("observability", "entry-points"),
)
_NAMED: Final = 3
_WORDS: Final = {"http": "route", "job": "job", "consumer": "consumer"}
_GIVES: Final = {"log": "a line of a log", "metric": "a metric", "span": "a span", "report": "a report"}


def check(case: Case) -> Iterator[Finding]:
    """One finding for each new entry point that gives no signal."""
    for path, file in case[CodeChange].files.items():
        if file.head is not None and not stands_aside(path):
            yield from (_finding(file, each) for each in unobserved(file.base, file.head))


def _finding(file: FileCode, found: Unobserved) -> Finding:
    names = ", ".join(f"`{name}`" for name in found.neighbours[:_NAMED])
    what = _WORDS[found.point.kind]
    return RULE.finding(
        f"the new {what} `{found.point.key}` gives no log, metric or trace, and {len(found.neighbours)} of {found.of} beside it"
        f" give {_GIVES[found.kind]} ({names})",
        file.at(found.line, symbol=found.symbol),
        anchor=f"unobserved {found.point.key}",
    )
