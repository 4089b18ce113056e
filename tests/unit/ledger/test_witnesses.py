"""What witnesses signed lies beside the tiles: it anchors, it is held against the ledger, and what is none of theirs spoils nothing."""

import msgspec
import pytest
from tests.samples.ledger import TRUST, WRITER, Files, Key, ledger_of

from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.errors import ForkedError
from weighbridge.ledger.files import CHECKPOINT
from weighbridge.ledger.notes import cosign_note, read_note, sign_note
from weighbridge.ledger.trusted_ledger import LedgerTrust, NoticeKind, TrustedLedger, read_ledger
from weighbridge.ledger.verifier_keys import KeyKind
from weighbridge.ledger.witnesses import path_of

WITNESS = Key("witness.example.org/w1", seed=7, kind=KeyKind.COSIGNATURE)
OTHER_ORIGIN = "example.com/other/" + "77" * 16


def read(files: Files, trust: LedgerTrust) -> TrustedLedger:
    ledger = read_ledger(files, trust)
    assert ledger is not None
    return ledger


def signed_beside(files: Files, witness: Key, *, at: int = 1_772_000_000) -> None:
    """Keep the head with a witness's signature beside the tiles."""
    note = cosign_note(read_note(files.files[CHECKPOINT]), witness, at=at)
    files.files[path_of(witness.verifier)] = bytes(note)


def witnessed_by(*witnesses: Key, quorum: int = 1) -> LedgerTrust:
    return msgspec.structs.replace(TRUST, witnesses=tuple(each.verifier for each in witnesses), quorum=quorum)


def test_too_few_witnesses_anchor_nothing_and_whoever_decides_is_told() -> None:
    trust = msgspec.structs.replace(TRUST, witnesses=(WITNESS.verifier,), quorum=1)

    ledger = read(ledger_of(9), trust)

    assert (ledger.anchored, {notice.kind for notice in ledger.notices}) == (0, {NoticeKind.UNANCHORED})
    assert ledger.witnessed.lacking is not None
    assert (
        "memory was signed by no witness that is known, and .weighbridge/ledger.yaml asks for 1"
        in ledger.witnessed.lacking.detail
    )


def test_what_a_witness_signed_stays_when_somebody_appends_and_anchors_what_it_signed() -> None:
    files = ledger_of(9)
    signed_beside(files, WITNESS)
    ledger_of(3, files, first=9)

    ledger = read(files, witnessed_by(WITNESS))

    assert (ledger.checkpoint.size, ledger.anchored, ledger.witnessed.lacking) == (12, 9, None)
    assert [each.words for each in ledger.notices] == ["signed: its first 9 entries by witness.example.org/w1"]


def test_as_many_entries_are_anchored_as_all_witnesses_that_are_asked_for_signed() -> None:
    other = Key("witness.example.org/w2", seed=8, kind=KeyKind.COSIGNATURE)
    files = ledger_of(9)
    signed_beside(files, WITNESS)
    ledger_of(3, files, first=9)
    signed_beside(files, other)

    assert read(files, witnessed_by(WITNESS, other, quorum=1)).anchored == 12
    assert read(files, witnessed_by(WITNESS, other, quorum=2)).anchored == 9


def test_one_key_under_two_names_is_one_witness() -> None:
    again = Key("witness.example.org/again", seed=7, kind=KeyKind.COSIGNATURE)
    files = ledger_of(9)
    signed_beside(files, WITNESS)
    signed_beside(files, again)

    ledger = read(files, witnessed_by(WITNESS, again, quorum=2))

    assert (ledger.anchored, ledger.witnessed.lacking is None) == (0, False)


def test_a_ledger_that_does_not_begin_with_what_a_witness_signed_is_refused() -> None:
    forked, short = ledger_of(12, first=50), ledger_of(4)
    for files in (forked, short):
        whole = ledger_of(9)
        signed_beside(whole, WITNESS)
        files.files |= {path_of(WITNESS.verifier): whole.files[path_of(WITNESS.verifier)]}

    with pytest.raises(
        ForkedError, match=r"not those that the checkpoint of the witness witness\.example\.org/w1 was signed for"
    ):
        read(forked, witnessed_by(WITNESS))
    with pytest.raises(
        ForkedError, match=r"has 4 entries, and the checkpoint of the witness witness\.example\.org/w1 has 9"
    ):
        read(short, witnessed_by(WITNESS))


@pytest.mark.parametrize(
    "spoilt", [b"", b"\xff", b"no note", b"a\n\n\xe2\x80\x94 b AAAAAAAA\n", "flipped", "unsigned", "other"]
)
def test_what_is_no_signature_of_a_witness_counts_for_nothing_and_spoils_nothing(spoilt: bytes | str) -> None:
    files = ledger_of(9)
    signed_beside(files, WITNESS)
    path = path_of(WITNESS.verifier)
    note = read_note(files.files[path])
    if spoilt == "flipped":
        files.files[path] = files.files[path].replace(b"\n9\n", b"\n8\n")
    elif spoilt == "unsigned":
        files.files[path] = bytes(msgspec.structs.replace(note, signatures=note.signatures[:1]))
    elif spoilt == "other":
        other = sign_note(Checkpoint(origin=OTHER_ORIGIN, size=9, root=b"x" * 32).text, WRITER)
        files.files[path] = bytes(cosign_note(other, WITNESS, at=5))
    else:
        assert isinstance(spoilt, bytes)
        files.files[path] = spoilt

    ledger = read(files, witnessed_by(WITNESS))

    assert (ledger.anchored, ledger.witnessed.lacking is None) == (0, False)


def test_a_signature_from_beyond_all_time_counts_for_nothing() -> None:
    files = ledger_of(9)
    signed_beside(files, WITNESS, at=1 << 63)

    assert read(files, witnessed_by(WITNESS)).anchored == 0
