"""The review that broken glass owes: who owes it, who may give it, and what is closed until somebody does."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.samples.record import NOW, voice
from tests.unit.policy.test_exceptions import (
    ANA,
    BEN,
    CLEO,
    DAY,
    ELSEWHERE,
    POLICY,
    SECOND,
    case,
    glass,
    state_of,
)
from tests.unit.policy.test_voices import AUTHOR

from weighbridge.domain.gate import GateState
from weighbridge.domain.record import Record, Voice
from weighbridge.policy.case import Elsewhere, unknown_elsewhere
from weighbridge.policy.foretell import why_no_break_glass, why_no_review
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.needs import ApprovalNeed, Group, GroupKind, Involved
from weighbridge.policy.policy import BreakGlassRules


@pytest.mark.parametrize(("ago", "rules"), [(DAY, []), (DAY + SECOND, ["review-due"])])
def test_a_review_that_is_overdue_closes_the_gate_for_whoever_broke_the_glass(ago: timedelta, rules: list[str]) -> None:
    gate = decide_gate(case(Record(break_glass=(glass(about=ELSEWHERE, ago=ago),))))

    assert [need.rule for need in gate.requirements if need.rule == "review-due"] == rules


def test_whoever_owes_a_review_breaks_no_glass() -> None:
    record = Record(break_glass=(glass(about=ELSEWHERE, ago=2 * DAY), glass()))

    assert state_of(decide_gate(case(record)), "two") is GateState.UNSATISFIED
    assert why_no_break_glass(case(record), voice(AUTHOR)) == (
        "someone@example.org: owes a review that is overdue; `weighbridge exceptions` shows it",
    )


def test_a_review_by_another_opens_the_gate_again_and_the_breakers_own_does_not() -> None:
    own = Record(break_glass=(glass(about=ELSEWHERE, ago=2 * DAY, by=(voice("me@home.example"),)),))
    others = Record(break_glass=(glass(about=ELSEWHERE, ago=2 * DAY, by=(voice(ANA),)),))

    assert "review-due" in {need.rule for need in decide_gate(case(own)).requirements}
    assert "review-due" not in {need.rule for need in decide_gate(case(others)).requirements}


def test_a_review_is_judged_by_who_wrote_what_passed_not_by_who_wrote_this() -> None:
    record = Record(break_glass=(glass(about=ELSEWHERE, ago=2 * DAY, by=(voice(ANA),)),))
    hers = replace(case(record), elsewhere=lambda _: Elsewhere(involved={ANA: frozenset({Involved.AUTHOR})}))
    mine = replace(case(record), involved={ANA: frozenset({Involved.AUTHOR}), AUTHOR: frozenset({Involved.AUTHOR})})

    assert "review-due" in {need.rule for need in decide_gate(hers).requirements}
    assert "review-due" not in {need.rule for need in decide_gate(mine).requirements}


def test_where_nobody_can_tell_who_wrote_what_passed_no_review_counts_and_it_says_so() -> None:
    record = Record(break_glass=(glass(about=ELSEWHERE, ago=2 * DAY, by=(voice(ANA),)),))

    gate = decide_gate(replace(case(record), elsewhere=unknown_elsewhere))

    due = next(need for need in gate.requirements if need.rule == "review-due")
    assert due.because[1].startswith("no review of it can be counted: who wrote")


def test_a_review_by_owners_is_by_those_of_what_passed_not_of_this() -> None:
    rules = BreakGlassRules(review_within=DAY, review=ApprovalNeed(by=(Group(GroupKind.OWNERS),)))
    record = Record(break_glass=(glass(about=ELSEWHERE, ago=2 * DAY, by=(voice(ANA),)),))
    here = case(record, policy=replace(POLICY, break_glass=rules))
    hers = replace(here, document=replace(here.document, owners=(ANA,)), elsewhere=lambda _: Elsewhere(owners=(BEN,)))
    theirs = replace(here, elsewhere=lambda _: Elsewhere(owners=(ANA,)))

    assert "review-due" in {need.rule for need in decide_gate(hers).requirements}
    assert "review-due" not in {need.rule for need in decide_gate(theirs).requirements}


@pytest.mark.parametrize(
    ("broken_by", "reviewer", "why"),
    [
        (voice(AUTHOR), replace(voice(ANA), rests_on=("me@home.example",)), "is enrolled on the word of someone@"),
        (replace(voice(AUTHOR), rests_on=(ANA,)), voice(ANA), "who broke the glass, is enrolled on their word"),
    ],
)
def test_no_review_counts_of_whoever_could_be_who_broke_the_glass(broken_by: Voice, reviewer: Voice, why: str) -> None:
    broken = replace(glass(about=ELSEWHERE, ago=2 * DAY, by=(reviewer,)), voice=broken_by)

    due = [n for n in decide_gate(case(Record(break_glass=(broken,)))).requirements if n.rule == "review-due"]

    assert why in due[0].not_counted[0]
    assert why in why_no_review(case(), reviewer, broken=broken)[0]


def erased(*, by: tuple[Voice, ...] = (), ago: timedelta = 2 * DAY, of: Voice | None = None) -> Record:
    """Glass that was broken by somebody whose name was erased since."""
    somebody = of or replace(voice("SHA256:key"), is_nameless=True)
    return Record(break_glass=(replace(glass(about=ELSEWHERE, ago=ago, by=by), voice=somebody), glass()))


@pytest.mark.parametrize(
    "of", [replace(voice("SHA256:key"), is_nameless=True), replace(voice(CLEO), rests_on_nameless=True)]
)
def test_a_review_that_somebody_without_a_name_owes_is_owed_by_everybody(of: Voice) -> None:
    late, timely = case(erased(of=of)), case(erased(of=of, ago=DAY))

    due = next(need for need in decide_gate(late).requirements if need.rule == "review-due")
    assert "which somebody whose name was erased passed before it was reviewed" in due.ask
    assert "it could be anybody's" in due.because[1]
    assert "owes a review" in why_no_break_glass(late, voice(ANA))[0]
    assert state_of(decide_gate(late), "two") is GateState.UNSATISFIED, "nor is any other glass broken"
    assert "review-due" not in {need.rule for need in decide_gate(timely).requirements}


def test_of_whom_nobody_can_tell_who_they_are_one_of_the_reviewers_could_be() -> None:
    one, two = case(erased(by=(voice(ANA),))), case(erased(by=(voice(ANA), voice(BEN))))

    assert "review-due" in {need.rule for need in decide_gate(one).requirements}
    assert "review-due" not in {need.rule for need in decide_gate(two).requirements}


def test_before_a_review_is_signed_it_says_why_it_could_not_count() -> None:
    broken = glass(about=ELSEWHERE)
    unknown = replace(case(), elsewhere=unknown_elsewhere)

    assert why_no_review(case(), voice(BEN, at=NOW), broken=broken) == ()
    assert "somebody else reviews" in why_no_review(case(), voice("me@home.example", at=NOW), broken=broken)[0]
    assert "fetch that commit" in why_no_review(unknown, voice(BEN, at=NOW), broken=broken)[0]
