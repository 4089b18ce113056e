"""A writer's word for its own signatures stands for exactly those, and every way to make it stand for more comes to nothing."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import ORIGIN, TRUST, WRITER, Files, Key, additions, decision_payload, envelope, ledger_of

from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.checkpoint import Checkpoint, read_checkpoint
from weighbridge.ledger.envelope import Envelope, Signature
from weighbridge.ledger.errors import MalformedError
from weighbridge.ledger.examine import Examination, examine
from weighbridge.ledger.files import CHECKPOINT
from weighbridge.ledger.merkle import EMPTY_ROOT
from weighbridge.ledger.notes import sign_note
from weighbridge.ledger.own_signatures import EVERY, MOST_CHECKED, MOST_FALSE, OwnWord, path_of, word_in
from weighbridge.ledger.trusted_ledger import LedgerTrust, read_ledger

LAPTOP = Key("laptop", seed=21)
BOTH = msgspec.structs.replace(TRUST, writers=(WRITER.verifier, LAPTOP.verifier))
PATH = path_of(WRITER.verifier)


def word(files: Files, key: Key = WRITER, *, trust: LedgerTrust = TRUST) -> OwnWord | None:
    ledger = read_ledger(files, trust)
    assert ledger is not None
    return word_in(ledger.tree, key.verifier)


def look(files: Files, trust: LedgerTrust = BOTH) -> Examination:
    ledger = read_ledger(files, trust)
    assert ledger is not None
    return examine(ledger, trust)


def forged(number: int = 9, *, of: Key = WRITER) -> Addition:
    signature = Signature(keyid=of.verifier.keyid, sig=b"\1" * 64)
    return Addition(envelope=bytes(Envelope(payload=decision_payload(number), signatures=(signature,))))


def say(files: Files, count: int, *, writer: Key = WRITER, first: int = 0) -> None:
    """So many statements at once: `EVERY` of them renew the writer's word."""
    append(files, additions(range(first, first + count), writer=writer), writer=writer, trust=BOTH)


def replaced(files: Files, said: OwnWord, *, key: Key = WRITER) -> Files:
    """The ledger with this word in the place of the writer's."""
    changed = files.copy()
    changed.files[PATH] = bytes(sign_note(said.text, key))
    return changed


# What it stands for


def test_a_writer_gives_its_word_for_all_that_it_signed() -> None:
    said = word(ledger_of(EVERY))

    assert said is not None
    assert (said.first, said.size, said.false) == (0, EVERY, ())


def test_most_appends_leave_it_as_it_is() -> None:
    files = Files()
    words = set()
    for number in range(600):
        append(files, additions([number]), writer=WRITER, trust=TRUST)
        words.add(files.files.get(PATH))

    assert 2 < len(words) < 15


def test_it_is_renewed_and_begins_where_it_began() -> None:
    files = ledger_of(EVERY)
    say(files, EVERY, first=EVERY)

    said = word(files)

    assert said is not None
    assert (said.first, said.size) == (0, 2 * EVERY)


def test_a_writer_who_comes_late_begins_there() -> None:
    files = ledger_of(600)
    say(files, EVERY, writer=LAPTOP, first=600)

    said = word(files, LAPTOP, trust=BOTH)

    assert said is not None
    assert (said.first, said.size) == (600 - 256, 600 + EVERY)


def test_a_writer_between_others_keeps_up() -> None:
    files = Files()
    for number in range(1280):
        writer = LAPTOP if number % 8 == 7 else WRITER
        append(files, additions([number], writer=writer), writer=writer, trust=BOTH)

    found = look(files)

    assert found.doubtful == 0
    assert found.covered > 0.75 * 1280


# Ways to cheat


def test_a_statement_in_the_writers_name_is_found_when_it_looks_and_told_ever_after() -> None:
    files = ledger_of(EVERY - 1)
    append(files, [forged()], writer=LAPTOP, trust=BOTH)
    say(files, EVERY, first=EVERY)

    said, found = word(files), look(files)

    assert said is not None
    assert (said.false, said.size) == ((EVERY - 1,), 2 * EVERY)
    assert [each.index for each in found.doubts] == [EVERY - 1]
    assert found.covered == 2 * EVERY - 1


def test_a_name_in_another_spelling_is_the_same_name() -> None:
    keyid = WRITER.verifier.keyid
    spelt = forged().envelope.replace(keyid.encode(), b"\\u%04x" % ord(keyid[0]) + keyid[1:].encode())
    assert spelt != forged().envelope
    files = ledger_of(EVERY - 1)
    append(files, [Addition(envelope=spelt)], writer=LAPTOP, trust=BOTH)
    say(files, EVERY, first=EVERY)

    said = word(files)

    assert said is not None
    assert said.false == (EVERY - 1,)
    assert look(files).doubtful == 1


def test_another_writers_word_covers_nothing_in_this_ones_name() -> None:
    files = ledger_of(EVERY - 1)
    append(files, [forged()], writer=LAPTOP, trust=BOTH)
    said = OwnWord(origin=ORIGIN, first=0, size=EVERY, root=head(files).root)

    for key in (LAPTOP, Key(WRITER.verifier.name, seed=99)):
        found = look(replaced(files, said, key=key))
        assert (found.covered, [each.index for each in found.doubts]) == (0, [EVERY - 1])


def test_a_word_that_was_stretched_is_none() -> None:
    files = ledger_of(EVERY)
    append(files, [forged()], writer=LAPTOP, trust=BOTH)
    stretched = files.copy()
    stretched.files[PATH] = files.files[PATH].replace(b"0 128\n", b"0 129\n")

    assert word(files, trust=BOTH) is not None
    assert word(stretched, trust=BOTH) is None
    assert (look(stretched).covered, look(stretched).doubtful) == (0, 1)


def test_the_word_for_a_ledger_that_went_another_way_is_none() -> None:
    files, other = ledger_of(EVERY), ledger_of(EVERY, first=5)
    files.files[PATH] = other.files[PATH]

    assert word(files) is None


@pytest.mark.parametrize("change", [{"origin": "example.com/other/1"}, {"size": EVERY - 1}, {"root": b"\0" * 32}])
def test_the_word_for_another_ledger_size_or_root_is_none(change: dict[str, object]) -> None:
    files = ledger_of(EVERY)
    said = word(files)
    assert said is not None

    assert word(replaced(files, said)) == said
    assert word(replaced(files, msgspec.structs.replace(said, **change))) is None


def test_the_word_for_more_than_there_is_is_none() -> None:
    short, long = ledger_of(EVERY), ledger_of(3 * EVERY)
    short.files[PATH] = long.files[PATH]

    assert word(short) is None


def test_nothing_before_its_beginning_is_covered() -> None:
    files = ledger_of(300)
    append(files, [forged(of=LAPTOP)], writer=WRITER, trust=BOTH)
    say(files, 300, first=400)
    say(files, EVERY, writer=LAPTOP, first=900)

    assert [each.index for each in look(files).doubts] == [300]


def test_a_word_is_no_checkpoint_and_a_checkpoint_no_word() -> None:
    files = ledger_of(EVERY)

    with pytest.raises(MalformedError):
        read_checkpoint(files.files[PATH])
    swapped = files.copy()
    swapped.files[PATH] = files.files[CHECKPOINT]
    assert word(swapped) is None


def test_a_word_that_is_gone_costs_time_alone() -> None:
    files = ledger_of(EVERY)
    del files.files[PATH]

    assert (look(files).checked, look(files).doubtful) == (EVERY, 0)


def test_a_word_that_was_changed_is_not_built_upon() -> None:
    files = ledger_of(EVERY)
    append(files, [forged()], writer=LAPTOP, trust=BOTH)
    said = OwnWord(origin=ORIGIN, first=0, size=EVERY + 1, root=head(files).root)
    files = replaced(files, said, key=LAPTOP)
    say(files, EVERY, first=2 * EVERY)

    assert [each.index for each in look(files).doubts] == [EVERY]


def test_so_many_statements_in_its_name_that_it_cannot_name_them_end_it_before_them() -> None:
    files = ledger_of(EVERY)
    append(files, [forged(number) for number in range(MOST_FALSE + 3)], writer=LAPTOP, trust=BOTH)
    say(files, EVERY, first=EVERY)

    said = word(files)

    assert said is not None
    assert said.size == EVERY + MOST_FALSE
    assert look(files).doubtful == MOST_FALSE + 3


def test_no_append_checks_more_than_it_may() -> None:
    files = Files()
    many = [Addition(envelope=envelope(number)) for number in range(MOST_CHECKED + 60)]
    append(files, many, writer=LAPTOP, trust=BOTH)
    del files.files[path_of(LAPTOP.verifier)]
    said = OwnWord(origin=ORIGIN, first=0, size=0, root=EMPTY_ROOT)
    files = replaced(files, said)

    say(files, EVERY, first=5000)

    renewed = word(files)
    assert renewed is not None
    assert renewed.size == MOST_CHECKED


@given(st.data())
def test_whatever_is_changed_in_it_nothing_but_time_is_lost(data: st.DataObject) -> None:
    whole = _WHOLE.files[PATH]
    begin = data.draw(st.integers(0, len(whole)))
    changed = whole[:begin] + data.draw(st.binary(max_size=60)) + whole[begin + data.draw(st.integers(0, 60)) :]
    files = _WHOLE.copy()
    files.files[PATH] = changed

    assert word(files) in (None, _WORD)


@given(st.text(max_size=80), st.lists(st.text("0123456789 +-x", max_size=12), max_size=5))
def test_whatever_the_writers_key_signed_is_a_word_or_none(first: str, rest: list[str]) -> None:
    text = "".join(f"{line}\n" for line in (first or "x", *rest)).replace("\r", "")
    files = _WHOLE.copy()
    files.files[PATH] = bytes(sign_note(text, WRITER))

    word(files)


_WHOLE = ledger_of(EVERY)
_WORD = word(_WHOLE)


def head(files: Files) -> Checkpoint:
    return read_checkpoint(files.files[CHECKPOINT]).checkpoint
