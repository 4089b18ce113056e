"""What is asked of a witness, and what of its answers is kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import ORIGIN, TRUST, Files, ledger_of
from tests.samples.witness import Witnessing

from weighbridge.ledger.errors import ForkedError
from weighbridge.ledger.files import CHECKPOINT
from weighbridge.ledger.notes import read_note, verify_note
from weighbridge.ledger.tlog_witness import LARGEST_ANSWER, AheadError, Said, Sent, WitnessError, heard
from weighbridge.ledger.trusted_ledger import TrustedLedger, read_head
from weighbridge.ledger.verifier_keys import read_verifier_key
from weighbridge.ledger.witnesses import Cosigned

NOW = datetime(2026, 3, 9, 14, 5, 30, tzinfo=UTC)
SIZE = "text/x.tlog.size"


def witness_at(moment: datetime = NOW) -> Witnessing:
    return Witnessing(clock=moment.timestamp)


def head_of(files: Files) -> TrustedLedger:
    found = read_head(files, TRUST)
    assert found is not None
    return found


def sent(witness: Witnessing, *, size: int = 12, old: int = 0) -> Sent:
    head = head_of(ledger_of(size))
    return Sent(witness=read_verifier_key(witness.key), checkpoint=head.checkpoint, note=read_note(head.note), old=old)


def said(data: bytes, *, status: int = 200, kind: str = "") -> Said:
    return Said(status=status, kind=kind, data=data)


def test_a_question_is_the_old_size_a_proof_an_empty_line_and_the_checkpoint() -> None:
    question = sent(witness_at(), old=5).question([b"\1" * 32, b"\2" * 32])

    first, one, two, gap, origin, size, *_ = question.decode().split("\n")
    assert (first, gap, origin, size) == ("old 5", "", ORIGIN, "12")
    assert (len(one), len(two), question.endswith(b"=\n")) == (44, 44, True)


@given(old=st.integers(1, 40), more=st.integers(0, 600))
def test_a_witness_that_checks_by_another_spelling_believes_every_proof(old: int, more: int) -> None:
    witness = witness_at()
    witness.knows(ORIGIN, str(TRUST.writers[0]))
    files = ledger_of(old)

    first = asked_of(witness, head_of(files))
    second = asked_of(witness, head_of(ledger_of(more, files, first=old)))

    assert (first, second) == (old, old + more)
    assert witness.asked[1].startswith(b"old %d\n" % old)


def asked_of(witness: Witnessing, head: TrustedLedger) -> int:
    """How many entries a witness signs that is asked to go on from what it signed."""
    old = witness.logs[ORIGIN].size
    key, note = read_verifier_key(witness.key), read_note(head.note)
    asked = Sent(witness=key, checkpoint=head.checkpoint, note=note, old=old)
    status, _, data = witness.answer(asked.question(head.prove_consistency(old)))
    kept = heard(said(data, status=status), asked, now=NOW)
    assert isinstance(kept, Cosigned)
    return kept.checkpoint.size


def test_what_a_witness_signed_is_kept_with_the_writers_signature_and_its_own_alone() -> None:
    witness, stranger = witness_at(), Witnessing(name="other.example", seed=9)
    asked = sent(witness)
    body = asked.note.text.encode()

    kept = heard(said(stranger.line(body) + witness.line(body)), asked, now=NOW)

    assert isinstance(kept, Cosigned)
    note = read_note(kept.note)
    assert [each.name for each in note.signatures] == ["ci.example.com", witness.name]
    assert len(verify_note(note, (*TRUST.writers, asked.witness))) == 2
    assert kept.at == int(NOW.timestamp())


NOTHING: tuple[tuple[Callable[[Witnessing, bytes], bytes], str], ...] = (
    (lambda _, __: b"", "something else than signatures"),
    (lambda _, __: b"thanks\n", "something else than signatures"),
    (lambda _, __: b"\xff\xfe\n", "something else than signatures"),
    (lambda _, __: b"\x1f\x8b\x08\x00" + b"\0" * 60, "something else than signatures"),
    (lambda w, body: body + b"\n" + w.line(body), "something else than signatures"),
    (lambda w, body: w.line(body)[:-1], "something else than signatures"),
    (lambda w, body: w.line(body) * 65, "something else than signatures"),
    (lambda w, body: w.line(body) + b"x" * LARGEST_ANSWER + b"\n", "something else than signatures"),
    (lambda w, body: Witnessing(name=w.name, seed=8).line(body), "gave no signature by its key"),
    (lambda w, body: Witnessing(name="else", seed=w.seed).line(body), "gave no signature by its key"),
    (lambda w, body: w.line(body.replace(b"\n12\n", b"\n13\n")), "not over this checkpoint"),
    (lambda w, body: w.line(body) + w.line(b"x"), "not over this checkpoint"),
    (lambda w, body: w.line(body, at=0), "one of the two clocks is wrong"),
    (lambda w, body: w.line(body, at=int((NOW + timedelta(minutes=11)).timestamp())), "one of the two clocks is wrong"),
    (lambda w, body: w.line(body, at=(1 << 63) - 1), "one of the two clocks is wrong"),
    (lambda w, body: w.line(body, at=1 << 63), "not over this checkpoint"),
)


@pytest.mark.parametrize(("answer", "words"), NOTHING)
def test_of_an_answer_that_is_no_signature_over_this_checkpoint_nothing_is_kept(
    answer: Callable[[Witnessing, bytes], bytes], words: str
) -> None:
    witness = witness_at()
    asked = sent(witness)

    with pytest.raises(WitnessError, match=words):
        heard(said(answer(witness, asked.note.text.encode())), asked, now=NOW)


@pytest.mark.parametrize("minutes", [-1439, 0, 9])
def test_a_clock_that_is_a_little_off_is_no_fault(minutes: int) -> None:
    witness = witness_at(NOW + timedelta(minutes=minutes))
    asked = sent(witness)

    assert isinstance(heard(said(witness.line(asked.note.text.encode())), asked, now=NOW), Cosigned)


@pytest.mark.parametrize(("old", "size"), [(0, 5), (9, 5), (0, 12), (5, 0), (5, 12)])
def test_a_witness_that_went_on_from_elsewhere_says_from_where(old: int, size: int) -> None:
    assert heard(said(b"%d\n" % size, status=409, kind=SIZE), sent(witness_at(), old=old), now=NOW) == size


@pytest.mark.parametrize("size", [13, 10**18])
def test_a_witness_that_signed_more_than_is_here_is_an_error(size: int) -> None:
    with pytest.raises(AheadError, match=r"and here are 12: the ledger was cut short, or begun anew") as told:
        heard(said(b"%d\n" % size, status=409, kind=SIZE), sent(witness_at()), now=NOW)

    assert told.value.size == size


@pytest.mark.parametrize(
    ("status", "old", "kind", "data"),
    [(409, 12, SIZE, b"12\n"), (409, 12, "", b""), (409, 12, "text/plain", b"no"), (422, 5, "", b"")],
)
def test_a_witness_that_signed_something_else_is_an_error(status: int, old: int, *, kind: str, data: bytes) -> None:
    with pytest.raises(ForkedError, match=rf"the {old} entries which it signed are not those that this ledger begins"):
        heard(said(data, status=status, kind=kind), sent(witness_at(), old=old), now=NOW)


@pytest.mark.parametrize(
    ("status", "kind", "data", "words"),
    [
        (409, "text/plain", b"5\n", "says that it went on from elsewhere"),
        (409, SIZE, b"5", "says that it went on from elsewhere"),
        (409, SIZE, b"-5\n", "says that it went on from elsewhere"),
        (409, SIZE, b"05\n", "says that it went on from elsewhere"),
        (409, SIZE, "\u0665\n".encode(), "says that it went on from elsewhere"),
        (409, SIZE, b"5\n" * 999, "says that it went on from elsewhere"),
        (409, SIZE, b"0\n", "contradicts itself"),
        (403, "", b"", r"knows no ledger .* give whoever runs it that name"),
        (404, "", b"", r"knows no ledger .* `weighbridge ledger key` prints"),
        (301, "", b"", "is elsewhere"),
        (308, "", b"", "is elsewhere"),
        (400, "", b"", r"did not sign \(it says 400\)"),
        (422, "", b"", r"did not sign \(it says 422\)"),
        (429, "", b"", r"did not sign \(it says 429\)"),
        (503, "", b"", r"did not sign \(it says 503\)"),
        (204, "", b"", r"did not sign \(it says 204\)"),
    ],
)
def test_whatever_else_a_witness_says_is_told_in_a_sentence(status: int, kind: str, data: bytes, words: str) -> None:
    with pytest.raises(WitnessError, match=words):
        heard(said(data, status=status, kind=kind), sent(witness_at()), now=NOW)


@given(data=st.binary(max_size=200), status=st.sampled_from([200, 409]))
def test_no_answer_breaks_the_reader(data: bytes, status: int) -> None:
    try:
        found = heard(said(data, status=status, kind=SIZE), sent(witness_at(), old=0), now=NOW)
    except (WitnessError, ForkedError):
        return
    assert found in range(1, 13)


def test_a_witness_by_the_other_form_is_told_apart_from_a_misspelt_key() -> None:
    with pytest.raises(Exception, match=r"signs by ML-DSA-44 \(type 6\), which is not verified here"):
        read_verifier_key("w.example+00000000+BgAA")


def test_the_checkpoint_is_sent_as_it_was_signed() -> None:
    files = ledger_of(3)
    head = head_of(files)

    assert bytes(read_note(head.note)) == files.files[CHECKPOINT]
