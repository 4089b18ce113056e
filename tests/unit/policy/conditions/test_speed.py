"""How long two hundred conditions take, on a change of a thousand files with three hundred findings: CPU time, the best of some."""

import time
from collections.abc import Callable

from tests.samples.documents import large_document

from weighbridge.domain.gate import Level
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.conditions.evaluate import answers
from weighbridge.policy.view.build import view_of

KINDS = [
    "touches('services/{0}/**') && level.at_least('medium')",
    "change.files.exists(f, f.path.glob('services/{0}/**') && f.lines_added > {0})",
    "findings.exists(f, f.family == 'sql' && f.severity.at_least('high') && f.state == 'new' && f.line > {0})",
    "provenance.origin != 'human' && surfaces.exists(s, s.kind == 'authentication') && change.lines_added > {0}",
    "has(criticality.tier) && criticality.tier <= 1 && impact.dependents > {0}",
    "change.files.exists(f, f.path.glob('**/*.py') && !f.is_test && f.area == 'high' && f.lines_added > {0})",
    "has(risk.percentile) && risk.percentile >= {0}.0",
    "owners.size() == 0 || components.exists(c, c.name == 'c{0}' && c.tier <= 2)",
    "findings.exists(f, f.rule == 'sql/rule-{0}')",
    "!found('sql/drop-column') && change.lines_added > {0}",
]


def texts(round_: int) -> list[str]:
    """Two hundred conditions; those of each round are new, so that none is remembered."""
    return [KINDS[n % len(KINDS)].format(n + 1_000 * round_) for n in range(200)]


def best_of(times: int, work: Callable[[int], object]) -> float:
    taken = []
    for number in range(times):
        started = time.process_time()
        work(number)
        taken.append(time.process_time() - started)
    return min(taken)


def test_two_hundred_conditions_are_compiled_in_fifty_milliseconds() -> None:
    compile_condition("true")

    assert best_of(15, lambda round_: [compile_condition(text) for text in texts(round_ + 1)]) < 0.05


def test_two_hundred_conditions_are_asked_in_twenty_milliseconds_with_the_making_of_the_document() -> None:
    document = large_document()
    conditions = [compile_condition(text) for text in texts(0)]

    assert best_of(7, lambda _: answers(view_of(document, level=Level.LOW), conditions)) < 0.02
