"""What is left of the words of a key that counts no more: broken glass passes nothing and is owed its review, a no is told."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.samples.ssh_keys import SshKey, ed25519
from tests.samples.voices import ADA, BOB, EVE, NOW, History, about, roster, signed
from tests.unit.policy.test_voices import DOCUMENT, PEOPLE

from weighbridge.domain.record import BreakGlass as Broken
from weighbridge.domain.record import Record, Verdict
from weighbridge.ledger.envelope import read_envelope
from weighbridge.ledger.personal import personal_values
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.break_glass import BreakGlass
from weighbridge.ledger.predicates.break_glass_review import BreakGlassReview
from weighbridge.ledger.record_of import OnRecord
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.ledger.speak import hear
from weighbridge.ledger.statement import change_subject, statement_payload
from weighbridge.ledger.trusted_ledger import Entry
from weighbridge.policy.case import Case
from weighbridge.policy.exceptions import glass_in_force, reviews_due
from weighbridge.policy.needs import ApprovalNeed, Involved
from weighbridge.policy.policy import BreakGlassRules, Policy

ADAS, BOBS, EVES = ed25519(), ed25519(), ed25519()
REASON = personal_values({"reason": "the shop is down"})
DUE = NOW + timedelta(days=1)
LATER = NOW + timedelta(days=9)


@pytest.fixture
def history() -> History:
    return History(roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}"))


def break_glass(history: History, key: SshKey) -> Entry:
    said = BreakGlass(about=about(), at=NOW, review_due=DUE, personal=REASON.commitment)
    history.say(signed(statement_payload(said, change_subject(about())), key), REASON)
    return history.entries[-1]


def record(history: History) -> Record:
    who = history.roster
    return OnRecord(
        subject=about(),
        settings=LedgerSettings(),
        hear=lambda entry: hear(entry.envelope, entry.index, roster=who, now=LATER),
        open=lambda _entry, _commitment: {"reason": "the shop is down"},
    ).gather(history.entries)


def broken(history: History) -> Sequence[Broken]:
    return record(history).break_glass


def case(history: History) -> Case:
    rules = BreakGlassRules(approval=ApprovalNeed(not_by=frozenset()), review_within=timedelta(days=2))
    return Case(
        policy=Policy(name="p", rules=(), break_glass=rules),
        document=DOCUMENT,
        people=PEOPLE,
        involved={BOB: frozenset({Involved.AUTHOR})},
        record=record(history),
        subject=about(),
        now=NOW + timedelta(hours=1),
    )


@pytest.mark.parametrize("by", [BOBS, ADAS])
@pytest.mark.parametrize("cause", ["lost", "stolen", "left", "replaced"])
def test_a_key_that_is_revoked_takes_no_debt_with_it(history: History, by: SshKey, cause: str) -> None:
    break_glass(history, BOBS)
    assert [each.is_void for each in broken(history)] == [False]

    history.revoke(BOBS.keyid, by=by, cause=cause)

    assert [(each.voice.person, each.is_void, each.review_due) for each in broken(history)] == [(BOB, True, DUE)]


def test_what_a_revoked_key_broke_passes_nothing_and_its_review_falls_due(history: History) -> None:
    break_glass(history, BOBS)
    assert glass_in_force(case(history))

    history.revoke(BOBS.keyid, by=BOBS, cause="lost")
    asked = case(history)

    assert not glass_in_force(asked)
    assert [need.rule for need in reviews_due(replace(asked, now=LATER))] == ["review-due"]


def test_its_review_is_given_as_ever(history: History) -> None:
    entry = break_glass(history, BOBS)
    history.revoke(BOBS.keyid, by=BOBS, cause="lost")
    review = BreakGlassReview(
        about=about(), at=NOW, reviews=read_envelope(entry.envelope).digest, personal=REASON.commitment
    )
    history.say(signed(statement_payload(review, change_subject(about())), ADAS), REASON)

    assert [[voice.person for voice in each.reviewed_by] for each in broken(history)] == [[ADA]]


def test_a_key_that_fell_with_whoever_vouched_for_it_takes_no_debt_with_it(history: History) -> None:
    history.enrol(EVE, EVES, by=BOBS)
    break_glass(history, EVES)

    history.revoke(BOBS.keyid, by=ADAS, cause="stolen")

    assert [(each.voice.person, each.is_void) for each in broken(history)] == [(EVE, True)]


def test_whoever_broke_the_glass_with_a_key_that_was_revoked_before_owes_nothing(history: History) -> None:
    history.revoke(BOBS.keyid, by=ADAS)
    break_glass(history, BOBS)

    assert broken(history) == ()


@pytest.mark.parametrize(("cause", "owes"), [("left", [EVE]), ("stolen", [])])
def test_whoever_rests_on_a_key_that_was_revoked_before_owes_what_counted(
    history: History, cause: str, owes: list[str]
) -> None:
    history.enrol(EVE, EVES, by=BOBS)
    history.revoke(BOBS.keyid, by=ADAS, cause=cause)
    break_glass(history, EVES)

    history.revoke(EVES.keyid, by=EVES, cause="lost")

    assert [each.voice.person for each in broken(history)] == owes


def without(history: History, *lines: str) -> History:
    """The same entries, read where allowed_signers holds these lines alone."""
    again = History(roster(f"{ADA} {ADAS.line}", *lines))
    again.entries = history.entries
    return again


def test_whose_line_was_taken_out_leaves_the_debt_to_everybody(history: History) -> None:
    break_glass(history, BOBS)

    left = without(history)
    (owed,) = broken(left)
    asked = replace(case(left), involved={ADA: frozenset({Involved.AUTHOR})})

    assert (owed.is_void, owed.is_unclaimed, owed.voice.is_somebody) == (True, True, False)
    assert not glass_in_force(asked)
    assert not list(reviews_due(asked)), "it is not due yet"
    (need,) = reviews_due(replace(asked, now=LATER))
    assert "somebody whose key is nobody's now" in need.ask
    assert "put back the line of its key" in need.because[2]


def test_of_that_debt_it_takes_one_reviewer_more(history: History) -> None:
    entry = break_glass(history, BOBS)
    for by in (ADAS, EVES):
        assert list(reviews_due(replace(case(without(history, f"{EVE} {EVES.line}")), now=LATER)))
        review = BreakGlassReview(
            about=about(), at=NOW, reviews=read_envelope(entry.envelope).digest, personal=REASON.commitment
        )
        history.say(signed(statement_payload(review, change_subject(about())), by), REASON)

    asked = replace(case(without(history, f"{EVE} {EVES.line}")), now=LATER)

    assert not list(reviews_due(replace(asked, involved={BOB: frozenset({Involved.AUTHOR})})))


def test_a_line_that_is_put_back_with_an_end_makes_the_debt_that_persons_again(history: History) -> None:
    break_glass(history, BOBS)
    back = without(history, f'{BOB} valid-before="20260603" {BOBS.line}')

    assert [(each.voice.person, each.is_void, each.is_unclaimed) for each in broken(back)] == [(BOB, True, False)]


def test_a_line_that_had_ended_before_says_that_the_key_was_nobodys(history: History) -> None:
    break_glass(history, BOBS)

    assert broken(without(history, f'{BOB} valid-before="20200101" {BOBS.line}')) == ()


def test_a_key_whose_voucher_is_not_enrolled_any_more_leaves_its_debt_too(history: History) -> None:
    history.enrol(EVE, EVES, by=BOBS)
    break_glass(history, EVES)

    assert [each.is_unclaimed for each in broken(without(history))] == [True]


def test_only_broken_glass_is_left_of_a_key_that_is_nobodys(history: History) -> None:
    said = Approval(about=about(), at=NOW, verdict=Verdict.REJECT)
    history.say(signed(statement_payload(said, change_subject(about())), BOBS))

    assert record(without(history)).judgements == ()


@pytest.mark.parametrize("is_first", [True, False])
def test_a_strangers_copy_takes_no_debt_over(history: History, *, is_first: bool) -> None:
    for key in (ed25519(), BOBS) if is_first else (BOBS, ed25519()):
        break_glass(history, key)

    assert [(each.voice.person, each.is_void, each.is_unclaimed) for each in broken(history)] == [(BOB, False, False)]


def test_it_is_still_told_that_the_key_counts_no_more(history: History) -> None:
    break_glass(history, BOBS)
    history.revoke(BOBS.keyid, by=ADAS)

    assert "its key was revoked by ada@example.org" in record(history).refused[0]


def test_a_rejection_is_told_to_the_gate_with_who_revoked_its_key(history: History) -> None:
    for verdict in (Verdict.APPROVE, Verdict.REJECT):
        said = Approval(about=about(), at=NOW, verdict=verdict)
        history.say(signed(statement_payload(said, change_subject(about())), BOBS))
    history.revoke(BOBS.keyid, by=ADAS, cause="stolen")

    (left,) = record(history).judgements

    assert (left.verdict, left.is_void, left.revoked_by) == (Verdict.REJECT, True, ADA)
