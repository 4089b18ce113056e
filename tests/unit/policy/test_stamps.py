"""How approvals are given, as figures: unknown is not fast, and another approver is asked for where a policy says so."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.record import NOW, THIS, said, voice
from tests.unit.policy.test_voices import DOCUMENT, PEOPLE

from weighbridge.domain.gate import Gate, GateState
from weighbridge.domain.ids import Digest
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.record import Judgement, Record
from weighbridge.policy.case import Case
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.policy import Environment, EnvironmentLevel, Policy, RubberStamps, Rule
from weighbridge.policy.stamps import ApprovalGiven, Stamps, figures, longest_batch

ANA, BEN, CLEO = "ana@example.org", "ben@example.org", "cleo@example.org"
FAST = RubberStamps(words_a_minute=400)
PAGE = Stamps(page_words=200)


def change(number: int) -> Digest:
    return Digest(f"sha256:{number:064x}")


def approved(
    number: int, who: str = ANA, *, minute: float = 0, read_for: int | None = None, is_ai: bool | None = True
) -> ApprovalGiven:
    at = NOW + timedelta(minutes=minute)
    return ApprovalGiven(person=who, at=at, decision=change(number), read_for=read_for, words=200, is_ai=is_ai)


def gate(*judgements: Judgement, terms: RubberStamps = FAST, stamps: Stamps = PAGE, count: int = 1) -> Gate:
    return decide_gate(
        Case(
            policy=Policy(name="p", rules=(Rule(name="r", require=(ApprovalNeed(count=count),)),), rubber_stamps=terms),
            document=replace(DOCUMENT, provenance=Provenance(origin=Origin.AI)),
            people=PEOPLE,
            record=Record(judgements=judgements),
            subject=THIS,
            now=NOW,
            stamps=lambda: stamps,
        )
    )


def read(who: str, seconds: int | None) -> Judgement:
    return replace(said(who), read_for=seconds)


def stamped(found: Gate) -> GateState | None:
    return next((need.state for need in found.requirements if need.rule == "rubber-stamp"), None)


def test_a_page_that_stood_open_for_less_than_its_words_take_asks_for_another_approver() -> None:
    found = gate(read(ANA, 29))

    (need,) = found.open
    assert need.rule == "rubber-stamp"
    assert need.ask == "another approval of what r asks for"
    assert need.because == ("ana@example.org: 200 words stood open for 29 s, and the policy's pace is 400 a minute",)


@pytest.mark.parametrize("seconds", [30, 3000, None])
def test_a_page_that_stood_open_long_enough_or_for_an_unknown_time_asks_for_nobody(seconds: int | None) -> None:
    assert gate(read(ANA, seconds)).state is GateState.SATISFIED


def test_another_person_is_enough_however_fast_and_the_same_again_is_not() -> None:
    assert stamped(gate(read(ANA, 1), read(BEN, 1))) is GateState.SATISFIED
    assert stamped(gate(read(ANA, 1), read("@ana", 1))) is GateState.UNSATISFIED


def test_whoever_reads_it_again_and_says_so_once_more_has_read_it() -> None:
    assert stamped(gate(read(ANA, 1), read(ANA, 90))) is None
    assert stamped(gate(read(ANA, 90), read(ANA, 1))) is None


def test_nobody_else_is_asked_where_enough_others_took_their_time() -> None:
    assert stamped(gate(read(ANA, 1), read(BEN, 90))) is None
    assert stamped(gate(read(ANA, 1), read(BEN, 90), count=2)) is GateState.UNSATISFIED
    assert stamped(gate(read(ANA, 1), read(BEN, 90), read(CLEO, None), count=2)) is None


def test_a_policy_that_says_nothing_of_it_looks_for_nothing() -> None:
    assert gate(read(ANA, 0), terms=RubberStamps()).state is GateState.SATISFIED


def test_who_approves_more_of_the_ai_assisted_changes_than_the_share_is_not_alone_enough() -> None:
    terms = RubberStamps(share=0.5, least=4)
    most = (*(approved(n) for n in range(3)), approved(3, BEN))

    assert stamped(gate(said(ANA), terms=terms, stamps=Stamps(given=most))) is GateState.UNSATISFIED
    assert stamped(gate(said(BEN), terms=terms, stamps=Stamps(given=most))) is None
    assert stamped(gate(said(ANA), terms=terms, stamps=Stamps(given=most[1:]))) is None


def test_an_approval_in_a_batch_asks_for_another_and_one_outside_it_does_not() -> None:
    terms = RubberStamps(batch=3, within=timedelta(minutes=10))
    batch = tuple(approved(n, minute=-60 + n) for n in range(3))
    apart = tuple(approved(n, minute=-600 + n) for n in range(3))

    assert stamped(gate(said(ANA), terms=terms, stamps=Stamps(given=batch))) is GateState.UNSATISFIED
    assert stamped(gate(said(ANA), terms=terms, stamps=Stamps(given=apart))) is None
    assert stamped(gate(said(ANA), terms=terms, stamps=Stamps(given=batch[1:]))) is None


def test_exactly_the_share_the_pace_or_the_span_is_within_what_the_policy_lets() -> None:
    half = tuple(approved(n, who) for n, who in enumerate((ANA, ANA, BEN, BEN)))
    apart = (approved(1, minute=-60), approved(2, minute=-70))
    terms = RubberStamps(batch=2, within=timedelta(minutes=10))

    assert stamped(gate(said(ANA), terms=RubberStamps(share=0.5, least=4), stamps=Stamps(given=half))) is None
    assert stamped(gate(read(ANA, 30), terms=FAST)) is None
    assert stamped(gate(said(ANA), terms=terms, stamps=Stamps(given=apart))) is GateState.UNSATISFIED
    beyond = (apart[0], approved(2, minute=-70.1))
    assert stamped(gate(said(ANA), terms=terms, stamps=Stamps(given=beyond))) is None
    assert longest_batch(apart, batch_seconds=600) == 2
    assert longest_batch(beyond, batch_seconds=600) == 1


def test_nobody_else_is_asked_while_the_need_itself_is_open() -> None:
    assert stamped(gate(read(ANA, 1), count=2)) is None
    assert stamped(gate(read(ANA, 1), read(BEN, 1), count=2)) is GateState.UNSATISFIED


def test_a_decision_which_has_no_time_looks_for_no_stamps() -> None:
    policy = Policy(name="p", rules=(Rule(name="r", require=(ApprovalNeed(),)),), rubber_stamps=FAST)

    def unasked() -> Stamps:
        raise AssertionError("nobody is to be asked")

    case = Case(policy=policy, document=DOCUMENT, record=Record(judgements=(read(ANA, 1),)), subject=THIS)
    assert stamped(decide_gate(replace(case, stamps=unasked))) is None


def test_what_an_environment_asks_for_is_looked_at_too() -> None:
    place = Environment(name="live", level=EnvironmentLevel.PRODUCTION, require=(ApprovalNeed(),))
    policy = Policy(name="p", environments={"live": place}, rubber_stamps=FAST)

    def asked(seconds: int) -> Gate:
        record = Record(judgements=(read(ANA, seconds),))
        case = Case(policy=policy, document=DOCUMENT, people=PEOPLE, record=record, subject=THIS, now=NOW)
        return decide_gate(replace(case, environment=place, stamps=lambda: PAGE))

    assert stamped(asked(5)) is GateState.UNSATISFIED
    assert stamped(asked(90)) is None


def test_figures_are_medians_of_what_was_measured_and_say_what_was_not() -> None:
    given_ = (
        approved(1, read_for=60),
        approved(2, minute=1, read_for=20),
        approved(3, minute=2, read_for=30),
        approved(4, minute=90, is_ai=None),
        approved(4, BEN, is_ai=None),
        approved(5, BEN, read_for=0, is_ai=False),
    )

    ana, ben = figures(given_, batch_seconds=600)

    assert (ana.person, ana.approvals, ana.measured) == (ANA, 4, 3)
    assert (ana.median_seconds, ana.median_pace) == (30, 400)
    assert (ana.of_ai, ana.all_ai, ana.share, ana.unknown_origin, ana.longest_batch) == (3, 3, 1.0, 1, 3)
    assert (ben.median_pace, ben.share) == (12_000, 0.0)


def test_one_change_approved_twice_is_no_batch() -> None:
    assert longest_batch([approved(1), approved(1, minute=1)], batch_seconds=600) == 1


given_lists = st.lists(
    st.builds(
        approved,
        st.integers(0, 5),
        st.sampled_from([ANA, BEN]),
        minute=st.integers(0, 40),
        read_for=st.one_of(st.none(), st.integers(0, 100)),
        is_ai=st.sampled_from([True, False, None]),
    ),
    max_size=12,
)


@given(given_lists)
def test_figures_add_up_whatever_was_given(given_: list[ApprovalGiven]) -> None:
    found = figures(tuple(given_), batch_seconds=600)

    assert sum(each.approvals for each in found) == len(given_)
    for each in found:
        assert each.measured <= each.approvals
        assert each.of_ai <= each.all_ai
        assert 1 <= each.longest_batch <= each.approvals
        assert (each.median_pace is None) == (each.measured == 0)


@given(given_lists, st.randoms())
def test_the_order_in_which_approvals_are_told_changes_no_figure(given_: list[ApprovalGiven], random: object) -> None:
    shuffled = sorted(given_, key=lambda _: id(random) % 7)

    assert figures(tuple(given_), batch_seconds=600) == figures(tuple(reversed(shuffled)), batch_seconds=600)


readings = st.lists(
    st.builds(read, st.sampled_from([ANA, BEN, CLEO]), st.one_of(st.none(), st.integers(0, 120))), max_size=5
)


@given(readings, st.integers(1, 3))
def test_looking_for_rubber_stamps_never_opens_a_gate(judgements: list[Judgement], count: int) -> None:
    with_ = gate(*judgements, count=count)
    without = gate(*judgements, count=count, terms=RubberStamps())

    assert with_.state is not GateState.SATISFIED or without.state is GateState.SATISFIED


@given(readings, st.integers(1, 3), st.data())
def test_taking_an_approval_of_this_away_never_satisfies(
    judgements: list[Judgement], count: int, data: st.DataObject
) -> None:
    if not judgements:
        return
    index = data.draw(st.integers(0, len(judgements) - 1))
    less = [*judgements[:index], *judgements[index + 1 :]]

    if gate(*less, count=count).state is GateState.SATISFIED:
        assert gate(*judgements, count=count).state is GateState.SATISFIED


def test_everybody_is_counted_under_their_one_name() -> None:
    terms = RubberStamps(batch=2, within=timedelta(minutes=10))
    batch = (approved(1, "@ana", minute=-60), approved(2, ANA, minute=-59))

    assert stamped(gate(replace(said(voice(ANA))), terms=terms, stamps=Stamps(given=batch))) is GateState.UNSATISFIED
