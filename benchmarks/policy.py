"""What a policy costs: `python -m benchmarks.policy`, in CPU milliseconds.

The policy has two hundred rules, each with a condition and needs of its own; the change has a thousand files and three
hundred findings. Loading is measured in a process of its own, with what a review has imported by then and with nothing; the gate is measured as `weighbridge review` asks it, the document made ready included.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from scripts.write_status import ROOT, Row
from tests.samples.documents import large_document
from tests.samples.record import THIS

from benchmarks.measuring import keep
from weighbridge.policy.asking import asking
from weighbridge.policy.case import Case
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.people import involvement, stated_people
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.load import Source, load_policy

RULES: Final = 200
LOAD_GOAL, GATE_GOAL = 50.0, 20.0
_OF_A_REVIEW: Final = ("weighbridge.app.review_change", "yaml")
"""What every review has imported before it reads a policy, the reader of its other files included."""
_WHENS: Final = (
    'touches("services/{0}/**") && level.at_least("medium")',
    'change.files.exists(f, f.path.glob("services/{0}/**") && f.lines_added > {0})',
    'findings.exists(f, f.family == "sql" && f.severity.at_least("high") && f.state == "new" && f.line > {0})',
    'provenance.origin != "human" && surfaces.exists(s, s.kind == "authentication") && change.lines_added > {0}',
    "has(criticality.tier) && criticality.tier <= 1 && impact.dependents > {0}",
    'change.files.exists(f, f.path.glob("**/*.py") && !f.is_test && f.area == "high" && f.lines_added > {0})',
    "has(risk.percentile) && risk.percentile >= {0}.0",
    'owners.size() == 0 || components.exists(c, c.name == "c{0}" && c.tier <= 2)',
    'findings.exists(f, f.rule == "sql/rule-{0}")',
    "change.lines_added > {0}",
)
_NEEDS: Final = (
    "{approval: {count: 2, by: anyone}}",
    '{approval: {by: "role:senior", assurance: sk}}',
    "{any: [{approval: {by: owners}}, {document: {kind: design-note}}]}",
    "{findings: {severity: medium, rules: [sql/*]}}",
    "{all: [{approval: {}}, {check: {name: tests, within: 1 day}}]}",
    "{scanned: [sql/*]}",
)
_LOADING: Final = """
import importlib, sys, time
for name in sys.argv[2:]:
    importlib.import_module(name)
began = time.process_time()
from weighbridge.policy.reading.load import Source, load_policy
load_policy([Source(data=open(sys.argv[1], 'rb').read(), path='policy.yaml')] if sys.argv[1] else [])
print((time.process_time() - began) * 1000)
"""


def policy_text(rules: int = RULES) -> str:
    """A policy of so many rules, all different."""
    lines = ["version: 1", "name: large", "people: {roles: {senior: [ana@example.org]}}", "rules:"]
    for number in range(rules):
        when = _WHENS[number % len(_WHENS)].format(number)
        need = _NEEDS[number % len(_NEEDS)]
        lines += [f"  - name: rule-{number}", f"    when: '{when}'", f"    because: reason {number}"]
        lines += [f"    require: [{need}]"]
    return "\n".join(lines) + "\n"


def rows(runs: int) -> list[Row]:
    """The figures."""
    text = policy_text()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "policy.yaml"
        file.write_text(text, "utf-8")
        alone = [_loaded(str(file)) for _ in range(runs)]
        loads = [_loaded(str(file), *_OF_A_REVIEW) for _ in range(runs)]
        built_in = [_loaded("", *_OF_A_REVIEW) for _ in range(runs)]
    policy = load_policy([Source(data=text.encode(), path="policy.yaml")])
    again = [_timed(lambda: load_policy([Source(data=text.encode(), path="policy.yaml")])) for _ in range(runs)]
    gates = [_timed(lambda: gate_of(policy)) for _ in range(runs)]
    return [
        _row("loading 200 rules, in a review", loads, goal=LOAD_GOAL),
        _row("loading 200 rules, in a process that imported nothing", alone),
        _row("reading the built-in policy, in a review", built_in),
        _row("loading 200 rules again", again),
        _row("the gate of 1,000 files and 300 findings, 200 rules", gates, goal=GATE_GOAL),
    ]


def gate_of(policy: Policy) -> object:
    """The gate of a large change, its document made ready."""
    people = stated_people(policy.people)
    case = Case(
        policy=policy,
        document=DOCUMENT,
        holds=asking(DOCUMENT, policy),
        people=people,
        involved=involvement(DOCUMENT.change, people),
        subject=THIS,
    )
    return decide_gate(case)


DOCUMENT: Final = large_document()


def _loaded(file: str, *imported: str) -> float:
    command = [sys.executable, "-P", "-c", _LOADING, file, *imported]
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)
    return float(done.stdout)


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _row(item: str, runs: Sequence[float], *, goal: float | None = None) -> Row:
    note = f"least {min(runs):.1f}, {len(runs)} runs"
    return Row(item=item, figure=round(median(runs), 1), unit="CPU ms", goal=goal, note=note)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, show and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args(arguments)
    keep("policy-speed", rows(given.runs), command="python -m benchmarks.policy")
    return 0


if __name__ == "__main__":
    sys.exit(main())
