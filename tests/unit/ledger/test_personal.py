"""What names people can be erased, and nothing that was signed changes by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import TRUST, WRITER, Files, additions, envelope

from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.errors import AlteredError
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.personal import Erased, Personal, erase_personal, personal_path, personal_values, read_personal
from weighbridge.ledger.trusted_ledger import read_ledger

OPENED = personal_values({"reason": "Ada asked for it", "principal": "ada@example.org"})
LEAF = leaf_hash(envelope(1))
PATH = personal_path(LEAF)


def kept(data: bytes = bytes(OPENED)) -> Files:
    return Files({PATH: data})


def test_values_are_read_as_they_were_kept() -> None:
    assert read_personal(kept(), LEAF, commitment=OPENED.commitment) == OPENED


def test_the_same_values_are_never_committed_to_twice_alike() -> None:
    assert personal_values(OPENED.values).commitment != OPENED.commitment


def test_values_lie_beside_the_entry_and_are_named_by_its_hash() -> None:
    files = Files()

    append(files, [Addition(envelope=envelope(1), personal=bytes(OPENED))], writer=WRITER, trust=TRUST)

    assert read_personal(files, LEAF, commitment=OPENED.commitment) == OPENED


def test_what_is_erased_is_said_and_is_no_error() -> None:
    files = Files()
    append(files, [Addition(envelope=envelope(1), personal=bytes(OPENED)), *additions([2])], writer=WRITER, trust=TRUST)

    assert erase_personal(files, LEAF)
    assert not erase_personal(files, LEAF)
    assert read_personal(files, LEAF, commitment=OPENED.commitment) == Erased(commitment=OPENED.commitment)
    ledger = read_ledger(files, TRUST)
    assert ledger is not None
    assert ledger.prove(0).entry.envelope == envelope(1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[" * 5_000,
        bytes(OPENED).replace(b"Ada", b"Eve"),
        bytes(OPENED)[:-1],
        bytes(OPENED) + b"\n",
        bytes(Personal(values=OPENED.values, salt=b"short")),
        bytes(personal_values(OPENED.values)),
        bytes(OPENED).replace(b'"values"', b'"extra":1,"values"'),
        b" " * (2 << 20),
    ],
)
def test_values_that_are_not_those_committed_to_are_refused(data: bytes) -> None:
    with pytest.raises(AlteredError, match=rf"{PATH} in memory is not .*: restore it, or remove it"):
        read_personal(kept(data), LEAF, commitment=OPENED.commitment)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4))
def test_whatever_values_there_are_they_come_back(values: dict[str, str]) -> None:
    opened = personal_values(values)

    assert read_personal(kept(bytes(opened)), LEAF, commitment=opened.commitment) == opened


@given(st.binary(max_size=200))
def test_whatever_bytes_there_are_only_the_promised_error_escapes(data: bytes) -> None:
    with pytest.raises(AlteredError):
        read_personal(kept(data), LEAF, commitment=OPENED.commitment)
