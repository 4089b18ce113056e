"""Checkpoints are signed notes: what is signed, by whom, and what is passed over."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import ORIGIN, WRITER, Key

from weighbridge.ledger.checkpoint import Checkpoint, new_origin, read_checkpoint
from weighbridge.ledger.errors import LedgerError, MalformedError, UntrustedError
from weighbridge.ledger.merkle import EMPTY_ROOT
from weighbridge.ledger.notes import Note, cosign_note, read_note, sign_note, verify_note
from weighbridge.ledger.verifier_keys import KeyKind, read_verifier_key

WITNESS = Key("witness.example.org/w1", seed=7, kind=KeyKind.COSIGNATURE)
CHECKPOINT = Checkpoint(origin=ORIGIN, size=3, root=EMPTY_ROOT)

GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example of Go's package of signed notes, golang.org/x/mod/sumdb/note."""


def signed() -> Note:
    return sign_note(CHECKPOINT.text, WRITER)


def test_a_note_that_go_signed_is_verified() -> None:
    key = read_verifier_key(GO_KEY)

    assert [proven.key for proven in verify_note(read_note(GO_NOTE.encode()), [key])] == [key]


def test_a_note_is_written_as_it_was_read() -> None:
    assert bytes(read_note(GO_NOTE.encode())) == GO_NOTE.encode()


def test_a_checkpoint_has_origin_size_and_root_in_its_first_lines() -> None:
    assert bytes(signed()).decode().split("\n")[:4] == [ORIGIN, "3", b64encode(EMPTY_ROOT).decode(), ""]


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    assert read_checkpoint(bytes(signed())).checkpoint == CHECKPOINT


def test_extension_lines_are_kept_and_signed() -> None:
    extended = Checkpoint(origin=ORIGIN, size=3, root=EMPTY_ROOT, extensions=("something newer",))
    note = sign_note(extended.text, WRITER)

    assert read_checkpoint(bytes(note)).checkpoint == extended
    assert verify_note(note, [WRITER.verifier])


def test_lines_of_unknown_keys_are_passed_over() -> None:
    other = sign_note(CHECKPOINT.text, Key("somebody.example", seed=8)).signatures[0]
    note = Note(text=CHECKPOINT.text, signatures=(other, *signed().signatures))

    assert [proven.key for proven in verify_note(note, [WRITER.verifier])] == [WRITER.verifier]


def test_a_key_with_the_same_name_and_another_id_is_unknown() -> None:
    assert verify_note(signed(), [Key(WRITER.verifier.name, seed=8).verifier]) == ()


def test_a_line_of_a_known_key_that_does_not_verify_spoils_the_note() -> None:
    spoilt = Note(text=CHECKPOINT.text.replace("3\n", "4\n", 1), signatures=signed().signatures)

    with pytest.raises(UntrustedError, match=r"the signature of ci\.example\.com .* is not over this text"):
        verify_note(spoilt, [WRITER.verifier])


def test_a_witness_signs_the_time_too() -> None:
    note = cosign_note(signed(), WITNESS, at=1_772_000_000)

    proven = verify_note(read_note(bytes(note)), [WITNESS.verifier])

    assert [(each.key, each.at) for each in proven] == [(WITNESS.verifier, 1_772_000_000)]


def test_a_witness_with_another_time_did_not_sign() -> None:
    note = cosign_note(signed(), WITNESS, at=1_772_000_000)
    *_, line = note.signatures
    later = type(line)(name=line.name, id=line.id, signature=(1_772_000_001).to_bytes(8) + line.signature[8:])

    with pytest.raises(UntrustedError):
        verify_note(Note(text=note.text, signatures=(later,)), [WITNESS.verifier])


def test_a_key_is_read_as_it_is_written() -> None:
    assert read_verifier_key(str(WITNESS.verifier)) == WITNESS.verifier
    assert str(read_verifier_key(GO_KEY)) == GO_KEY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "a b+00000000+AA==",
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("c74f20a3", "C74F20A3"),
        GO_KEY.replace("PeterNeumann", "PaulNeumann"),
        GO_KEY + "=",
        GO_KEY + "\n",
        GO_KEY[:-4],
        "\ud800+00000000+ARpc",
        "ä" * 300 + "+1+\u00e4",
    ],
)
def test_a_key_with_another_id_name_or_form_is_refused(text: str) -> None:
    with pytest.raises(MalformedError, match="is no verifier key"):
        read_verifier_key(text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda note: note.replace("3\n", "03\n", 1), "second line is a number"),
        (lambda note: note.replace("3\n", "-3\n", 1), "second line is a number"),
        (lambda note: note.replace("3\n", "٣\n", 1), "second line is a number"),
        (lambda note: note.replace("3\n", "3" * 30 + "\n", 1), "second line is a number"),
        (lambda note: note.replace("=\n\n", "\n\n", 1), "its third a hash"),
        (lambda note: note.replace("3\n", "", 1), "three lines"),
        (lambda note: note.replace("\n\n", "\n", 1), "an empty line"),
        (lambda note: note[:-1], "an empty line"),
        (lambda note: note.replace("— ", "- ", 1), "is no signature"),
        (lambda note: note + "\n", "is no signature|three lines|an empty line"),
        (lambda note: note.replace("\n", "\r\n"), "control character"),
        (lambda note: note + "— x AAAAAAA=\n" * 100, "at most 64 signatures"),
        (lambda note: note + "— x " + "A" * 400_000 + "\n", "at most 262,144 bytes"),
    ],
)
def test_a_note_of_another_form_is_refused_in_a_sentence(change: object, words: str) -> None:
    assert callable(change)
    with pytest.raises(MalformedError, match=words):
        read_checkpoint(change(bytes(signed()).decode()).encode())


def test_an_origin_is_made_once_and_names_the_repository() -> None:
    one, two = new_origin("example.com/storefront"), new_origin("example.com/storefront")

    assert one != two
    assert one.startswith("example.com/storefront/")
    assert len(one) == len("example.com/storefront/") + 32


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "/a", "a//b", "a\x1bb"])
def test_a_name_that_could_not_stand_in_a_note_names_no_ledger(name: str) -> None:
    with pytest.raises(MalformedError, match="cannot name a ledger"):
        new_origin(name)


@given(st.binary(max_size=300) | st.text(alphabet="ab1\n— +=", max_size=200).map(str.encode))
def test_whatever_bytes_there_are_only_the_promised_error_escapes(data: bytes) -> None:
    for text in (data, bytes(signed()) + data, data + bytes(signed())):
        try:
            verify_note(read_checkpoint(text).note, [WRITER.verifier, WITNESS.verifier])
        except LedgerError:
            continue


@given(st.text(max_size=100))
def test_whatever_text_there_is_a_key_is_read_or_refused(text: str) -> None:
    try:
        key = read_verifier_key(text)
    except MalformedError:
        return
    assert str(key) == text
