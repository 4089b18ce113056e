"""A proof is one file that stands alone."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import TRUST, envelope, ledger_of

from weighbridge.ledger.errors import AlteredError, LedgerError, MalformedError, UntrustedError
from weighbridge.ledger.proof import proof_file, read_proof
from weighbridge.ledger.trusted_ledger import LedgerTrust, read_ledger


def proof(index: int = 261, size: int = 300) -> bytes:
    ledger = read_ledger(ledger_of(size), TRUST)
    assert ledger is not None
    return proof_file(ledger.prove(index))


PROOF = proof()


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 300), (255, 300), (299, 300)])
def test_a_proof_is_read_with_its_entry_and_its_checkpoint(index: int, size: int) -> None:
    found = read_proof(proof(index, size), TRUST)

    assert (found.entry.index, found.entry.envelope, found.checkpoint.size) == (index, envelope(index), size)


def test_it_begins_as_tlog_proof_says() -> None:
    first, extra, index, *path = PROOF.partition(b"\n\n")[0].split(b"\n")

    assert (first, extra[:6], index, len(path)) == (b"c2sp.org/tlog-proof@v1", b"extra ", b"index 261", 7)


def test_a_proof_of_another_entry_place_or_path_proves_nothing() -> None:
    lines = PROOF.split(b"\n")
    another = proof(262).split(b"\n")

    for at in (1, 2, 3, 8):
        with pytest.raises(AlteredError, match="the path does not lead from entry 26"):
            read_proof(b"\n".join([*lines[:at], another[at] if at < 4 else lines[4], *lines[at + 1 :]]), TRUST)


def test_a_proof_by_a_stranger_or_of_another_ledger_proves_nothing() -> None:
    with pytest.raises(UntrustedError, match="signed by nobody who is trusted"):
        read_proof(PROOF, LedgerTrust())
    with pytest.raises(UntrustedError, match="the ledger meant is other"):
        read_proof(PROOF, msgspec.structs.replace(TRUST, origin="other"))


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", PROOF[5:], PROOF.replace(b"extra", b"xtra", 1), PROOF.replace(b"index 2", b"index 02")]
)
def test_what_is_no_proof_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(MalformedError, match="this is no proof of an entry"):
        read_proof(data, TRUST)


@given(st.integers(0, len(PROOF) - 1), st.integers(0, 7))
def test_no_bit_of_a_proof_can_change_unseen(at: int, bit: int) -> None:
    changed = PROOF[:at] + bytes([PROOF[at] ^ 1 << bit]) + PROOF[at + 1 :]

    with pytest.raises(LedgerError):
        read_proof(changed, TRUST)


@given(st.binary(max_size=300))
def test_whatever_bytes_there_are_only_the_promised_error_escapes(data: bytes) -> None:
    with pytest.raises(LedgerError):
        read_proof(data, TRUST)
