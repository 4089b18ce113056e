"""What combines needs, where one of them asks for nothing here; and people who know a component, as many as are asked for."""

import pytest
from msgspec.structs import replace
from tests.samples.record import said, voice
from tests.unit.policy.test_needs import Asks, judged, owned
from tests.unit.policy.test_voices import ANYONE, SENIOR

from weighbridge.domain.gate import GateState
from weighbridge.domain.knowledge import Knowledge, WhoKnows
from weighbridge.domain.record import Judgement, Record
from weighbridge.policy.needs import (
    AllNeed,
    AnyNeed,
    ApprovalNeed,
    CountWhen,
    DisclosureNeed,
    FindingsNeed,
    Group,
    GroupKind,
    Need,
    OwnersNeed,
    SomeNeed,
)

ANA, BEN, CLEO = "ana@example.org", "ben@example.org", "cleo@example.org"
BY_KNOWLEDGE = (Group(GroupKind.KNOWS_COMPONENT),)
KNOWN = WhoKnows(
    components=("cart",),
    known=tuple(Knowledge(person=who, component="cart", reason="authored 5 of its 9 changes") for who in (ANA, BEN)),
)


def asked(need: Need, *judgements: Judgement, holds: bool = False) -> GateState:
    return judged(
        need,
        record=Record(judgements=judgements),
        who_knows=lambda: KNOWN,
        ownership=owned(),
        holds=lambda _: holds,
    )


@pytest.mark.parametrize("nobody", [OwnersNeed(), DisclosureNeed()], ids=["no owner", "no rule of disclosure"])
def test_who_is_asked_for_nothing_is_no_alternative_to_whom_is_asked(nobody: Need) -> None:
    assert asked(AnyNeed(of=(nobody, SENIOR))) is GateState.UNSATISFIED
    assert asked(AnyNeed(of=(nobody, SENIOR)), said(ANA)) is GateState.SATISFIED
    assert asked(SomeNeed(count=2, of=(nobody, SENIOR, ANYONE)), said(ANA)) is GateState.SATISFIED
    assert asked(SomeNeed(count=2, of=(nobody, SENIOR, FindingsNeed()))) is GateState.UNSATISFIED
    assert asked(AllNeed(of=(nobody, SENIOR))) is GateState.UNSATISFIED
    assert asked(AllNeed(of=(nobody, SENIOR)), said(ANA)) is GateState.SATISFIED


def test_findings_that_there_are_none_of_are_an_alternative_that_is_met() -> None:
    assert asked(AnyNeed(of=(FindingsNeed(), SENIOR))) is GateState.SATISFIED


def test_as_many_know_the_component_as_are_asked_for() -> None:
    two = ApprovalNeed(by=BY_KNOWLEDGE, count=2)

    assert asked(two, said(ANA)) is GateState.UNSATISFIED
    assert asked(two, said(ANA), said(CLEO)) is GateState.UNSATISFIED
    assert asked(two, said(ANA), said("ben@home.example")) is GateState.SATISFIED


def test_who_knows_it_says_what_they_are_asked_to() -> None:
    need = ApprovalNeed(by=BY_KNOWLEDGE, words="I read it")

    assert asked(need, said(ANA)) is GateState.UNSATISFIED
    assert asked(need, said(ANA, reason="I read it")) is GateState.SATISFIED


@pytest.mark.parametrize(("holds", "state"), [(True, GateState.UNSATISFIED), (False, GateState.SATISFIED)])
def test_how_many_who_know_it_hangs_on_the_change(*, holds: bool, state: GateState) -> None:
    need = ApprovalNeed(by=BY_KNOWLEDGE, count_when=(CountWhen(when=Asks("risky"), count=2),))

    assert asked(need, said(ANA), holds=holds) is state


def test_two_who_know_it_are_not_one_by_two_keys() -> None:
    two = ApprovalNeed(by=BY_KNOWLEDGE, count=2)
    by_ana = replace(voice(BEN), rests_on=(ANA,))

    assert asked(two, said(ANA), said(by_ana)) is GateState.UNSATISFIED
