"""A decision says when the first of what it rests on runs out."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from tests.samples.documents import plain_document
from tests.samples.packages import usual
from tests.samples.record import NOW, THIS, said, voice

from weighbridge.app.ask_gate import Asked
from weighbridge.app.carry_over import Carried
from weighbridge.app.record_decision import runs_out
from weighbridge.domain.gate import Gate, GateState, Requirement, RequirementKind
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.record import Override, Record, Verdict, Waiver
from weighbridge.policy.case import Case
from weighbridge.policy.policy import Environment, EnvironmentLevel, Policy

DAY = timedelta(days=1)
GIVEN = NOW - timedelta(hours=1)
MONTH = Policy(name="shop", approvals_last=30 * DAY)


def gate(*states: GateState, state: GateState = GateState.SATISFIED) -> Gate:
    needs = tuple(
        Requirement(kind=RequirementKind.APPROVAL, rule="r", state=each, ask="x", because=()) for each in states
    )
    return replace(usual().gate, state=state, requirements=needs)


PASSED = gate()


def asked(record: Record, *, gate: Gate = PASSED, carried: tuple[Carried, ...] = ()) -> Asked:
    case = Case(policy=MONTH, document=plain_document(), record=record, subject=THIS)
    return Asked(case=case, gate=gate, package=usual(), carried=carried)


def waiver(rule: str, until: datetime) -> Waiver:
    return Waiver(voice=voice("ada"), rule=rule, reason="known", until=until)


def override(until: datetime) -> Override:
    needs = (EvidenceId("requirement-0123456789ab"),)
    return Override(voice=voice("ada"), subject=THIS, requirements=needs, reason="now", until=until)


def test_nothing_runs_out_where_the_policy_sets_no_time() -> None:
    assert runs_out(asked(Record(judgements=(said("ada"),))), Policy(name="shop")) is None


def test_the_first_approval_ends_it() -> None:
    late = said(voice("bob", at=GIVEN + timedelta(minutes=5)))

    assert runs_out(asked(Record(judgements=(late, said("ada")))), MONTH) == GIVEN + 30 * DAY


def test_of_one_person_the_newest_approval_counts() -> None:
    old = said(voice("ada", at=GIVEN - 9 * DAY))

    assert runs_out(asked(Record(judgements=(said("ada"), old))), MONTH) == GIVEN + 30 * DAY


def test_what_is_said_of_another_change_or_against_it_ends_nothing() -> None:
    other = said("ada", subject=replace(THIS, proposal="pull/9"))

    assert runs_out(asked(Record(judgements=(other, said("bob", Verdict.REJECT)))), MONTH) is None


def test_an_approval_that_was_carried_over_ends_it_too() -> None:
    earlier = replace(THIS, proposal="pull/9")
    record = Record(judgements=(said(voice("ada", entry=4), subject=earlier),))

    found = runs_out(asked(record, carried=(Carried(earlier=earlier, entries=(4,), gone=()),)), MONTH)

    assert found == GIVEN + 30 * DAY


def test_an_environment_may_let_approvals_last_shorter() -> None:
    production = Environment(name="production", level=EnvironmentLevel.PRODUCTION, approvals_last=DAY)

    assert runs_out(asked(Record(judgements=(said("ada"),))), MONTH, environment=production) == GIVEN + DAY


@pytest.mark.parametrize("is_used", [True, False])
def test_an_override_ends_it_where_it_was_needed(*, is_used: bool) -> None:
    state = GateState.OVERRIDDEN if is_used else GateState.SATISFIED
    record = Record(overrides=(override(NOW + DAY),))

    found = runs_out(asked(record, gate=gate(state, state=state)), Policy(name="shop"))

    assert found == (NOW + DAY if is_used else None)


def test_a_waiver_of_a_finding_that_is_there_ends_it() -> None:
    rule = usual().decision.findings[0].finding.rule
    record = Record(waivers=(waiver(rule, NOW + DAY), waiver("another/rule", NOW)))

    assert runs_out(asked(record), Policy(name="shop")) == NOW + DAY


def test_so_does_a_waiver_of_a_whole_family_of_rules() -> None:
    family = f"{usual().decision.findings[0].finding.rule.partition('/')[0]}/*"

    assert runs_out(asked(Record(waivers=(waiver(family, NOW + DAY),))), Policy(name="shop")) == NOW + DAY


def test_a_waiver_that_had_run_out_before_ends_nothing() -> None:
    rule = usual().decision.findings[0].finding.rule

    assert runs_out(asked(Record(waivers=(waiver(rule, NOW - DAY),))), Policy(name="shop"), now=NOW) is None


@pytest.mark.parametrize("state", [GateState.UNSATISFIED, GateState.ERROR, GateState.NOT_APPLICABLE])
def test_what_did_not_pass_does_not_run_out(state: GateState) -> None:
    found = runs_out(asked(Record(judgements=(said("ada"),)), gate=gate(state=state)), MONTH)

    assert found is None
