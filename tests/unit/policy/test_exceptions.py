"""Exceptions, sentence by sentence; and a gate that exceptions never satisfy, and that taking one away never opens."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.parts import oid
from tests.samples.record import NOW, THIS, said, voice
from tests.unit.policy.test_voices import AUTHOR, CHANGE, DOCUMENT, PEOPLE

from weighbridge.domain.exceptions import ExceptionKind, ExceptionState, KnownException
from weighbridge.domain.findings import Confidence, Finding, FindingState, Severity, WeighedFinding
from weighbridge.domain.gate import Gate, GateState
from weighbridge.domain.ids import EvidenceId, RepoPath, RuleId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.record import (
    Assurance,
    BreakGlass,
    BypassSeen,
    Override,
    Record,
    Subject,
    Voice,
    Waiver,
)
from weighbridge.policy.asking import asking
from weighbridge.policy.case import Case, Elsewhere
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.foretell import (
    why_no_approval,
    why_no_break_glass,
    why_no_override,
    why_no_review,
    why_no_waiver,
)
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.in_force import LATELY, known_exceptions, standing_exceptions
from weighbridge.policy.needs import ApprovalNeed, Group, GroupKind
from weighbridge.policy.people import involvement
from weighbridge.policy.policy import BreakGlassRules, Exceptions, Policy, Rule
from weighbridge.policy.since import case_since, gate_since

ANA, BEN, CLEO = "ana@example.org", "ben@example.org", "cleo@example.org"
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
ELSEWHERE = replace(THIS, head_tree=oid(8), head_commit=oid(8))
SENIOR = ApprovalNeed(by=(Group(GroupKind.ROLE, "senior"),))
NOTHING = Record()
NOTHING = Record()
POLICY = Policy(
    name="p",
    rules=(Rule(name="two", require=(ApprovalNeed(count=2),)), Rule(name="kept", require=(ApprovalNeed(),))),
    overrides=Exceptions(approval=SENIOR, longest=2 * DAY, never=frozenset({"kept"})),
    waivers=Exceptions(approval=SENIOR, longest=7 * DAY, never=frozenset({"x/never"})),
    break_glass=BreakGlassRules(review_within=DAY, never=frozenset({"kept"})),
)
FINDING = Finding(
    rule=RuleId("x/y"),
    message="m",
    place=Place(path=RepoPath("old/a.py"), line=1),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    anchor="a",
)


def nobody(subject: Subject) -> Elsewhere | CouldNotLook:
    """Whoever wrote another change is nobody here."""
    del subject
    return Elsewhere()


def case(record: Record = NOTHING, *, policy: Policy = POLICY, findings: tuple[Finding, ...] = ()) -> Case:
    document = replace(
        DOCUMENT, findings=tuple(WeighedFinding(finding=each, state=FindingState.NEW) for each in findings)
    )
    return Case(
        policy=policy,
        document=document,
        people=PEOPLE,
        involved=involvement(CHANGE, PEOPLE),
        record=record,
        subject=THIS,
        now=NOW,
        elsewhere=nobody,
    )


def state_of(gate: Gate, rule: str) -> GateState:
    return next(need.state for need in gate.requirements if need.rule == rule)


TWO = next(need.evidence for need in decide_gate(case()).requirements if need.rule == "two")
KEPT = next(need.evidence for need in decide_gate(case()).requirements if need.rule == "kept")


def override(
    who: str | Voice = ANA, *, of: tuple[EvidenceId, ...] = (TWO,), lasts: timedelta = DAY, about: Subject = THIS
) -> Override:
    by = voice(who) if isinstance(who, str) else who
    return Override(voice=by, subject=about, requirements=of, reason="because", until=by.at + lasts)


def waiver(
    who: str = ANA, *, rule: str = "x/y", lasts: timedelta = DAY, paths: tuple[str, ...] = ("old/**",)
) -> Waiver:
    by = voice(who)
    return Waiver(voice=by, rule=rule, reason="old", until=by.at + lasts, paths=paths)


def glass(
    who: str = AUTHOR,
    *,
    about: Subject = THIS,
    due: timedelta = DAY,
    ago: timedelta = timedelta(),
    by: tuple[Voice, ...] = (),
) -> BreakGlass:
    at = NOW - ago
    return BreakGlass(
        voice=voice(who, at=at, entry=7), subject=about, reason="down", review_due=at + due, reviewed_by=by
    )


def test_an_override_takes_one_requirement_out_of_the_way_and_says_who_why_and_until_when() -> None:
    gate = decide_gate(case(Record(overrides=(override(),))))

    need = next(each for each in gate.requirements if each.rule == "two")
    assert need.state is GateState.OVERRIDDEN
    assert need.met_by == ("overridden by ana@example.org until 2026-03-15 11:00 UTC: because",)
    assert state_of(gate, "kept") is GateState.UNSATISFIED


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(Record(overrides=(override("cleo@example.org"),)), id="of somebody who may not"),
        pytest.param(Record(overrides=(override(AUTHOR),)), id="of the author"),
        pytest.param(Record(overrides=(override(voice(ANA, Assurance.FORGE)),)), id="too weak"),
        pytest.param(Record(overrides=(override(lasts=2 * DAY + SECOND),)), id="longer than the policy lets it"),
        pytest.param(Record(overrides=(override(about=replace(THIS, proposal="8")),)), id="of another proposal"),
        pytest.param(Record(overrides=(override(about=ELSEWHERE),)), id="of another change"),
        pytest.param(Record(overrides=(override(of=(KEPT,)),)), id="of what the policy keeps"),
        pytest.param(Record(overrides=(override(lasts=timedelta(hours=1)),)), id="that ran out this second"),
        pytest.param(Record(overrides=(override(of=(EvidenceId("requirement-0"),)),)), id="of nothing here"),
    ],
)
def test_an_override_that_does_not_hold_changes_no_state(record: Record) -> None:
    assert [need.state for need in decide_gate(case(record)).requirements] == [GateState.UNSATISFIED] * 2


def test_an_override_holds_the_second_before_it_runs_out_and_not_at_it() -> None:
    record = Record(overrides=(override(lasts=timedelta(hours=1) + SECOND),))

    assert state_of(decide_gate(case(record)), "two") is GateState.OVERRIDDEN
    late = replace(case(record), now=NOW + SECOND)
    assert state_of(decide_gate(late), "two") is GateState.UNSATISFIED
    assert [each.state for each in known_exceptions(late)] == [ExceptionState.EXPIRED]


def test_where_two_must_override_one_is_too_few() -> None:
    policy = replace(POLICY, overrides=Exceptions(approval=replace(SENIOR, count=2), longest=2 * DAY))

    one, two = Record(overrides=(override(),)), Record(overrides=(override(), override(BEN)))
    alias = Record(overrides=(override(BEN), override("ben@home.example")))

    assert state_of(decide_gate(case(one, policy=policy)), "two") is GateState.UNSATISFIED
    assert state_of(decide_gate(case(alias, policy=policy)), "two") is GateState.UNSATISFIED
    assert state_of(decide_gate(case(two, policy=policy)), "two") is GateState.OVERRIDDEN


def test_a_waiver_accepts_findings_where_it_says_until_it_runs_out() -> None:
    policy = replace(POLICY, rules=())
    record = Record(waivers=(waiver(lasts=timedelta(hours=1) + SECOND),))
    before = case(record, policy=policy, findings=(FINDING,))

    assert decide_gate(before).state is GateState.OVERRIDDEN
    assert decide_gate(replace(before, now=NOW + SECOND)).state is GateState.UNSATISFIED


@pytest.mark.parametrize(
    "given_",
    [
        waiver(CLEO),
        waiver(rule="x/z"),
        waiver(paths=("new/**",)),
        waiver(paths=()),
        waiver(lasts=7 * DAY + SECOND),
        waiver(lasts=timedelta(hours=1)),
    ],
)
def test_a_waiver_that_does_not_hold_lets_nothing_through(given_: Waiver) -> None:
    gate = decide_gate(case(Record(waivers=(given_,)), policy=replace(POLICY, rules=()), findings=(FINDING,)))

    assert gate.state is GateState.UNSATISFIED


def test_broken_glass_passes_what_the_policy_does_not_keep() -> None:
    gate = decide_gate(case(Record(break_glass=(glass(),))))

    assert (state_of(gate, "two"), state_of(gate, "kept")) == (GateState.BYPASSED, GateState.UNSATISFIED)


def test_broken_glass_whose_review_is_due_too_late_passes_nothing() -> None:
    gate = decide_gate(case(Record(break_glass=(glass(due=DAY + SECOND),))))

    assert state_of(gate, "two") is GateState.UNSATISFIED


def test_everything_that_stands_is_listed_with_how_long_it_does() -> None:
    seen = BypassSeen(environment="production", source="cluster", at=NOW - DAY, entry=3, subject="c0ffee", missing="x")
    record = Record(
        overrides=(override(), override(about=ELSEWHERE)),
        waivers=(waiver(),),
        break_glass=(glass(), glass(about=ELSEWHERE, ago=3 * DAY)),
        bypasses=(seen, replace(seen, at=NOW - LATELY - SECOND)),
    )

    known = known_exceptions(case(record))

    assert sorted((each.kind, each.state, each.is_of_this) for each in known) == sorted(
        [
            (ExceptionKind.OVERRIDE, ExceptionState.IN_FORCE, True),
            (ExceptionKind.OVERRIDE, ExceptionState.IN_FORCE, False),
            (ExceptionKind.WAIVER, ExceptionState.IN_FORCE, False),
            (ExceptionKind.BREAK_GLASS, ExceptionState.NOT_COUNTED, True),
            (ExceptionKind.BREAK_GLASS, ExceptionState.REVIEW_OVERDUE, False),
            (ExceptionKind.BYPASS, ExceptionState.SEEN, False),
        ]
    )
    assert known[0].is_of_this


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (Record(overrides=(override(CLEO),)), "0 of 1 people who must give it"),
        (Record(overrides=(override(lasts=3 * DAY),)), "it lasts longer than the policy lets it, 2 days"),
        (Record(waivers=(waiver(rule="x/never"),)), "x/never is never waived"),
    ],
)
def test_what_does_not_count_says_why(record: Record, why: str) -> None:
    (known,) = known_exceptions(case(record))

    assert (known.state, known.why[0]) == (ExceptionState.NOT_COUNTED, why)


def test_without_a_time_nothing_is_in_force() -> None:
    assert known_exceptions(replace(case(Record(overrides=(override(),))), now=None)) == ()


def test_what_ran_out_or_was_reviewed_is_no_exception_that_stands() -> None:
    over = KnownException(kind=ExceptionKind.OVERRIDE, state=ExceptionState.EXPIRED, what="x")
    here = replace(over, state=ExceptionState.NOT_COUNTED, is_of_this=True, why=("x",))

    assert list(standing_exceptions((over, here))) == [here]


@pytest.mark.parametrize(
    ("who", "lasts", "rules", "words"),
    [
        (voice(ANA, at=NOW), DAY, ["two"], ""),
        (voice(CLEO, at=NOW), DAY, ["two"], "cleo@example.org: is not among role:senior"),
        (voice("agent@example.org", at=NOW), DAY, ["two"], "agent@example.org: is a program, whatever key it has"),
        (voice(AUTHOR, at=NOW), DAY, ["two"], "someone@example.org: is an author and a committer of the change"),
        (voice(ANA, Assurance.FORGE, at=NOW), DAY, ["two"], "ana@example.org: signed by forge, and at least key"),
        (
            voice(ANA, at=NOW),
            2 * DAY + SECOND,
            ["two"],
            "until 2026-03-16 12:00 UTC is too long: overrides last at most 2",
        ),
        (voice(ANA, at=NOW), DAY, ["kept"], "kept is never overridden, says the policy p"),
    ],
)
def test_before_an_override_is_signed_it_says_why_it_could_not_count(
    who: Voice, lasts: timedelta, rules: list[str], words: str
) -> None:
    problems = why_no_override(case(), who, rules=rules, until=NOW + lasts)

    assert "\n".join(problems).startswith(words)
    assert bool(problems) == bool(words)


def test_a_policy_without_a_word_of_exceptions_has_none_and_says_so() -> None:
    bare = case(policy=Policy(name="bare"))
    by = voice(ANA, at=NOW)

    assert why_no_override(bare, by, rules=["two"], until=NOW + DAY) == (
        "the policy bare lets nobody override anything: it has no `overrides:`",
    )
    assert "has no `waivers:`" in why_no_waiver(bare, by, rule="x/y", until=NOW + DAY)[0]
    assert "has no `break_glass:`" in why_no_break_glass(bare, by)[0]
    assert "has no `break_glass:`" in why_no_review(bare, by, broken=glass())[0]


def test_an_approval_that_would_meet_one_open_requirement_is_worth_signing() -> None:
    policy = Policy(
        name="p", rules=(Rule(name="a", require=(SENIOR,)), Rule(name="b", require=(ApprovalNeed(count=2),)))
    )
    gate = decide_gate(case(policy=policy))

    assert why_no_approval(case(policy=policy), gate, voice=voice(CLEO, at=NOW)) == ()
    assert why_no_approval(case(policy=policy), gate, voice=voice(AUTHOR, at=NOW)) == (
        "someone@example.org: is an author and a committer of the change",
    )


records = st.builds(
    Record,
    judgements=st.lists(st.sampled_from([said(ANA), said(BEN), said(CLEO), said(AUTHOR)]), max_size=3).map(tuple),
    overrides=st.lists(
        st.builds(
            override,
            st.sampled_from([ANA, BEN, CLEO, AUTHOR]),
            of=st.sampled_from([(TWO,), (KEPT,), (TWO, KEPT)]),
            lasts=st.sampled_from([SECOND, DAY, 2 * DAY, 3 * DAY]),
            about=st.sampled_from([THIS, ELSEWHERE]),
        ),
        max_size=3,
    ).map(tuple),
    break_glass=st.lists(
        st.builds(
            glass,
            st.sampled_from([ANA, AUTHOR]),
            about=st.sampled_from([THIS, ELSEWHERE]),
            due=st.sampled_from([DAY, 2 * DAY]),
            ago=st.sampled_from([timedelta(), 2 * DAY]),
        ),
        max_size=2,
    ).map(tuple),
    waivers=st.lists(st.builds(waiver, st.sampled_from([ANA, CLEO])), max_size=2).map(tuple),
)


@given(records)
def test_exceptions_never_make_a_gate_satisfied(record: Record) -> None:
    bare = replace(record, overrides=(), break_glass=(), waivers=())
    with_, without = (decide_gate(case(each, findings=(FINDING,))) for each in (record, bare))

    assert with_.state is not GateState.SATISFIED or without.state is GateState.SATISFIED
    for need in with_.requirements:
        if need.state is GateState.SATISFIED:
            assert need in without.requirements


@given(records, st.data())
def test_taking_an_exception_away_never_opens_a_gate(record: Record, data: st.DataObject) -> None:
    kinds = [kind for kind in ("overrides", "waivers") if getattr(record, kind)]
    if not kinds:
        return
    kind = data.draw(st.sampled_from(kinds))
    held = getattr(record, kind)
    index = data.draw(st.integers(0, len(held) - 1))
    less = replace(record, **{kind: (*held[:index], *held[index + 1 :])})

    open_before = {need.evidence for need in decide_gate(case(record, findings=(FINDING,))).open}
    open_after = {need.evidence for need in decide_gate(case(less, findings=(FINDING,))).open}

    assert open_before <= open_after


def firm(by: int, when: str = "") -> Policy:
    """The policy with a rule on top that lets no exception pass with fewer than `by` people, where `when` holds."""
    condition = compile_condition(when) if when else None
    return replace(
        POLICY, rules=(*POLICY.rules, Rule(name="firm", require=(ApprovalNeed(),), when=condition, exceptions_by=by))
    )


HERE, NOT_HERE = "change.files.size() > 0", "change.files.size() > 99"


@given(
    records,
    st.sampled_from([POLICY, firm(1), firm(2), firm(2, HERE), firm(3, HERE), firm(2, NOT_HERE)]),
    st.sampled_from([{}, {"is_solo": True}]),
)
def test_a_kept_gate_brought_up_to_date_is_the_gate_that_would_be_decided(
    record: Record, policy: Policy, settings: Mapping[str, bool]
) -> None:
    asked = case(policy=replace(policy, **settings), findings=(FINDING,))
    weighed = replace(asked, holds=asking(asked.document, policy))
    decided = decide_gate(replace(weighed, now=None))
    kept = case_since(decided, replace(asked, record=record))

    since, now = gate_since(decided, kept), decide_gate(replace(weighed, record=record))

    assert since.state is now.state
    assert {(n.evidence, n.state, n.met_by) for n in since.requirements} == {
        (n.evidence, n.state, n.met_by) for n in now.requirements
    }


def test_an_override_is_shown_in_force_only_with_as_many_people_as_a_firm_rule_that_applies_asks_for() -> None:
    record = Record(overrides=(override(),))

    def shown(policy: Policy) -> ExceptionState:
        asked = case(policy=policy)
        weighed = replace(asked, holds=asking(asked.document, policy))
        kept = case_since(decide_gate(replace(weighed, now=None)), replace(asked, record=record))
        return known_exceptions(kept)[0].state

    assert shown(firm(1, HERE)) is ExceptionState.IN_FORCE
    assert shown(firm(2, NOT_HERE)) is ExceptionState.IN_FORCE
    assert shown(firm(2, HERE)) is ExceptionState.NOT_COUNTED


MINUTES = timedelta(minutes=2)
"""How long approvals count below; what is said there was said an hour ago."""


def test_how_long_approvals_count_ends_no_override_waiver_or_broken_glass() -> None:
    policy = replace(POLICY, approvals_last=MINUTES)
    record = Record(overrides=(override(),), waivers=(waiver(),))
    broken = Record(break_glass=(glass(ago=timedelta(hours=1)),))

    assert state_of(decide_gate(case(record, policy=policy)), "two") is GateState.OVERRIDDEN
    assert (
        decide_gate(case(record, policy=replace(policy, rules=()), findings=(FINDING,))).state is GateState.OVERRIDDEN
    )
    assert state_of(decide_gate(case(broken, policy=policy)), "two") is GateState.BYPASSED


def test_a_review_afterwards_stands_however_long_approvals_count() -> None:
    policy = replace(POLICY, approvals_last=MINUTES)
    record = Record(break_glass=(glass(about=ELSEWHERE, ago=2 * DAY, by=(voice(ANA),)),))

    assert "review-due" not in {need.rule for need in decide_gate(case(record, policy=policy)).requirements}
