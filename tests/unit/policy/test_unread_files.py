"""A changed file that could not be read: which reasons a policy can take out of the way, and which none can."""

import pytest
from msgspec.structs import replace
from tests.unit.policy.test_voices import DOCUMENT, case

from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.outcomes import CouldNotLook, Coverage, FileCoverage, Outcome, OutcomeState, Reason
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.policy import Policy

ALWAYS = sorted(set(Reason) - {Reason.NOT_CONFIGURED, Reason.UNSUPPORTED})
LAX = Policy(name="p", blind=frozenset())
"""A policy with `could_not_look: {error: []}`."""


def of_file(reason: Reason, policy: Policy) -> GateState:
    missing = CouldNotLook(reason=reason, detail="no")
    file = FileCoverage(path=RepoPath("a.py"), language="python", examined=False, missing=missing)
    return decide_gate(replace(case(policy=policy), document=replace(DOCUMENT, coverage=Coverage(files=(file,))))).state


def of_analysis(reason: Reason, policy: Policy) -> GateState:
    missing = CouldNotLook(reason=reason, detail="no")
    blind = Outcome(rule=RuleId("sql/x"), subject="", state=OutcomeState.COULD_NOT_LOOK, missing=missing)
    return decide_gate(replace(case(policy=policy), document=replace(DOCUMENT, outcomes=(blind,)))).state


@pytest.mark.parametrize("reason", ALWAYS)
def test_a_changed_file_is_an_error_whatever_the_policy_lists(reason: Reason) -> None:
    assert of_file(reason, LAX) is GateState.ERROR


@pytest.mark.parametrize("reason", Reason)
def test_an_analysis_is_one_for_the_reasons_that_are_listed(reason: Reason) -> None:
    assert of_analysis(reason, LAX) is GateState.SATISFIED
    assert of_analysis(reason, replace(LAX, blind=frozenset({reason}))) is GateState.ERROR


def test_a_file_that_nothing_reads_is_one_where_that_is_listed() -> None:
    assert of_file(Reason.UNSUPPORTED, LAX) is GateState.SATISFIED
    assert of_file(Reason.UNSUPPORTED, replace(LAX, blind=frozenset({Reason.UNSUPPORTED}))) is GateState.ERROR
