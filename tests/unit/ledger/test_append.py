"""Appending adds entries, the right edge and a signed head in one step, and nothing after what cannot be believed."""

from collections.abc import Iterable, Mapping

import msgspec
import pytest
from tests.samples.ledger import ORIGIN, TRUST, WRITER, Files, Key, additions, decision_payload, envelope, ledger_of

from weighbridge.ledger.append import ATTEMPTS, Addition, append
from weighbridge.ledger.checkpoint import Checkpoint, read_checkpoint
from weighbridge.ledger.envelope import Envelope, Signature, sign_as_writer
from weighbridge.ledger.errors import AlteredError, ForkedError, MalformedError, TooLargeError, UntrustedError
from weighbridge.ledger.files import CHECKPOINT, LedgerMovedError
from weighbridge.ledger.trusted_ledger import Entry, LedgerTrust, read_ledger
from weighbridge.ledger.verifier_keys import SigningError, VerifierKey

LAPTOP = Key("laptop", seed=21)
BOTH = msgspec.structs.replace(TRUST, writers=(WRITER.verifier, LAPTOP.verifier))


def said(files: Files) -> list[bytes]:
    ledger = read_ledger(files, BOTH)
    return [entry.envelope for entry in ledger.entries()] if ledger else []


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 513, 700])
def test_what_was_appended_is_read_in_its_order(count: int) -> None:
    assert said(ledger_of(count)) == [envelope(number) for number in range(count)]


def test_entries_appended_one_by_one_and_at_once_make_the_same_files() -> None:
    single = Files()
    for number in range(520):
        append(single, additions([number]), writer=WRITER, trust=TRUST)

    assert single.proven == ledger_of(520).proven


def test_the_places_of_the_entries_are_told() -> None:
    files = ledger_of(3)

    found = append(files, additions([8, 9]), writer=WRITER, trust=TRUST)

    assert (found.indexes, found.written, found.checkpoint.size) == ((3, 4), 2, 5)
    assert found.note == files.files[CHECKPOINT]


def test_a_ledger_is_born_with_the_origin_that_is_given() -> None:
    files = Files()

    append(files, additions([1]), writer=WRITER, trust=TRUST)

    assert read_checkpoint(files.files[CHECKPOINT]).checkpoint.origin == ORIGIN


def test_no_ledger_is_born_without_an_origin() -> None:
    with pytest.raises(UntrustedError, match="give its origin"):
        append(Files(), additions([1]), writer=WRITER, trust=LedgerTrust(writers=(WRITER.verifier,)))


# Said again


@pytest.mark.parametrize("size", [1, 5, 255, 256, 257, 400, 512])
@pytest.mark.parametrize("back", [1, 200, 256])
def test_a_step_that_runs_again_gets_the_place_of_the_first(size: int, back: int) -> None:
    files = ledger_of(size)
    index = max(0, size - back)
    before = dict(files.files)

    found = append(files, additions([index]), writer=WRITER, trust=TRUST)

    assert (found.indexes, found.written) == ((index,), 0)
    assert files.files == before


def test_of_a_step_that_runs_again_with_something_new_only_that_is_written() -> None:
    files = ledger_of(5)

    found = append(files, additions([3, 9, 4, 9]), writer=WRITER, trust=TRUST)

    assert (found.indexes, found.written) == ((3, 5, 4, 5), 1)


def test_what_was_said_longer_ago_than_is_looked_through_stands_there_twice() -> None:
    files = ledger_of(600)

    found = append(files, additions([0]), writer=WRITER, trust=TRUST)

    assert (found.indexes, found.written) == ((600,), 1)


# Others append too


class Contested(Files):
    """Somebody else appends just before each of our first `times` writes."""

    def __init__(self, files: Mapping[str, bytes], times: int) -> None:
        super().__init__(files)
        self.left = times

    def replace(self, files: Mapping[str, bytes | None], *, expected: bytes | None) -> None:
        if self.left:
            self.left -= 1
            other = Files(self.files)
            append(other, additions([1_000 + self.left]), writer=LAPTOP, trust=BOTH)
            self.files = other.files
        super().replace(files, expected=expected)


def test_two_writers_lose_nothing() -> None:
    files = Contested(ledger_of(254).files, times=4)

    found = append(files, additions([7_000, 7_001]), writer=WRITER, trust=BOTH)

    assert found.indexes == (258, 259)
    assert said(files)[254:] == [
        *(envelope(1_003 - number) for number in range(4)),
        *(envelope(7_000 + number) for number in range(2)),
    ]


def test_a_writer_who_is_always_beaten_gives_up_and_wrote_nothing() -> None:
    files = Contested(ledger_of(3).files, times=99)

    with pytest.raises(LedgerMovedError):
        append(files, additions([7_000]), writer=WRITER, trust=BOTH)

    assert files.left == 99 - ATTEMPTS
    assert envelope(7_000) not in said(files)


def test_two_ledgers_are_not_born_in_one_place() -> None:
    class BornMeanwhile(Files):
        def replace(self, files: Mapping[str, bytes | None], *, expected: bytes | None) -> None:
            if not self.files:
                self.files = ledger_of(2).files
            super().replace(files, expected=expected)

    found = append(BornMeanwhile(), additions([5]), writer=WRITER, trust=TRUST)

    assert found.indexes == (2,)


# What is not appended to, and not appended


def test_nothing_is_appended_to_a_ledger_that_is_not_believed() -> None:
    strange = Files()
    append(strange, additions([1]), writer=LAPTOP, trust=BOTH)
    before = dict(strange.files)

    with pytest.raises(UntrustedError, match="signed by nobody who is trusted"):
        append(strange, additions([2]), writer=WRITER, trust=TRUST)

    assert strange.files == before


@pytest.mark.parametrize("name", ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44", "tile/0/000"])
def test_nothing_is_appended_after_a_right_edge_that_was_tampered_with(name: str) -> None:
    files = ledger_of(300)
    files.files[name] = files.files[name][:40] + b"?" + files.files[name][41:]
    before = dict(files.files)

    with pytest.raises(AlteredError):
        append(files, additions([999]), writer=WRITER, trust=TRUST)

    assert files.files == before


def test_nothing_is_appended_to_a_ledger_that_was_rewound() -> None:
    seen = read_checkpoint(ledger_of(9).files[CHECKPOINT]).checkpoint

    with pytest.raises(ForkedError, match="cut short"):
        append(ledger_of(5), additions([99]), writer=WRITER, trust=TRUST, remembered=seen)


def test_a_ledger_is_not_born_again_where_one_was_seen() -> None:
    seen = read_checkpoint(ledger_of(9).files[CHECKPOINT]).checkpoint

    with pytest.raises(ForkedError, match="was removed"):
        append(Files(), additions([99]), writer=WRITER, trust=TRUST, remembered=seen)


def test_a_key_that_nobody_would_believe_signs_no_head() -> None:
    files = ledger_of(3)

    with pytest.raises(
        UntrustedError, match=r"nobody would believe a ledger that laptop \(\w{8}\) signs: name its key"
    ):
        append(files, additions([9], writer=LAPTOP), writer=LAPTOP, trust=TRUST)


@pytest.mark.parametrize("index", [1, 3, 4])
def test_a_key_that_an_entry_vouches_for_signs_be_it_in_the_same_step(index: int) -> None:
    def vouched(entry: Entry) -> Iterable[VerifierKey]:
        return (LAPTOP.verifier,) if entry.index == index else ()

    files = ledger_of(3)
    trust = msgspec.structs.replace(TRUST, vouched=vouched)

    append(files, additions([8, 9]), writer=LAPTOP, trust=trust)

    assert read_ledger(files, trust) is not None


def test_what_is_no_envelope_is_not_appended() -> None:
    with pytest.raises(MalformedError, match="no DSSE envelope"):
        append(Files(), [Addition(envelope=b"{}")], writer=WRITER, trust=TRUST)


def test_what_is_too_large_is_not_appended() -> None:
    large = bytes(sign_as_writer(b"x" * 60_000, WRITER))

    with pytest.raises(TooLargeError, match="state what is longer by its digest"):
        append(Files(), [Addition(envelope=large)], writer=WRITER, trust=TRUST)


def test_a_writer_refuses_what_claims_to_be_its_own_and_is_not() -> None:
    forged = Envelope(
        payload=decision_payload(), signatures=(Signature(keyid=WRITER.verifier.keyid, sig=b"\x01" * 64),)
    )

    with pytest.raises(UntrustedError, match=r"names ci\.example\.com .* and is not that key's"):
        append(Files(), [Addition(envelope=bytes(forged))], writer=WRITER, trust=TRUST)


def test_a_key_that_cannot_sign_leaves_everything_as_it_was() -> None:
    class Locked(Key):
        def sign(self, message: bytes) -> bytes:
            raise SigningError(f"the agent refused to sign {len(message)} bytes: unlock it")

    files = ledger_of(3)
    before = dict(files.files)

    with pytest.raises(SigningError, match="unlock it"):
        append(files, additions([9]), writer=Locked(WRITER.verifier.name), trust=TRUST)

    assert files.files == before


def test_a_head_says_how_many_entries_there_are_in_words() -> None:
    assert Checkpoint(origin=ORIGIN, size=1, root=b"\xab" * 32).words == "1 entry, root " + "ab" * 8
