"""Every statement of a ledger is looked at: its form, its ledger, its time, its signatures."""

from datetime import timedelta

import msgspec
import pytest
from tests.samples.ledger import BEGAN, ORIGIN, TRUST, WRITER, Files, Key, about, additions, decision_payload, ledger_of

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.record import StatusState
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.envelope import Envelope, Signature, sign_as_writer
from weighbridge.ledger.examine import MOST_TOLD, Check, Examination, examine
from weighbridge.ledger.own_signatures import EVERY
from weighbridge.ledger.predicates.status import Status
from weighbridge.ledger.statement import ledger_subject, statement_payload
from weighbridge.ledger.trusted_ledger import Entry, LedgerTrust, read_ledger
from weighbridge.ledger.verifier_keys import VerifierKey

LAPTOP = Key("laptop", seed=21)
BOTH = msgspec.structs.replace(TRUST, writers=(WRITER.verifier, LAPTOP.verifier))
SSH = b"SSHSIG" + b"\0" * 100


def look(files: Files, trust: LedgerTrust = TRUST, *, check: Check | None = None, every: bool = False) -> Examination:
    ledger = read_ledger(files, trust)
    assert ledger is not None
    return examine(ledger, trust, check=check, every=every)


def with_entry(envelope: Envelope, *, writer: Key = WRITER, trust: LedgerTrust = TRUST) -> Files:
    files = ledger_of(2)
    append(files, [Addition(envelope=bytes(envelope))], writer=writer, trust=trust)
    return files


def forged(writer: Key = WRITER) -> Envelope:
    return Envelope(payload=decision_payload(9), signatures=(Signature(keyid=writer.verifier.keyid, sig=b"\1" * 64),))


def status(minutes: int, *, origin: str = ORIGIN) -> bytes:
    at = BEGAN + timedelta(minutes=minutes)
    said = Status(at=at, name="ci", state=StatusState.PASSED, tree=ObjectId("a" * 40), source="forge")
    return statement_payload(said, ledger_subject(origin))


def test_statements_are_counted_by_what_they_say() -> None:
    files = with_entry(sign_as_writer(status(5), WRITER))

    assert look(files).predicates == {
        "https://weighbridge.dev/ledger/package-decision/v1": 2,
        "https://weighbridge.dev/ledger/status/v1": 1,
    }


def test_signatures_for_which_their_writers_own_word_stands_are_covered() -> None:
    found = look(ledger_of(EVERY))

    assert (found.covered, found.checked) == (EVERY, 0)
    assert "128 are covered by the word of the writer whose key made them" in found.words


def test_what_was_appended_since_is_checked_one_by_one() -> None:
    found = look(ledger_of(3, ledger_of(EVERY), first=EVERY))

    assert (found.covered, found.checked) == (EVERY, 3)


def test_every_signature_is_checked_where_that_is_asked_for() -> None:
    found = look(ledger_of(EVERY), every=True)

    assert (found.covered, found.checked, found.doubtful) == (0, EVERY, 0)


def test_each_writers_own_word_covers_its_own_signatures_and_no_others() -> None:
    files = ledger_of(EVERY)
    append(files, additions(range(EVERY, 2 * EVERY), writer=LAPTOP), writer=LAPTOP, trust=BOTH)
    append(files, additions([999], writer=WRITER), writer=WRITER, trust=BOTH)

    both, one = look(files, BOTH), look(files)

    assert (both.covered, both.checked, both.doubtful) == (2 * EVERY, 1, 0)
    assert (one.covered, one.unchecked) == (EVERY, EVERY)  # the laptop's key is known to nobody here


def test_a_statement_in_another_writers_name_is_found_before_that_writer_looks() -> None:
    files = ledger_of(EVERY)
    append(files, [Addition(envelope=bytes(forged()))], writer=LAPTOP, trust=BOTH)
    append(files, additions([50]), writer=WRITER, trust=BOTH)

    found = look(files, BOTH)

    assert [(each.index, each.words) for each in found.doubts] == [
        (EVERY, f"the signature that names {WRITER.verifier.keyid} is not over what it says")
    ]


def test_a_signature_by_a_key_that_nobody_trusts_cannot_be_checked() -> None:
    files = with_entry(sign_as_writer(status(5), LAPTOP), writer=LAPTOP, trust=BOTH)
    append(files, additions([50]), writer=WRITER, trust=BOTH)

    assert look(files).unchecked == 1


def test_a_writer_whom_an_entry_names_is_asked_about_once_it_is_named_and_for_what_it_said_before() -> None:
    files = with_entry(sign_as_writer(status(5), LAPTOP), writer=LAPTOP, trust=BOTH)
    naming = sign_as_writer(status(6).replace(b'"name":"ci"', f'"name":"{LAPTOP.verifier}"'.encode()), WRITER)
    append(files, [Addition(envelope=bytes(naming))], writer=LAPTOP, trust=BOTH)
    append(files, [Addition(envelope=bytes(forged(LAPTOP)))], writer=WRITER, trust=BOTH)
    append(files, additions([50]), writer=WRITER, trust=BOTH)
    asked: list[int] = []

    def vouched(entry: Entry) -> tuple[VerifierKey, ...]:
        asked.append(entry.index)
        return (LAPTOP.verifier,)

    found = look(files, msgspec.structs.replace(TRUST, vouched=vouched))

    assert (found.unchecked, [each.index for each in found.doubts], asked) == (0, [4], [3])


def test_whoever_is_not_believed_to_vouch_is_not_asked_for_ever() -> None:
    files = Files()
    for minute in range(40):
        payload = status(minute).replace(b'"name":"ci"', f'"name":"{LAPTOP.verifier}"'.encode())
        append(files, [Addition(envelope=bytes(sign_as_writer(payload, WRITER)))], writer=WRITER, trust=TRUST)
    asked: list[int] = []

    def vouched(entry: Entry) -> tuple[VerifierKey, ...]:
        asked.append(entry.index)
        return ()

    look(files, msgspec.structs.replace(TRUST, vouched=vouched))

    assert len(asked) == 16


def test_a_persons_signature_is_checked_by_whoever_can() -> None:
    files = with_entry(Envelope(payload=status(5), signatures=(Signature(keyid="SHA256:x", sig=SSH),)))

    seen: list[tuple[bytes, bytes]] = []

    def check(envelope: Envelope, signature: Signature) -> bool:
        seen.append((envelope.payload, signature.sig))
        return False

    found = look(files, check=check)

    assert seen == [(status(5), SSH)]
    assert [each.words for each in found.doubts] == ["the signature that names SHA256:x is not over what it says"]


@pytest.mark.parametrize("sig", [SSH, b"{" + b"x" * 90, b"?", b"\1" * 64])
def test_a_signature_that_nobody_here_can_check_is_counted_and_not_believed(sig: bytes) -> None:
    files = with_entry(Envelope(payload=status(5), signatures=(Signature(keyid="whose?", sig=sig),)))

    found = look(files)

    assert found.unchecked == 1
    assert "1 could not be checked here" in found.words


def test_a_statement_about_another_ledger_says_nothing_here() -> None:
    files = with_entry(sign_as_writer(status(5, origin="example.com/other/1"), WRITER))

    (doubt,) = look(files).doubts

    assert doubt.words == "it is about another ledger, example.com/other/1: here it says nothing"


def test_a_change_of_another_ledger_says_nothing_here() -> None:
    other = about(3, ledger="example.com/other/1")
    payload = decision_payload(3).replace(ORIGIN.encode(), other.ledger.encode())

    (doubt,) = look(with_entry(sign_as_writer(payload, WRITER))).doubts

    assert doubt.index == 2
    assert "another ledger" in doubt.words


@pytest.mark.parametrize("payload", [b"", b"{}", b"[1]", b'{"subject":[],"predicateType":"x","predicate":[]}', b"\xff"])
def test_what_is_no_statement_is_told(payload: bytes) -> None:
    (doubt,) = look(with_entry(sign_as_writer(payload, WRITER))).doubts

    assert (doubt.index, doubt.words) == (2, "it is no statement in an envelope")


def test_times_that_go_back_are_told_and_decide_nothing() -> None:
    files = Files()
    for minutes in (50, 10, 40, 60, 59):
        added = Addition(envelope=bytes(sign_as_writer(status(minutes), WRITER)))
        append(files, [added], writer=WRITER, trust=TRUST)

    found = look(files)

    assert (found.backwards.count, found.backwards.index, found.backwards.by) == (3, 1, timedelta(minutes=40))
    assert found.doubtful == 0


def test_what_several_people_said_apart_is_compared_for_each_of_them() -> None:
    files = Files()
    for minutes, signer in ((50, WRITER), (10, LAPTOP), (60, WRITER), (20, LAPTOP), (15, LAPTOP)):
        added = Addition(envelope=bytes(sign_as_writer(status(minutes), signer)))
        append(files, [added], writer=WRITER, trust=BOTH)

    found = look(files, BOTH)

    assert (found.backwards.count, found.backwards.index, found.backwards.by) == (1, 4, timedelta(minutes=5))


@pytest.mark.parametrize("at", ['"yesterday"', "5", "null", '"2026-03-09T14:05:30"', '"2026-03-09"'])
def test_a_time_that_is_none_is_passed_over(at: str) -> None:
    payload = status(5).replace(b'"2026-03-09T14:10:30Z"', at.encode())

    assert look(with_entry(sign_as_writer(payload, WRITER))).backwards.count == 0


def test_many_doubts_are_counted_and_some_are_named() -> None:
    files = Files()
    added = [Addition(envelope=bytes(sign_as_writer(b"%d" % number, WRITER))) for number in range(MOST_TOLD + 5)]
    append(files, added, writer=WRITER, trust=TRUST)

    found = look(files)

    assert (found.doubtful, len(found.doubts)) == (MOST_TOLD + 5, MOST_TOLD)
