"""Random policies, people and statements before the gate: `python -m benchmarks.gates --trials 20000` keeps the count.

Each trial draws a policy, what was said of a change, and takes what speaks for it away, one statement after the other. The
baseline is what comes to mind first: counting whoever wrote "approve", as merge buttons do.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripts.write_status import Row
from tests.samples.record import THIS
from tests.unit.policy.test_gate_properties import Evidence, before_the_gate, everything, needs, poorer
from tests.unit.policy.test_voices import case, policies, statements, truly_approved

from benchmarks.measuring import keep
from weighbridge.domain.gate import GateState
from weighbridge.domain.record import Judgement, Verdict
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.needs import ApprovalNeed, Need
from weighbridge.policy.policy import Policy

TRIALS: Final = 20_000


def tried(trials: int) -> Counter[str]:
    """How often each thing happened; what must never happen is counted too."""
    counts: Counter[str] = Counter()
    drawn = settings(max_examples=trials, deadline=None, database=None, suppress_health_check=list(HealthCheck))

    @drawn
    @given(policies, st.lists(statements, max_size=8))
    def named(policy: Policy, judgements: list[Judgement]) -> None:
        counts["gates"] += 1
        asks = [need for rule in policy.rules for need in rule.require if isinstance(need, ApprovalNeed)]
        enough = all(len(truly_approved(need, policy, judgements=judgements)) >= need.count for need in asks)
        passed = decide_gate(case(*judgements, policy=policy)).state is GateState.SATISFIED
        counts["satisfied"] += passed
        counts["satisfied without the approvals it names"] += passed and not enough
        said = sum(j.verdict is Verdict.APPROVE and j.subject.head_tree == THIS.head_tree for j in judgements)
        counts["opened by counting approvals"] += all(said >= need.count for need in asks) and not enough

    @drawn
    @given(st.lists(needs, min_size=1, max_size=3), everything)
    def taken_away(asks: list[Need], evidence: Evidence) -> None:
        whole = decide_gate(before_the_gate(asks, evidence)).state
        for less in poorer(evidence):
            counts["removals"] += 1
            opened = decide_gate(before_the_gate(asks, less)).state is GateState.SATISFIED
            counts["opened by a removal"] += opened and whole is not GateState.SATISFIED

    named()
    taken_away()
    return counts


def rows(trials: int) -> list[Row]:
    """The counts as kept rows."""
    counts = tried(trials)
    naive = counts["opened by counting approvals"]
    return [
        Row(
            f"satisfied without the approvals it names, of {counts['gates']:,} random policies and records",
            counts["satisfied without the approvals it names"],
            "gates",
            goal=0,
            note=f"{counts['satisfied']:,} were satisfied; counting who says approve would have opened {naive:,} more",
        ),
        Row(
            f"satisfied once one piece of evidence is taken away, of {counts['removals']:,} removals",
            counts["opened by a removal"],
            "gates",
            goal=0,
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Try, and keep what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=TRIALS)
    asked = parser.parse_args(arguments)
    keep("gate-properties", rows(asked.trials), command=f"python -m benchmarks.gates --trials {asked.trials}")


if __name__ == "__main__":
    main()
