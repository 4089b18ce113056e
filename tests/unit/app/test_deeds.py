"""What an admission rests on is found by its marks, whoever wrote it, and what is malformed says nothing."""

import pytest
from msgspec.structs import replace
from tests.samples.admitting import CI, NOW, World, about, tree
from tests.samples.ledger import Key
from tests.samples.voices import LEDGER

from weighbridge.app.deeds import Deeds
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Verdict
from weighbridge.ledger import marks
from weighbridge.ledger.canonical_json import canonical_json
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.predicates.bypass import Bypass
from weighbridge.ledger.predicates.decision import Decision
from weighbridge.ledger.statement import change_subject, ledger_subject, statement_payload

LINK = Digest("sha256:" + "1" * 64)


@pytest.fixture
def world() -> World:
    world = World()
    approval = world.approve(about(0, 1))
    world.decide(about(0, 1), relied_on=[approval])
    world.carry(about(0, 1), later=about(5, 6))
    world.admitted(0, 1, links=[LINK])
    said = Bypass(at=NOW, environment="production", source="a list", commit=ObjectId("7" * 40))
    world.put(bytes(sign_as_writer(statement_payload(said, ledger_subject(LEDGER)), CI)))
    world.approve(about(0, 1), verdict=Verdict.REJECT)
    world.review_glass(about(0, 1), LINK)
    return world


def deeds(world: World) -> Deeds:
    return Deeds(ledger=LEDGER, find=world.ledger.find)


def test_each_is_found(world: World) -> None:
    found = deeds(world)

    assert [each.entry for each in found.decided(tree(1))] == [1]
    assert [each.entry for each in found.carried(tree(6))] == [2]
    assert [each.entry for each in found.admitted("production")] == [3]
    assert [each.entry for each in found.seen()] == [4]
    assert [each.entry for each in found.judgements(about(0, 1))] == [0, 5]
    assert [each.index for each in found.reviews(LINK)] == [6]


def test_nothing_of_another_tree_place_or_change_is(world: World) -> None:
    found = deeds(world)

    assert not found.decided(tree(2))
    assert not found.carried(tree(1))
    assert not found.admitted("staging")
    assert not found.judgements(about(0, 2))
    assert not found.reviews(Digest("sha256:" + "2" * 64))
    assert not found.statements([LINK])


def test_each_bears_the_marks_that_it_is_looked_for_by(world: World) -> None:
    """An index gives only what bears a mark: one too few, and an admission would rest on less than there is."""
    wanted = [
        marks.about(about(0, 1)),
        marks.decided(tree(1)),
        marks.carried(tree(6)),
        marks.admitted("production"),
        {marks.BYPASS},
        marks.about(about(0, 1)),
        {marks.ALWAYS},
    ]

    for envelope, named in zip(world.envelopes, wanted, strict=True):
        assert marks.marks_of(envelope) & set(named)


@pytest.mark.parametrize("at", ["2026-06-01T10:00:00", "yesterday", 7, None])
def test_a_decision_at_no_time_that_can_be_compared_says_nothing(at: object) -> None:
    world = World()
    world.decide(about(0, 1), GateState.SATISFIED)
    subject = about(0, 1)
    said = statement_payload(
        Decision(about=subject, at=NOW, state=GateState.SATISFIED, policy="shop"), change_subject(subject)
    )
    body = said.replace(b'"2026-06-01T12:00:00Z"', canonical_json(at))
    world.put(bytes(sign_as_writer(body, CI)))

    assert [each.entry for each in deeds(world).decided(tree(1))] == [0]
    assert world.admit(1, last=0).is_admitted


def test_a_statement_of_another_ledger_says_nothing() -> None:
    world = World()
    subject = about(0, 1)
    world.approve(subject)
    foreign = replace(subject, ledger="other/1")
    world.write(Decision(about=foreign, at=NOW, state=GateState.SATISFIED, policy="shop"), foreign)

    assert not deeds(world).decided(tree(1))


def test_who_signed_is_told_by_the_signature_and_not_by_its_name(world: World) -> None:
    (decided,) = deeds(world).decided(tree(1))

    assert decided.is_by([CI.verifier])
    assert not decided.is_by([Key("ci", 9).verifier])
    assert decided.signers == CI.verifier.keyid
