"""Texts beside a ledger are what its entries commit to, or that they are not is told; one that was erased is no fault."""

from collections.abc import Sequence

import msgspec
import pytest
from tests.samples.ledger import TRUST, WRITER, Files, additions, ledger_of, text
from tests.samples.ledger import said_of_people as said

from weighbridge.ledger.append import append
from weighbridge.ledger.errors import AlteredError
from weighbridge.ledger.examine import Examination, examine
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.personal import erase_personal, personal_path
from weighbridge.ledger.texts import refuse_altered
from weighbridge.ledger.trusted_ledger import TrustedLedger, read_ledger


def path_of(number: int) -> str:
    return personal_path(leaf_hash(said(number).envelope))


def kept(count: int = 4) -> Files:
    """So many entries that have texts, after one that commits to none."""
    files = ledger_of(1)
    append(files, [said(number) for number in range(1, count + 1)], writer=WRITER, trust=TRUST)
    return files


def believed(files: Files) -> TrustedLedger:
    ledger = read_ledger(files, TRUST)
    assert ledger is not None
    return ledger


def look(files: Files) -> Examination:
    return examine(believed(files), TRUST, beside=files)


def doubts(files: Files) -> list[tuple[int, str]]:
    return [(each.index, each.words) for each in look(files).doubts]


def test_texts_that_are_what_their_entries_commit_to_are_counted() -> None:
    found = look(kept())

    assert found.texts is not None
    assert (found.texts.sound, found.texts.absent, found.texts.altered, found.doubtful) == (4, 0, 0, 0)
    assert "4 texts beside it are what their entries commit to" in found.words


def test_an_erased_text_is_counted_and_is_no_doubt() -> None:
    files = kept()
    erase_personal(files, leaf_hash(said(2).envelope))

    found = look(files)

    assert found.texts is not None
    assert (found.texts.sound, found.texts.absent, found.texts.altered, found.doubtful) == (3, 1, 0, 0)
    assert "1 are erased, or not here" in found.words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bytes(text(2, "Eve read it")), "is not what its entry commits to"),
        (bytes(text(3)), "is not what its entry commits to"),
        (b"rubbish", "is not of its form"),
        (b"", "is not of its form"),
        (bytes(text(2)) + b"\n", "is not what its entry commits to"),
    ],
)
def test_an_altered_text_is_a_doubt_about_its_entry(data: bytes, words: str) -> None:
    files = kept()
    files.files[path_of(2)] = data

    found = look(files)

    assert [(each.index, each.words) for each in found.doubts] == [
        (2, f"{path_of(2)} in memory {words}: restore it, or remove it")
    ]
    assert found.texts is not None
    assert (found.texts.sound, found.texts.altered, found.doubtful) == (3, 1, 1)
    assert "1 are not what their entries commit to" in found.words


def test_a_text_of_no_entry_is_told_and_is_no_doubt_for_its_entry_may_be_on_the_way() -> None:
    files = kept()
    files.files["personal/" + "ab" * 32] = bytes(text(9))

    found = look(files)

    assert found.texts is not None
    assert (found.texts.sound, found.texts.stray, found.doubtful) == (4, 1, 0)
    assert f"1 are no entry's that is here, as personal/{'ab' * 32}" in found.words


def test_a_text_beside_an_entry_that_commits_to_none_is_told_with_it() -> None:
    files = kept()
    path = personal_path(leaf_hash(additions([0])[0].envelope))
    files.files[path] = bytes(text(9))

    assert doubts(files) == [(0, f"{path} in memory lies beside an entry that commits to no text: remove it")]


def test_what_somebody_appends_meanwhile_is_of_no_entry_yet_and_no_doubt() -> None:
    files = kept()
    ledger = believed(files)
    append(files, [said(7)], writer=WRITER, trust=TRUST)

    assert examine(ledger, TRUST, beside=files).doubtful == 0


def test_an_entry_that_stands_there_twice_has_one_text() -> None:
    files = kept(1)
    append(files, additions(range(100, 700)), writer=WRITER, trust=TRUST)
    append(files, [said(1)], writer=WRITER, trust=TRUST)

    found = look(files)

    assert found.texts is not None
    assert (found.entries, found.texts.sound, found.doubtful) == (603, 2, 0)


def test_only_texts_that_are_there_are_read_and_together_where_that_can_be_done() -> None:
    class Together(Files):
        expected: tuple[str, ...] = ()

        def expect(self, paths: Sequence[str]) -> None:
            self.expected += tuple(paths)

    files = Together(kept().files)
    erase_personal(files, leaf_hash(said(2).envelope))
    files.reads.clear()

    look(files)

    there = (path_of(1), path_of(3), path_of(4))
    assert files.expected == there
    assert tuple(path for path in files.reads if path.startswith("personal/")) == there


def test_where_no_texts_are_looked_at_nothing_is_said_of_them() -> None:
    found = examine(believed(kept()), TRUST)

    assert found.texts is None
    assert "text" not in found.words


def test_the_first_altered_text_refuses_a_ledger_that_is_given() -> None:
    files = kept()
    files.files[path_of(3)] = bytes(text(3, "Eve read it"))

    with pytest.raises(AlteredError, match=r"^entry 3: personal/\w+ in memory is not what its entry commits to"):
        refuse_altered(believed(files), files)


def test_a_ledger_with_whole_and_erased_texts_is_taken() -> None:
    files = kept()
    erase_personal(files, leaf_hash(said(2).envelope))

    refuse_altered(believed(files), files)
    assert msgspec.to_builtins(look(files))["texts"] == {
        "sound": 3,
        "absent": 1,
        "altered": 0,
        "stray": 0,
        "example": "",
    }


def test_a_text_of_no_entry_refuses_a_ledger_that_is_given() -> None:
    files = kept()
    files.files["personal/ada"] = b"Ada"

    with pytest.raises(AlteredError, match=r"^personal/ada in memory is no entry's"):
        refuse_altered(believed(files), files)
