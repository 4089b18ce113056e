"""The rules of `weighbridge.ledger.trusted_ledger`, each a sentence, in a world that tampers with everything."""

from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.ledger import ORIGIN, TRUST, WRITER, Files, Key, additions, envelope, ledger_of

from weighbridge.ledger.append import append, sign_anew
from weighbridge.ledger.checkpoint import Checkpoint, read_checkpoint
from weighbridge.ledger.errors import AlteredError, ForkedError, LedgerError, MalformedError, UntrustedError
from weighbridge.ledger.files import CHECKPOINT, LedgerFilesError
from weighbridge.ledger.merkle import is_consistent, is_included
from weighbridge.ledger.notes import cosign_note, read_note, sign_note
from weighbridge.ledger.trusted_ledger import (
    Anchor,
    Entry,
    LedgerTrust,
    NoticeKind,
    TrustedLedger,
    Unheard,
    read_head,
    read_ledger,
)
from weighbridge.ledger.verifier_keys import KeyKind, VerifierKey

WITNESS = Key("witness.example.org/w1", seed=7, kind=KeyKind.COSIGNATURE)
LAPTOP = Key("laptop", seed=21)
OTHER_ORIGIN = "example.com/other/" + "77" * 16


def read(
    files: Files,
    trust: LedgerTrust = TRUST,
    *,
    anchors: Iterable[Anchor] = (),
    remembered: Checkpoint | None = None,
) -> TrustedLedger:
    ledger = read_ledger(files, trust, anchors=tuple(anchors), remembered=remembered)
    assert ledger is not None
    return ledger


def head(files: Files) -> Checkpoint:
    return read_checkpoint(files.files[CHECKPOINT]).checkpoint


def anchor(files: Files, *, place: str = "refs/heads/anchors") -> Anchor:
    return Anchor(place=place, note=files.files[CHECKPOINT])


def signed_by(files: Files, key: Key) -> Files:
    signed = Files(files.files)
    signed.files[CHECKPOINT] = bytes(sign_note(head(files).text, key))
    return signed


def kinds(ledger: TrustedLedger) -> set[NoticeKind]:
    return {notice.kind for notice in ledger.notices}


# 1. The head


def test_a_head_that_a_trusted_writer_signed_is_believed() -> None:
    assert read(ledger_of(5)).checkpoint.size == 5


def test_there_may_be_no_ledger_yet() -> None:
    assert read_ledger(Files(), TRUST) is None


def test_a_head_that_nobody_trusted_signed_is_not_believed() -> None:
    with pytest.raises(UntrustedError, match=r"signed by nobody who is trusted \(stranger\): name the writer's key in"):
        read(signed_by(ledger_of(5), Key("stranger", seed=3)))


def test_a_stranger_who_goes_by_the_name_of_a_writer_is_not_believed() -> None:
    with pytest.raises(UntrustedError, match="signed by nobody who is trusted"):
        read(signed_by(ledger_of(5), Key(WRITER.verifier.name, seed=3)))


def test_a_head_whose_text_was_changed_after_signing_is_not_believed() -> None:
    files = ledger_of(5)
    files.files[CHECKPOINT] = files.files[CHECKPOINT].replace(b"\n5\n", b"\n4\n")

    with pytest.raises(
        UntrustedError, match=r"the checkpoint of memory is not to be believed: .* changed after signing"
    ):
        read(files)


def test_a_witness_alone_makes_no_head_believed() -> None:
    files = ledger_of(5)
    witnessed = cosign_note(read_note(files.files[CHECKPOINT]), WITNESS, at=5)
    files.files[CHECKPOINT] = bytes(msgspec.structs.replace(witnessed, signatures=witnessed.signatures[-1:]))

    with pytest.raises(UntrustedError, match="signed by nobody who is trusted"):
        read(files, msgspec.structs.replace(TRUST, witnesses=(WITNESS.verifier,)))


def test_a_checkpoint_that_is_none_is_refused_with_its_place() -> None:
    with pytest.raises(MalformedError, match="the checkpoint of memory cannot be read: "):
        read(Files({CHECKPOINT: b"what?"}))


def test_an_empty_ledger_is_believed_and_has_no_entries() -> None:
    files = Files()
    append(files, [], writer=WRITER, trust=TRUST)

    assert list(read(files).entries()) == []


def test_an_empty_ledger_with_a_root_over_something_is_refused() -> None:
    text = Checkpoint(origin=ORIGIN, size=0, root=b"x" * 32).text

    with pytest.raises(MalformedError, match="no entries, and a root over some"):
        read(Files({CHECKPOINT: bytes(sign_note(text, WRITER))}))


# 2. Writers that entries vouch for


def vouching(index: int, key: VerifierKey) -> LedgerTrust:
    def vouched(entry: Entry) -> Iterable[VerifierKey]:
        return (key,) if entry.index == index else ()

    return msgspec.structs.replace(TRUST, vouched=vouched)


@pytest.mark.parametrize("index", [0, 4, 270])
def test_a_head_is_believed_whose_writer_an_entry_vouches_for(index: int) -> None:
    ledger = read(signed_by(ledger_of(300), LAPTOP), vouching(index, LAPTOP.verifier))

    assert [each.key for each in ledger.signatures] == [LAPTOP.verifier]
    assert NoticeKind.VOUCHED in kinds(ledger)


def test_a_head_is_not_believed_whose_writer_no_entry_vouches_for() -> None:
    with pytest.raises(UntrustedError, match="signed by nobody who is trusted"):
        read(signed_by(ledger_of(300), Key("stranger", seed=3)), vouching(3, LAPTOP.verifier))


def test_the_very_head_that_was_seen_stays_believed_when_its_writers_word_ran_out() -> None:
    files = signed_by(ledger_of(5), LAPTOP)
    nobody = msgspec.structs.replace(TRUST, vouched=lambda _: ())

    for trust in (TRUST, nobody):
        ledger = read(files, trust, remembered=head(files))
        assert (ledger.is_signed, NoticeKind.REMEMBERED in kinds(ledger)) == (False, True)


def test_nothing_but_that_very_head_does() -> None:
    seen, files = head(ledger_of(5)), signed_by(ledger_of(6), LAPTOP)

    with pytest.raises(UntrustedError, match="signed by nobody who is trusted"):
        read(files, remembered=seen)


def test_who_is_believed_signs_the_head_that_was_seen_anew() -> None:
    files = signed_by(ledger_of(5), LAPTOP)
    seen = read(files, remembered=head(files))

    assert not sign_anew(files, seen, writer=LAPTOP, trust=TRUST)
    assert sign_anew(files, seen, writer=WRITER, trust=TRUST)
    assert [each.key for each in read(files).signatures] == [WRITER.verifier]


def test_why_nobody_believes_its_writer_is_told_with_the_line() -> None:
    def unheeded(entry: Entry) -> Unheard | None:
        return Unheard(key=LAPTOP.verifier, entry=3, why="Bob left") if entry.index == 3 else None

    trust = msgspec.structs.replace(TRUST, vouched=lambda _: (), unheeded=unheeded)

    with pytest.raises(UntrustedError) as caught:
        read(signed_by(ledger_of(5), LAPTOP), trust)

    assert "entry 3 names laptop, which does not count: Bob left" in str(caught.value)
    assert str(LAPTOP.verifier) in str(caught.value)


def test_an_entry_that_was_put_in_without_its_hash_vouches_for_nobody() -> None:
    files = signed_by(ledger_of(5), LAPTOP)
    bundle = files.files["tile/entries/000.p/5"]
    files.files["tile/entries/000.p/5"] = bundle.replace(b"payloadType", b"payloadtype")

    with pytest.raises(AlteredError):
        read(files, vouching(3, LAPTOP.verifier))


def test_a_witness_that_an_entry_names_writes_nothing() -> None:
    files = ledger_of(5)
    files.files[CHECKPOINT] = bytes(sign_note(head(files).text, Key("w", 7)))

    with pytest.raises(UntrustedError):
        read(files, vouching(3, Key("w", 7, kind=KeyKind.COSIGNATURE).verifier))


# 3. The origin


def test_another_ledger_by_the_same_writer_is_not_this_one() -> None:
    files = Files()
    append(files, additions([1]), writer=WRITER, trust=LedgerTrust(origin=OTHER_ORIGIN, writers=(WRITER.verifier,)))

    with pytest.raises(
        UntrustedError, match=f"is that of {OTHER_ORIGIN}, and the ledger of this repository is {ORIGIN}"
    ):
        read(files)


def test_where_no_origin_is_named_the_remembered_one_holds() -> None:
    files = ledger_of(3)
    unpinned = msgspec.structs.replace(TRUST, origin=None)
    remembered = msgspec.structs.replace(head(files), origin=OTHER_ORIGIN)

    assert NoticeKind.UNPINNED in kinds(read(files, unpinned))
    with pytest.raises(UntrustedError, match="it was replaced"):
        read(files, unpinned, remembered=remembered)


def test_an_anchor_of_another_ledger_is_refused() -> None:
    other = Files()
    append(other, additions([1]), writer=WRITER, trust=LedgerTrust(origin=OTHER_ORIGIN, writers=(WRITER.verifier,)))

    with pytest.raises(UntrustedError, match=r"refs/heads/anchors anchors example.com/other"):
        read(ledger_of(3), anchors=[anchor(other)])


# 4. What was remembered


@pytest.mark.parametrize(("before", "after"), [(1, 2), (5, 5), (255, 256), (256, 257), (200, 700), (512, 513)])
def test_a_longer_ledger_that_begins_with_what_was_seen_is_believed(before: int, after: int) -> None:
    files = ledger_of(before)
    seen = head(files)
    ledger_of(after - before, files, first=before)

    ledger = read(files, remembered=seen)

    assert [entry.index for entry in ledger.since(seen)] == list(range(before, after))


def test_reading_from_what_was_seen_reads_the_new_entries_and_the_right_edge_alone() -> None:
    files = ledger_of(2_000)
    seen = head(files)
    ledger_of(3, files, first=2_000)
    files.reads.clear()

    read(files, remembered=seen)

    assert set(files.reads) == {CHECKPOINT, "tile/0/007.p/211", "tile/1/000.p/7", "tile/entries/007.p/211"}


def test_a_shorter_ledger_was_cut() -> None:
    seen = head(ledger_of(9))

    with pytest.raises(
        ForkedError, match="has 8 entries, and what was seen of it before has 9: the ledger was cut short"
    ):
        read(ledger_of(8), remembered=seen)


def test_a_ledger_that_is_gone_was_removed() -> None:
    with pytest.raises(ForkedError, match=r"there is no ledger in memory, and one of 9 entries, .* was seen before"):
        read_ledger(Files(), TRUST, remembered=head(ledger_of(9)))
    with pytest.raises(ForkedError, match="refs/heads/anchors anchors one: it was removed"):
        read_ledger(Files(), TRUST, anchors=[anchor(ledger_of(9))])


@pytest.mark.parametrize("longer", [0, 1, 300])
def test_a_ledger_that_forked_from_what_was_seen_is_told_whatever_its_length(longer: int) -> None:
    seen = head(ledger_of(9))
    forked = ledger_of(1 + longer, ledger_of(8), first=50)

    with pytest.raises(
        ForkedError, match="the first 9 entries of memory are not those that what was seen of it before"
    ):
        read(forked, remembered=seen)


# 5. Anchors


@pytest.mark.parametrize("size", [1, 4, 255, 256, 400, 700])
def test_an_anchored_ledger_holds_what_was_anchored(size: int) -> None:
    files = ledger_of(size)
    kept = anchor(files)
    ledger_of(700 - size + 1, files, first=size)

    ledger = read(files, anchors=[kept])

    assert NoticeKind.UNANCHORED not in kinds(ledger)


def test_a_ledger_rewritten_by_its_own_key_holder_is_found_by_its_anchor() -> None:
    with pytest.raises(
        ForkedError, match=r"anchor in refs/heads/anchors was signed for: the ledger was rewritten or forked"
    ):
        read(ledger_of(9, first=100), anchors=[anchor(ledger_of(9))])


def test_a_ledger_cut_by_its_own_key_holder_is_found_by_its_anchor() -> None:
    with pytest.raises(ForkedError, match="the anchor in refs/heads/anchors has 9: the ledger was cut short"):
        read(ledger_of(5), anchors=[anchor(ledger_of(9))])


def test_any_one_of_several_anchors_is_enough_to_tell() -> None:
    files = ledger_of(9)

    with pytest.raises(ForkedError, match="the anchor in other"):
        read(files, anchors=[anchor(files), anchor(ledger_of(3, first=70), place="other")])


def test_an_anchor_that_nobody_trusted_signed_is_refused() -> None:
    files = ledger_of(9)

    with pytest.raises(UntrustedError, match="the checkpoint in refs/heads/anchors is signed by nobody who is trusted"):
        read(files, anchors=[anchor(signed_by(files, Key("stranger", seed=3)))])


def test_without_anything_elsewhere_the_reader_is_told_what_that_means() -> None:
    told = {notice.kind: notice.words for notice in read(ledger_of(9)).notices}

    assert (
        told[NoticeKind.UNANCHORED]
        == "nothing anchors this ledger: whoever may push it could shorten it, and its key holder rewrite it"
    )


def test_what_was_seen_before_bounds_what_could_be_rewritten() -> None:
    files = ledger_of(9)

    (notice,) = read(files, remembered=head(files)).notices

    assert notice.words.startswith(
        "nothing anchors this ledger: whoever may push it could shorten it, and its key holder rewrite it beyond 9 entries"
    )


def test_a_witness_anchors_a_ledger_and_is_named() -> None:
    files = ledger_of(9)
    files.files[CHECKPOINT] = bytes(cosign_note(read_note(files.files[CHECKPOINT]), WITNESS, at=1_772_000_000))

    asked_for = msgspec.structs.replace(TRUST, witnesses=(WITNESS.verifier,), quorum=1)
    ledger = read(files, asked_for)
    merely_known = read(files, msgspec.structs.replace(asked_for, quorum=0))

    assert kinds(ledger) == {NoticeKind.WITNESSED}
    assert kinds(merely_known) == {NoticeKind.WITNESSED, NoticeKind.UNANCHORED}, "it could have been left out"
    assert {each.at for each in ledger.signatures} == {None, 1_772_000_000}


# 6. Entries and tiles


@pytest.mark.parametrize("size", [1, 3, 256, 300, 513])
def test_one_changed_byte_in_any_file_is_found(size: int) -> None:
    whole = ledger_of(size)
    for name, data in whole.proven.items():
        for at in {0, len(data) // 2, len(data) - 1}:
            files = whole.copy()
            files.files[name] = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            with pytest.raises(LedgerError):
                read(files, anchors=[anchor(whole)])


@pytest.mark.parametrize("size", [1, 3, 256, 300, 513])
def test_a_file_that_is_gone_cut_or_longer_is_found(size: int) -> None:
    whole = ledger_of(size)
    for name in set(whole.proven) - {CHECKPOINT}:
        for other in (None, b"", whole.files[name][:-32], whole.files[name] + b"\0" * 32, whole.files[name] * 2):
            files = whole.copy()
            if other is None:
                del files.files[name]
            else:
                files.files[name] = other
            with pytest.raises(AlteredError, match=r"tile/\w+/00\d|entry \d+ of memory|the hashes at the right edge"):
                read(files)


def test_the_entry_that_was_changed_is_named() -> None:
    files = ledger_of(300)
    name = "tile/entries/001.p/44"
    changed = envelope(290)
    files.files[name] = files.files[name].replace(changed, changed.replace(b'"keyid"', b'"keyId"'))

    with pytest.raises(AlteredError, match=r"entry 290 of memory is not the one that was appended: restore"):
        read(files)


def test_an_entry_changed_before_what_was_seen_is_found_when_it_is_read() -> None:
    files = ledger_of(600)
    files.files["tile/entries/000"] = files.files["tile/entries/000"].replace(b'"keyid"', b'"keyId"', 1)

    ledger = read(files, remembered=head(files))

    with pytest.raises(AlteredError, match="entry 0 of memory"):
        next(ledger.entries())


def test_a_ledger_that_is_read_while_others_append_is_the_one_that_was_read() -> None:
    files = ledger_of(300)
    ledger = read(files)
    ledger_of(400, files, first=300)

    assert [entry.envelope for entry in ledger.entries()] == [envelope(number) for number in range(300)]


def test_a_ledger_that_is_read_while_one_more_is_appended_is_the_one_that_was_read() -> None:
    files = ledger_of(300)
    ledger = read_head(files, TRUST)
    assert ledger is not None
    ledger_of(1, files, first=300)

    assert ledger.entry(299).envelope == envelope(299)


def test_a_head_that_moves_between_two_readings_is_read_again() -> None:
    class Moving(Files):
        """The checkpoint of five entries whose tiles are gone already, and then all of 305."""

        def read(self, path: str) -> bytes | None:
            if len(self.reads) == 3:
                self.files = ledger_of(305).files
            return super().read(path)

    assert read(Moving({CHECKPOINT: ledger_of(5).files[CHECKPOINT]})).checkpoint.size == 305


def test_a_head_that_never_stands_still_is_not_read_for_ever() -> None:
    class Restless(Files):
        """Another checkpoint at each reading, and no tiles."""

        def read(self, path: str) -> bytes | None:
            self.reads.append(path)
            return HEADS[len(self.reads) % len(HEADS)] if path == CHECKPOINT else None

    with pytest.raises(AlteredError, match="is missing"):
        read(Restless())


HEADS = [ledger_of(size).files[CHECKPOINT] for size in range(1, 9)]


def test_a_store_that_cannot_be_read_says_so_itself() -> None:
    class Broken(Files):
        def read(self, path: str) -> bytes | None:
            raise LedgerFilesError(f"{path} cannot be read: the disk is gone")

    with pytest.raises(LedgerFilesError, match="the disk is gone"):
        read(Broken())


# Proofs


@given(st.data())
@settings(max_examples=30)
def test_every_entry_is_proven_to_be_in_the_head(data: st.DataObject) -> None:
    ledger = read(LARGE)
    index = data.draw(st.integers(0, ledger.checkpoint.size - 1))

    found = ledger.prove(index)

    assert found.entry.envelope == envelope(index)
    assert is_included(
        found.entry.leaf, index, size=found.checkpoint.size, root=found.checkpoint.root, proof=found.path
    )


@given(st.integers(0, 700))
@settings(max_examples=30)
def test_the_head_is_proven_to_begin_with_every_earlier_one(old: int) -> None:
    ledger = read(LARGE)

    proof = ledger.prove_consistency(old)

    assert is_consistent(old, ledger.tree.edge_at(old).root, new=700, new_root=ledger.checkpoint.root, proof=proof)


LARGE = ledger_of(700)


@pytest.mark.parametrize("index", [-1, 700, 10**9])
def test_what_is_not_there_cannot_be_proven(index: int) -> None:
    with pytest.raises(LedgerError, match=f"there is no entry {index}"):
        read(LARGE).prove(index)


def test_a_longer_past_than_there_is_cannot_be_proven() -> None:
    with pytest.raises(ForkedError, match="never had 701"):
        read(LARGE).prove_consistency(701)


def test_a_proof_reads_few_files() -> None:
    LARGE.reads.clear()
    ledger = read_head(LARGE, TRUST)
    assert ledger is not None

    ledger.prove(300)

    assert LARGE.reads == [CHECKPOINT, "tile/0/002.p/188", "tile/1/000.p/2", "tile/entries/001", "tile/0/001"]


# Whatever there is, only the promised error escapes


@given(
    st.integers(0, 2**63 - 1) | st.integers(0, 600),
    st.dictionaries(
        st.sampled_from(["tile/0/000", "tile/0/000.p/5", "tile/1/000.p/1", "tile/entries/000.p/5", "tile/entries/000"]),
        st.binary(max_size=70) | st.sampled_from([b"\0" * 32, b"\0" * 160, b"\0" * 8192]),
    ),
)
def test_whatever_a_trusted_writer_signs_over_whatever_files(size: int, files: dict[str, bytes]) -> None:
    checkpoint = Checkpoint(origin=ORIGIN, size=size, root=b"\0" * 32)
    files[CHECKPOINT] = bytes(sign_note(checkpoint.text, WRITER))

    with pytest.raises(LedgerError):
        read(Files(files))


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_whatever_bytes_are_a_head_or_an_anchor(first: bytes, second: bytes) -> None:
    with pytest.raises(LedgerError):
        read(Files({CHECKPOINT: first}))
    with pytest.raises(LedgerError):
        read(LARGE, anchors=[Anchor(place="somewhere", note=second)])
