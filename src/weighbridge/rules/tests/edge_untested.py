"""New code asks about a value at the edge, and no test of the function has one."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test, stands_aside
from weighbridge.landscape.trials.edges import edges

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1059,),
    tags=("tests",),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each value that a condition asks about for the first time, and that no test of its function holds."""
    for path, file in case[CodeChange].files.items():
        if is_test(path) or stands_aside(path):
            continue
        for edge in edges(file, case[Landscapes].head):
            more = f" and {counted(len(edge.tests) - 1, 'other file')}" if edge.tests[1:] else ""
            yield RULE.finding(
                f"`{edge.function}` asks now whether `{edge.name}` is {edge.words}, and no test that names it has such a value"
                f" ({edge.tests[0]}{more})",
                file.at(edge.line, symbol=edge.function),
                anchor=f"{edge.function} {edge.name} {edge.words}",
            )
