"""What is left of a rejection whose key counts no more: time, and whoever wrote the change, take none back."""

import pytest
from msgspec.structs import replace
from tests.samples.record import said
from tests.unit.policy.test_voices import AUTHOR, case

from weighbridge.domain.gate import GateState
from weighbridge.domain.record import Judgement, Verdict
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.policy import Policy, Rule

POLICY = Policy(name="p", rules=(Rule(name="r", require=(ApprovalNeed(),)),))
APPROVED = said("ana@example.org")


def void(verdict: Verdict = Verdict.REJECT, *, revoked_by: str = "") -> Judgement:
    return replace(said("ben@example.org", verdict), is_void=True, revoked_by=revoked_by)


def state(*judgements: Judgement) -> GateState:
    return decide_gate(case(*judgements, policy=POLICY)).state


@pytest.mark.parametrize("by", ["", AUTHOR, "me@home.example"], ids=["it ran out", "the author", "by another name"])
def test_a_rejection_stands_though_its_key_counts_no_more(by: str) -> None:
    assert state(APPROVED, void(revoked_by=by)) is GateState.UNSATISFIED


def test_who_had_no_part_in_the_change_takes_a_stolen_keys_rejection_away() -> None:
    assert state(APPROVED, void(revoked_by="cleo@example.org")) is GateState.SATISFIED


def test_its_owner_takes_it_back_with_another_key() -> None:
    assert state(APPROVED, void(), said("ben@example.org")) is GateState.SATISFIED


def test_no_approval_is_left_of_such_a_key() -> None:
    assert state(void(Verdict.APPROVE)) is GateState.UNSATISFIED
