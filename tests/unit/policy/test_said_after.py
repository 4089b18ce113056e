"""A no that was said after an exception was made is none that it passes: the ledger's order tells, whatever the clocks say."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.record import NOW, THIS, said, voice
from tests.unit.policy.test_exceptions import ANA, BEN, CLEO, DAY, POLICY, SENIOR, case
from tests.unit.policy.test_voices import AUTHOR

from weighbridge.domain.gate import GateState, Requirement
from weighbridge.domain.record import BreakGlass, Judgement, Override, Record, Verdict
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.judge.approvals import REJECTION_RULE
from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.policy import BreakGlassRules, Exceptions, Policy
from weighbridge.policy.since import case_since, gate_since

BARE = replace(POLICY, rules=(), overrides=Exceptions(approval=SENIOR, longest=2 * DAY))
TWO = replace(BARE, break_glass=BreakGlassRules(approval=ApprovalNeed(count=2, not_by=frozenset()), review_within=DAY))
HOUR = timedelta(hours=1)


def no(who: str, entry: int, *, hours_ago: float = 1) -> Judgement:
    return said(voice(who, entry=entry, at=NOW - hours_ago * HOUR), Verdict.REJECT)


def broken(who: str, entry: int, *, hours_ago: float = 1) -> BreakGlass:
    at = NOW - hours_ago * HOUR
    return BreakGlass(voice=voice(who, entry=entry, at=at), subject=THIS, reason="down", review_due=at + DAY)


def over(who: str, entry: int, *, of: Requirement) -> Override:
    by = voice(who, entry=entry)
    return Override(voice=by, subject=THIS, requirements=(of.evidence,), reason="because", until=by.at + DAY)


def rejections(record: Record, *, policy: Policy = BARE) -> list[Requirement]:
    return [need for need in decide_gate(case(record, policy=policy)).requirements if need.rule == REJECTION_RULE]


def states(record: Record, *, policy: Policy = BARE) -> list[GateState]:
    return [need.state for need in rejections(record, policy=policy)]


def test_glass_passes_a_rejection_that_stood_there_when_it_was_broken() -> None:
    assert states(Record(judgements=(no(BEN, 3),), break_glass=(broken(AUTHOR, 4),))) == [GateState.BYPASSED]


def test_a_rejection_after_it_closes_the_gate_and_says_that_the_glass_was_broken_before() -> None:
    (need,) = rejections(Record(judgements=(no(BEN, 5),), break_glass=(broken(AUTHOR, 4),)))

    assert need.state is GateState.UNSATISFIED
    assert need.not_counted == (f"{AUTHOR}: broke the glass before that was said",)


@pytest.mark.parametrize("hours_ago", [0, 1, 9], ids=["later", "at the same time", "earlier"])
def test_whatever_time_they_state(hours_ago: float) -> None:
    record = Record(judgements=(no(BEN, 5, hours_ago=hours_ago),), break_glass=(broken(AUTHOR, 4),))

    assert states(record) == [GateState.UNSATISFIED]
    assert states(replace(record, break_glass=(broken(AUTHOR, 6),))) == [GateState.BYPASSED]


def test_what_else_is_open_stays_passed() -> None:
    gate = decide_gate(case(Record(judgements=(no(BEN, 5),), break_glass=(broken(AUTHOR, 4),))))

    assert {need.rule for need in gate.open} == {REJECTION_RULE, "kept"}


def test_who_says_no_again_says_it_after_the_glass() -> None:
    record = Record(judgements=(no(BEN, 3), no(BEN, 5)), break_glass=(broken(AUTHOR, 4),))

    assert states(record) == [GateState.UNSATISFIED]


def test_whoever_breaks_it_again_passes_that_no_too() -> None:
    record = Record(judgements=(no(BEN, 5),), break_glass=(broken(AUTHOR, 4), broken(AUTHOR, 6)))

    assert states(record) == [GateState.BYPASSED]


def test_where_two_must_break_it_both_must_have_known_of_the_no() -> None:
    early, late = broken(AUTHOR, 4), broken(AUTHOR, 6)

    def told(*glass: BreakGlass) -> list[GateState]:
        return states(Record(judgements=(no(BEN, 5),), break_glass=glass), policy=TWO)

    assert told(early, broken(CLEO, 7)) == [GateState.UNSATISFIED]
    assert told(early, late, broken(CLEO, 7)) == [GateState.BYPASSED]


def test_an_override_of_one_no_is_none_of_the_next() -> None:
    (need,) = rejections(Record(judgements=(no(BEN, 3),)))
    given_ = over(ANA, 4, of=need)

    assert states(Record(judgements=(no(BEN, 3),), overrides=(given_,))) == [GateState.OVERRIDDEN]
    (again,) = rejections(Record(judgements=(no(BEN, 3), no(BEN, 5)), overrides=(given_,)))
    assert again.state is GateState.UNSATISFIED
    assert again.not_counted == (f"{ANA}: overrode it before that was said",)


people = st.sampled_from([ANA, BEN, CLEO, AUTHOR])
times = st.sampled_from([0, 1, 2])


@st.composite
def ledgers(draw: st.DrawFn) -> Record:
    """Rejections, broken glass and overrides of every rejection, in any order, by clocks that are right or not."""
    count = draw(st.integers(0, 6))
    kinds = [draw(st.sampled_from(["no", "yes", "glass", "override"])) for _ in range(count)]
    judgements: list[Judgement] = []
    glass: list[BreakGlass] = []
    overrides: list[Override] = []
    for entry, kind in enumerate(kinds):
        who, ago = draw(people), draw(times)
        if kind == "glass":
            glass.append(broken(who, entry, hours_ago=ago))
        elif kind == "override":
            overrides += [over(who, entry, of=need) for need in rejections(Record(judgements=tuple(judgements)))]
        else:
            verdict = Verdict.REJECT if kind == "no" else Verdict.APPROVE
            judgements.append(said(voice(who, entry=entry, at=NOW - ago * HOUR), verdict))
    return Record(judgements=tuple(judgements), break_glass=tuple(glass), overrides=tuple(overrides))


@given(ledgers(), st.sampled_from([BARE, TWO]))
def test_whatever_passes_a_rejection_stands_after_it(record: Record, policy: Policy) -> None:
    entries = {said.voice.evidence: said.voice.entry for said in record.judgements}
    exceptions = [g.voice.entry for g in record.break_glass] + [o.voice.entry for o in record.overrides]

    for need in rejections(record, policy=policy):
        if not need.is_open:
            assert any(entry > entries[need.cites[0]] for entry in exceptions)


@given(ledgers(), people, st.sampled_from([BARE, TWO]))
def test_a_no_that_is_said_last_closes_every_gate(record: Record, who: str, policy: Policy) -> None:
    last = replace(record, judgements=(*record.judgements, no(who, 99)))

    assert decide_gate(case(last, policy=policy)).state is GateState.UNSATISFIED


@given(ledgers(), st.sampled_from([BARE, TWO, replace(POLICY, overrides=BARE.overrides)]))
def test_a_preview_tells_of_it_as_the_gate_does(record: Record, policy: Policy) -> None:
    asked = case(record, policy=policy)
    kept = decide_gate(replace(asked, record=Record(), now=None))

    since, now = gate_since(kept, case_since(kept, asked)), decide_gate(asked)

    assert since.state is now.state
    assert [(n.evidence, n.state, n.met_by) for n in since.requirements] == [
        (n.evidence, n.state, n.met_by) for n in now.requirements
    ]
