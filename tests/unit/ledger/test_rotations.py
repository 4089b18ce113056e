"""A new key takes an old one's place only where both say so, and the old one is believed."""

from datetime import UTC, datetime

import pytest
from tests.samples.ledger import ORIGIN, TRUST, WRITER, Files, Key, additions, envelope, ledger_of

from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.errors import UntrustedError
from weighbridge.ledger.predicates.rotation import Rotation
from weighbridge.ledger.rotations import WritersInTurn, read_rotation, rotate_writer
from weighbridge.ledger.statement import ledger_subject, statement_payload
from weighbridge.ledger.trusted_ledger import LedgerTrust, read_ledger

AT = datetime(2026, 4, 1, tzinfo=UTC)
SECOND, THIRD, STRANGER = Key("second", 11), Key("third", 12), Key("stranger", 13)


def in_turn(*, origin: str | None = ORIGIN) -> LedgerTrust:
    turns = WritersInTurn(TRUST.writers, origin=origin)
    return LedgerTrust(origin=ORIGIN, writers=TRUST.writers, vouched=turns)


def rotated(old: Key, new: Key, *, origin: str = ORIGIN) -> bytes:
    return bytes(rotate_writer(old, new, origin=origin, at=AT))


def handed_over(*turns: bytes, to: Key) -> Files:
    """A ledger whose first writer appends the turns, and whose newest entry is appended by another key."""
    files = ledger_of(3)
    append(files, [Addition(envelope=turn) for turn in turns], writer=WRITER, trust=TRUST)
    everybody = LedgerTrust(origin=ORIGIN, writers=(*TRUST.writers, to.verifier))
    append(files, additions([9]), writer=to, trust=everybody)
    return files


def test_a_key_that_took_the_place_of_a_trusted_one_is_believed() -> None:
    ledger = read_ledger(handed_over(rotated(WRITER, SECOND), to=SECOND), in_turn())

    assert ledger is not None
    assert [each.key for each in ledger.signatures] == [SECOND.verifier]


@pytest.mark.parametrize("turned", [False, True])
def test_a_row_of_them_leads_to_the_newest_whatever_the_order(*, turned: bool) -> None:
    turns = [rotated(WRITER, SECOND), rotated(SECOND, THIRD)]

    assert read_ledger(handed_over(*(turns[::-1] if turned else turns), to=THIRD), in_turn()) is not None


def test_the_new_key_appends_and_is_believed_by_others() -> None:
    files = ledger_of(3)
    append(files, [Addition(envelope=rotated(WRITER, SECOND))], writer=WRITER, trust=in_turn())

    append(files, additions([5]), writer=SECOND, trust=in_turn())

    assert read_ledger(files, in_turn()) is not None
    with pytest.raises(UntrustedError, match="nobody would believe"):
        append(files, additions([6]), writer=STRANGER, trust=in_turn())


def test_a_turn_that_the_old_key_did_not_sign_is_none() -> None:
    payload = statement_payload(
        Rotation(at=AT, old=str(WRITER.verifier), new=str(STRANGER.verifier)), ledger_subject(ORIGIN)
    )
    forged = bytes(sign_as_writer(payload, STRANGER))

    assert read_rotation(forged) is None
    with pytest.raises(UntrustedError, match="signed by nobody who is trusted"):
        read_ledger(handed_over(forged, to=STRANGER), in_turn())


def test_a_turn_that_the_new_key_did_not_sign_is_none() -> None:
    payload = statement_payload(
        Rotation(at=AT, old=str(WRITER.verifier), new=str(SECOND.verifier)), ledger_subject(ORIGIN)
    )

    assert read_rotation(bytes(sign_as_writer(payload, WRITER))) is None


def test_a_turn_of_a_key_that_nobody_trusts_gives_nothing() -> None:
    with pytest.raises(UntrustedError):
        read_ledger(handed_over(rotated(STRANGER, SECOND), to=SECOND), in_turn())


def test_a_turn_of_another_ledger_gives_nothing_here() -> None:
    elsewhere = rotated(WRITER, SECOND, origin="example.com/other/" + "00" * 16)

    with pytest.raises(UntrustedError):
        read_ledger(handed_over(elsewhere, to=SECOND), in_turn())


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", envelope(1)])
def test_what_is_no_turn_is_none(data: bytes) -> None:
    assert read_rotation(data) is None
