"""Exactly at an edge, and just beyond it: whatever a policy counts by time, number or name."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec import UnsetType
from msgspec.structs import replace
from tests.samples.parts import oid
from tests.samples.record import NOW, THIS, said, voice
from tests.unit.policy.test_exceptions import (
    ANA,
    BEN,
    DAY,
    ELSEWHERE,
    POLICY,
    SECOND,
    TWO,
    case,
    glass,
    override,
    state_of,
    waiver,
)
from tests.unit.policy.test_needs import MISSING, Asks, asked, judged, status
from tests.unit.policy.test_voices import AUTHOR, DOCUMENT

from weighbridge.domain.exceptions import ExceptionKind, ExceptionState, KnownException
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.record import BypassSeen, Override, Record, StatusState
from weighbridge.policy.asking import moment_of, seen_by
from weighbridge.policy.case import Case
from weighbridge.policy.exceptions import DUE_RULE
from weighbridge.policy.foretell import why_no_override, why_no_waiver
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.in_force import LATELY, known_exceptions, standing_exceptions
from weighbridge.policy.judge.checks import LOAD_TEST, statuses_counted
from weighbridge.policy.needs import AllNeed, ApprovalNeed, CheckNeed, LoadTestNeed
from weighbridge.policy.policy import BreakGlassRules, Environment, EnvironmentLevel, Policy
from weighbridge.policy.statuses import AHEAD

PASSED, FAILED = StatusState.PASSED, StatusState.FAILED
BUILD = CheckNeed(name="build")


@pytest.mark.parametrize(("beyond", "state"), [(timedelta(), GateState.SATISFIED), (SECOND, GateState.UNSATISFIED)])
def test_a_clock_may_be_so_far_ahead_and_no_further(beyond: timedelta, state: GateState) -> None:
    ahead = AHEAD + beyond

    assert judged(BUILD, record=Record(statuses=(status(PASSED, age=-ahead),))) is state
    approved = said(voice(ANA, at=NOW + ahead))
    assert judged(ApprovalNeed(), record=Record(judgements=(approved,))) is state


@pytest.mark.parametrize(("beyond", "state"), [(timedelta(), GateState.SATISFIED), (SECOND, GateState.UNSATISFIED)])
def test_what_counts_for_so_long_counts_to_the_last_moment(beyond: timedelta, state: GateState) -> None:
    age = DAY + beyond
    checks = Record(statuses=(status(PASSED, age=age), status(PASSED, age=age, name=LOAD_TEST)))

    assert judged(CheckNeed(name="build", within=DAY), record=checks) is state
    assert judged(LoadTestNeed(within=DAY), record=checks) is state
    approved = Record(judgements=(said(voice(ANA, at=NOW - age)),))
    lasting = case(approved, policy=Policy(name="p", rules=POLICY.rules[1:], approvals_last=DAY))
    assert decide_gate(lasting).state is state


def test_approvals_count_for_the_shorter_of_what_the_policy_and_the_environment_say() -> None:
    approved = Record(judgements=(said(voice(ANA, at=NOW - timedelta(days=2))),))
    place = Environment(name="live", level=EnvironmentLevel.PRODUCTION)

    for policy, environment in ((DAY, 3 * DAY), (3 * DAY, DAY)):
        before = case(approved, policy=Policy(name="p", rules=POLICY.rules[1:], approvals_last=policy))
        before = replace(before, environment=replace(place, approvals_last=environment))
        assert decide_gate(before).state is GateState.UNSATISFIED


def test_a_failure_that_is_yet_to_come_is_none_the_less_a_failure() -> None:
    both = (status(PASSED), status(FAILED, age=-DAY))

    assert judged(BUILD, record=Record(statuses=both)) is GateState.UNSATISFIED


def test_a_pass_that_is_yet_to_come_does_not_stand_before_one_that_came() -> None:
    both = (status(PASSED), status(PASSED, age=-DAY))

    assert judged(BUILD, record=Record(statuses=both)) is GateState.SATISFIED


def test_of_a_decision_that_has_no_time_no_check_is_young_enough() -> None:
    kept = asked(CheckNeed(name="build", within=DAY), record=Record(statuses=(status(PASSED),)))

    assert decide_gate(replace(kept, now=None)).state is GateState.UNSATISFIED


def counted(case: Case) -> list[tuple[str, object]]:
    """Which checks a decision stands on, and until when."""
    return [(each.status.name, each.until) for each in statuses_counted(case)]


def test_a_decision_stands_on_the_checks_that_rules_and_the_environment_ask_for() -> None:
    place = Environment(name="live", level=EnvironmentLevel.PRODUCTION, require=(CheckNeed(name="live", within=DAY),))
    said_ = tuple(status(PASSED, name=name, age=DAY / 2) for name in ("build", "live", "unasked", LOAD_TEST))
    before = asked(AllNeed(of=(BUILD, LoadTestNeed())), record=Record(statuses=said_), environment=place)

    assert counted(before) == [("build", None), (LOAD_TEST, None), ("live", NOW + DAY / 2)]
    assert counted(replace(before, environment=None)) == [("build", None), (LOAD_TEST, None)]


@pytest.mark.parametrize(("answer", "names"), [(True, ["build"]), (MISSING, ["build"]), (False, [])])
def test_and_on_none_that_only_a_rule_asks_for_which_does_not_apply(answer: object, names: list[str]) -> None:
    before = asked(BUILD, when=Asks("x"), holds=lambda _: answer, record=Record(statuses=(status(PASSED),)))

    assert [name for name, _ in counted(before)] == names


def test_nor_on_one_that_does_not_meet_what_is_asked() -> None:
    need = CheckNeed(name="build", within=DAY)

    for bad in (status(FAILED), status(PASSED, age=2 * DAY), status(PASSED, age=-DAY), status(PASSED, tree=77)):
        assert counted(asked(need, record=Record(statuses=(bad,)))) == []


def test_checks_are_known_where_a_gate_is_asked_and_somebody_could_be_asked_for_them() -> None:
    before = case(Record(statuses=(status(PASSED),)))

    assert moment_of(before).statuses == before.record.statuses
    assert moment_of(case(Record())).statuses == ()
    assert moment_of(replace(before, now=None)).statuses is None
    unasked = replace(before.record, missing={"statuses": MISSING})
    assert moment_of(replace(before, record=unasked)).statuses is None
    elsewhere = replace(before.record, missing={"forge-reviews": MISSING})
    assert moment_of(replace(before, record=elsewhere)).statuses == before.record.statuses


def test_conditions_do_not_see_a_pass_that_is_yet_to_come() -> None:
    moment = moment_of(case(Record(statuses=(status(PASSED, age=-DAY), status(FAILED, name="other", age=-DAY)))))

    seen = seen_by(DOCUMENT, moment).statuses.all

    assert not isinstance(seen, UnsetType)
    assert [each.name for each in seen] == ["other"]


def test_an_exception_that_lasts_exactly_as_long_as_it_may_counts_and_is_shown_in_force() -> None:
    longest = Record(overrides=(override(lasts=2 * DAY),), waivers=(waiver(lasts=7 * DAY),))

    assert state_of(decide_gate(case(longest)), "two") is GateState.OVERRIDDEN
    assert {each.state for each in known_exceptions(case(longest))} == {ExceptionState.IN_FORCE}


def test_before_it_is_signed_exactly_the_longest_time_is_no_problem() -> None:
    now = voice(ANA, at=NOW)

    assert why_no_override(case(), now, rules=["two"], until=NOW + 2 * DAY) == ()
    assert why_no_override(case(), now, rules=["two"], until=NOW + 2 * DAY + SECOND) != ()
    assert why_no_waiver(case(), now, rule="x/y", until=NOW + 7 * DAY) == ()


def test_an_exception_ends_at_the_moment_that_it_says() -> None:
    ends = override(lasts=timedelta(hours=1))
    assert ends.until == NOW

    assert state_of(decide_gate(case(Record(overrides=(ends,)))), "two") is GateState.UNSATISFIED
    assert known_exceptions(case(Record(overrides=(ends,))))[0].state is ExceptionState.EXPIRED


@pytest.mark.parametrize(
    ("late", "state"), [(timedelta(), ExceptionState.REVIEW_DUE), (SECOND, ExceptionState.REVIEW_OVERDUE)]
)
def test_a_review_may_be_given_to_the_last_moment(late: timedelta, state: ExceptionState) -> None:
    broken = Record(break_glass=(glass(about=ELSEWHERE, ago=DAY + late),))

    assert known_exceptions(case(broken))[0].state is state
    is_closed = DUE_RULE in {need.rule for need in decide_gate(case(broken)).requirements}
    assert is_closed is (state is ExceptionState.REVIEW_OVERDUE)


def due_of(before: Case) -> Iterator[EvidenceId]:
    yield from (need.evidence for need in decide_gate(before).requirements if need.rule == DUE_RULE)


def test_a_review_that_is_owed_is_neither_overridden_nor_bypassed() -> None:
    owed = glass(about=ELSEWHERE, ago=2 * DAY)
    (due,) = due_of(case(Record(break_glass=(owed,))))

    passed = Record(break_glass=(owed, glass(ANA)), overrides=(override(of=(due, TWO)),))

    assert state_of(decide_gate(case(passed)), DUE_RULE) is GateState.UNSATISFIED
    assert state_of(decide_gate(case(Record(break_glass=(owed, glass(ANA))))), "two") is GateState.BYPASSED


@pytest.mark.parametrize(("by", "is_due"), [((ANA,), True), ((ANA, BEN), False)])
def test_a_review_takes_as_many_people_as_the_policy_says(by: tuple[str, ...], *, is_due: bool) -> None:
    rules = BreakGlassRules(review_within=DAY, review=ApprovalNeed(count=2))
    broken = Record(break_glass=(glass(about=ELSEWHERE, ago=2 * DAY, by=tuple(map(voice, by))),))

    assert bool(list(due_of(case(broken, policy=replace(POLICY, break_glass=rules))))) is is_due


def test_those_who_except_another_change_are_not_counted_for_this_one() -> None:
    assert POLICY.overrides is not None
    two = replace(POLICY, overrides=replace(POLICY.overrides, approval=ApprovalNeed(count=2)))
    here, there, other = override(ANA), override(BEN, about=ELSEWHERE), override(BEN, of=(EvidenceId("other"),))

    def shown(*said_: Override) -> list[ExceptionState]:
        return [each.state for each in known_exceptions(case(Record(overrides=said_), policy=two)) if each.by == ANA]

    assert shown(here, there) == [ExceptionState.NOT_COUNTED]
    assert shown(here, other) == [ExceptionState.NOT_COUNTED]
    assert shown(here, override(BEN)) == [ExceptionState.IN_FORCE]


def test_a_waiver_of_what_is_never_waived_that_ran_out_is_over_and_no_news() -> None:
    ran_out = waiver(rule="x/never", lasts=timedelta(minutes=1))

    assert known_exceptions(case(Record(waivers=(ran_out,))))[0].state is ExceptionState.EXPIRED


def test_what_does_not_count_for_another_change_is_no_news_here() -> None:
    elsewhere = KnownException(
        kind=ExceptionKind.OVERRIDE, state=ExceptionState.NOT_COUNTED, what="x", is_of_this=False, why=("x",)
    )

    assert list(standing_exceptions((elsewhere,))) == []


def test_what_passed_around_the_gate_is_told_for_as_long_as_it_says() -> None:
    seen = BypassSeen(environment="live", source="cluster", at=NOW - LATELY, entry=3, subject=str(oid(5)), missing="x")

    assert [each.kind for each in known_exceptions(case(Record(bypasses=(seen,))))] == [ExceptionKind.BYPASS]


def test_who_vouches_for_two_others_is_counted_beside_them_in_whatever_order_they_come() -> None:
    vouched = said(replace(voice("eve@example.org"), rests_on=(ANA, BEN)))
    three = (vouched, said(ANA), said(BEN))

    for order in (three, three[::-1]):
        before = case(Record(judgements=order), policy=Policy(name="p", rules=POLICY.rules[:1]))
        (need,) = decide_gate(before).requirements
        assert need.state is GateState.SATISFIED
        assert [words.partition(",")[0] for words in need.met_by] in ([ANA, BEN], [BEN, ANA])


def test_the_author_breaks_the_glass_of_the_very_change_alone() -> None:
    broken = Record(break_glass=(glass(AUTHOR, about=replace(THIS, proposal="other")),))

    assert state_of(decide_gate(case(broken)), "two") is GateState.UNSATISFIED
