"""What a low change that serves itself is not asked for: people's words, wherever they stand, and nothing else."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.record import NOW, said
from tests.unit.policy.test_gate_properties import (
    Evidence,
    before_the_gate,
    combined,
    every,
    everything,
    needs,
    poorer,
)
from tests.unit.policy.test_needs import PRODUCTION, SANDBOX, asked

from weighbridge.domain.gate import Gate, GateState, RequirementKind
from weighbridge.domain.record import Record
from weighbridge.policy.case import Case
from weighbridge.policy.combine import PASSED
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.judge.need import SERVES_ITSELF
from weighbridge.policy.needs import (
    AllNeed,
    AnyNeed,
    ApprovalNeed,
    DocumentNeed,
    Need,
    OwnersNeed,
    ScannedNeed,
    SomeNeed,
    WaitNeed,
    is_by_people,
)
from weighbridge.policy.policy import Environment, RubberStamps
from weighbridge.policy.stamps import Stamps

HOUR = timedelta(hours=1)
YES, NO = WaitNeed(time=HOUR), WaitNeed(time=9 * HOUR)
"""What machines tell, met and not met."""
BLIND = ScannedNeed(rules=("sql/*",))
ONE, PAPER = ApprovalNeed(), DocumentNeed(kind="design-note")


def entering(*asks: Need, environment: Environment = SANDBOX, record: Record = Record()) -> Gate:  # noqa: B008 - frozen
    return decide_gate(asked(*asks, environment=environment, record=record, weighed_at=NOW - 2 * HOUR))


@pytest.mark.parametrize(
    "need",
    [
        AllNeed(of=(ONE, PAPER)),
        AnyNeed(of=(ONE, PAPER)),
        SomeNeed(count=2, of=(ONE, PAPER, OwnersNeed())),
        AllNeed(of=(AnyNeed(of=(ONE, PAPER)), SomeNeed(count=1, of=(ONE, PAPER)))),
    ],
)
def test_what_only_people_could_meet_is_not_asked_for(need: Need) -> None:
    gate = entering(need)

    assert (gate.state, gate.requirements) == (GateState.SATISFIED, ())
    assert entering(need, environment=PRODUCTION).state not in PASSED


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (AllNeed(of=(ONE, YES)), GateState.SATISFIED),
        (AllNeed(of=(ONE, NO)), GateState.UNSATISFIED),
        (AllNeed(of=(ONE, BLIND)), GateState.ERROR),
        (AnyNeed(of=(ONE, YES)), GateState.SATISFIED),
        (AnyNeed(of=(ONE, NO)), GateState.UNSATISFIED),
        (AnyNeed(of=(PAPER, BLIND)), GateState.ERROR),
        (SomeNeed(count=2, of=(ONE, YES, NO)), GateState.UNSATISFIED),
        (SomeNeed(count=2, of=(ONE, PAPER, YES)), GateState.SATISFIED),
        (SomeNeed(count=2, of=(ONE, PAPER, NO)), GateState.UNSATISFIED),
        (AllNeed(of=(AnyNeed(of=(ONE, PAPER)), YES)), GateState.SATISFIED),
        (AnyNeed(of=(AllNeed(of=(ONE, NO)), YES)), GateState.SATISFIED),
        (AnyNeed(of=(AllNeed(of=(ONE, YES)), NO)), GateState.SATISFIED),
    ],
)
def test_what_machines_tell_is_asked_for_all_the_same(need: Need, expected: GateState) -> None:
    assert entering(need).state is expected


def test_a_word_in_the_place_of_what_a_machine_tells_still_counts() -> None:
    yes = Record(judgements=(said("ana@example.org"),))

    assert entering(AnyNeed(of=(ONE, NO)), record=yes).state is GateState.SATISFIED
    assert entering(SomeNeed(count=2, of=(ONE, YES, NO)), record=yes).state is GateState.SATISFIED
    assert entering(AllNeed(of=(ONE, NO)), record=yes).state is GateState.UNSATISFIED


def test_the_parts_that_are_not_asked_for_say_why() -> None:
    (whole,) = entering(AllNeed(of=(AnyNeed(of=(ONE, PAPER)), NO))).requirements

    people, machine = whole.parts
    assert (whole.state, people.state, machine.state) == (
        GateState.UNSATISFIED,
        GateState.NOT_APPLICABLE,
        GateState.UNSATISFIED,
    )
    assert {each.state for each in people.parts} == {GateState.NOT_APPLICABLE}
    assert people.because == (SERVES_ITSELF,)


def test_an_override_of_the_whole_is_of_the_same_requirement_wherever_the_change_goes() -> None:
    need = AllNeed(of=(ONE, NO))

    (here,), (there,) = entering(need).requirements, entering(need, environment=PRODUCTION).requirements

    assert here.evidence == there.evidence


def test_what_the_environment_itself_asks_of_people_is_asked_for() -> None:
    strict = replace(SANDBOX, require=(AnyNeed(of=(ONE, PAPER)),))

    assert entering(YES, environment=strict).state is GateState.UNSATISFIED


def test_an_approval_that_nobody_needed_asks_for_no_other() -> None:
    quick = Record(judgements=(replace(said("ana@example.org"), read_for=1),))
    before = asked(AllNeed(of=(ONE, YES)), environment=SANDBOX, record=quick, weighed_at=NOW - 2 * HOUR)
    before = replace(before, stamps=lambda: Stamps(page_words=4000))

    gate = decide_gate(replace(before, policy=replace(before.policy, rubber_stamps=RubberStamps(words_a_minute=1))))

    assert gate.state is GateState.SATISFIED


asks = st.lists(needs, min_size=1, max_size=3)


def into(case: Case, environment: Environment) -> Gate:
    return decide_gate(replace(case, environment=environment))


@given(asks, everything)
def test_production_never_serves_itself(wanted: list[Need], evidence: Evidence) -> None:
    case = before_the_gate(wanted, evidence)

    assert into(case, PRODUCTION).requirements == decide_gate(case).requirements


@given(asks, everything)
def test_whoever_serves_themselves_is_asked_for_no_more(wanted: list[Need], evidence: Evidence) -> None:
    case = before_the_gate(wanted, evidence)

    if decide_gate(case).state in PASSED:
        assert into(case, SANDBOX).state in PASSED


def of_machines(need: Need) -> Need | None:
    """What is left of a need without people; None where nothing is."""
    if not isinstance(need, AllNeed | AnyNeed | SomeNeed):
        return None if is_by_people(need) else need
    left = tuple(found for each in need.of if (found := of_machines(each)) is not None)
    if not left:
        return None
    if isinstance(need, SomeNeed) and len(left) < len(need.of):
        return replace(need, of=left, count=min(need.count, len(left)))
    return replace(need, of=left)


@given(asks, everything)
def test_without_anybodys_word_exactly_what_machines_tell_is_asked_for(wanted: list[Need], evidence: Evidence) -> None:
    silent = replace(evidence, judgements=(), papers=())
    left = [found for each in wanted if (found := of_machines(each)) is not None]

    served = into(before_the_gate(wanted, silent), SANDBOX).state
    machines = decide_gate(before_the_gate(left, silent)).state if left else GateState.SATISFIED

    assert (served in PASSED) == (machines in PASSED)


@given(asks, everything)
def test_taking_evidence_away_never_satisfies_one_that_serves_itself(wanted: list[Need], evidence: Evidence) -> None:
    with_all = into(before_the_gate(wanted, evidence), SANDBOX)

    for less in poorer(evidence):
        if into(before_the_gate(wanted, less), SANDBOX).state is GateState.SATISFIED:
            assert with_all.state is GateState.SATISFIED


people = st.recursive(st.sampled_from([ONE, PAPER, OwnersNeed()]), combined, max_leaves=6)


@given(st.lists(people, min_size=1, max_size=3), everything)
def test_no_need_of_people_alone_stands_in_the_way(wanted: list[Need], evidence: Evidence) -> None:
    gate = into(before_the_gate(wanted, replace(evidence, judgements=())), SANDBOX)

    assert gate.state is GateState.SATISFIED
    assert {each.kind for each in every(gate.requirements)} <= {RequirementKind.LOOK}
