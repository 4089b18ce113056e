"""Exports: written whole or not at all, read as they lie there, and never appended to."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.samples.ledger import TRUST, WRITER, additions, ledger_of
from tests.samples.ledger import said_of_people as said

from weighbridge.adapters.ledger.folder import LARGEST, FolderFiles, write_folder
from weighbridge.adapters.ledger.memory import MemoryFiles
from weighbridge.adapters.ledger.seen import SeenHeads, state_folder
from weighbridge.app.export_ledger import export_ledger, import_ledger, tree_paths
from weighbridge.app.share_ledger import Reading, read_here
from weighbridge.ledger.append import append
from weighbridge.ledger.errors import AlteredError, ForkedError, LedgerError
from weighbridge.ledger.files import LedgerFilesError, LedgerPlaceError
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.personal import erase_personal, personal_path
from weighbridge.ledger.trusted_ledger import read_ledger


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return Reading(trust=lambda _: TRUST, seen=SeenHeads(tmp_path / "state", clone="here"))


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 600, 65_537])
def test_an_export_has_every_file_of_the_ledger_and_no_other(reading: Reading, tmp_path: Path, count: int) -> None:
    files = ledger_of(count)

    write_folder(tmp_path / "export", export_ledger(files, reading, with_people=True))

    written = {
        str(path.relative_to(tmp_path / "export")) for path in (tmp_path / "export").rglob("*") if path.is_file()
    }
    assert written == set(files.proven) == {"checkpoint", *tree_paths(count)}
    assert read_ledger(FolderFiles(tmp_path / "export"), TRUST) is not None


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[tuple[str, bytes]]:
        yield "checkpoint", b"1"
        raise LedgerError("the rest cannot be read")

    with pytest.raises(LedgerError):
        write_folder(tmp_path / "export", broken())

    assert list(tmp_path.iterdir()) == []


def test_a_path_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerFilesError, match="is no name"):
        write_folder(tmp_path / "export", [("../evil", b"")])

    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled_and_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")

    write_folder(tmp_path / "empty", [("checkpoint", b"1")])
    with pytest.raises(LedgerFilesError, match="something stands there already"):
        write_folder(tmp_path / "link", [("checkpoint", b"2")])

    assert FolderFiles(tmp_path / "empty").read("checkpoint") == b"1"


def test_links_pipes_and_folders_in_an_export_are_errors_and_not_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "checkpoint").symlink_to(tmp_path / "secret")
    (tmp_path / "folder").mkdir()
    with (tmp_path / "large").open("wb") as large:
        large.truncate(LARGEST + 1)
    files = FolderFiles(tmp_path)

    for path in ("checkpoint", "folder", "large"):
        with pytest.raises(LedgerFilesError):
            files.read(path)
    assert files.read("nothing") is None
    assert files.read("secret/below") is None


def test_an_export_is_not_appended_to(tmp_path: Path) -> None:
    with pytest.raises(LedgerFilesError, match="is an export, which nobody appends to"):
        FolderFiles(tmp_path).replace({"checkpoint": b"1"}, expected=None)


@pytest.mark.parametrize("here", [0, 1, 200, 256, 300])
def test_an_export_that_is_further_on_is_taken_in(reading: Reading, tmp_path: Path, here: int) -> None:
    write_folder(tmp_path / "export", export_ledger(ledger_of(600), reading, with_people=True))
    ours = MemoryFiles(ledger_of(here).files)

    done = import_ledger(ours, FolderFiles(tmp_path / "export"), reading=reading)

    ledger = read_ledger(ours, TRUST)
    assert ledger is not None
    assert (done.received, ledger.checkpoint) == (600 - here, done.checkpoint)
    append(ours, additions([700]), writer=WRITER, trust=TRUST)
    assert read_ledger(ours, TRUST) is not None


def test_an_import_brings_back_no_text_that_was_erased_here(reading: Reading, tmp_path: Path) -> None:
    added = [said(number) for number in (1, 2)]
    theirs = ledger_of(1)
    append(theirs, added, writer=WRITER, trust=TRUST)
    write_folder(tmp_path / "export", export_ledger(theirs, reading, with_people=True))
    ours = ledger_of(1)
    append(ours, added[:1], writer=WRITER, trust=TRUST)
    first, second = (leaf_hash(each.envelope) for each in added)
    erase_personal(ours, first)

    import_ledger(ours, FolderFiles(tmp_path / "export"), reading=reading)

    assert ours.read(personal_path(first)) is None
    assert ours.read(personal_path(second)) == added[1].personal


def test_an_export_whose_texts_were_altered_is_not_taken_in(reading: Reading, tmp_path: Path) -> None:
    theirs, added = ledger_of(1), said(1)
    append(theirs, [added], writer=WRITER, trust=TRUST)
    write_folder(tmp_path / "export", export_ledger(theirs, reading, with_people=True))
    text = tmp_path / "export" / personal_path(leaf_hash(added.envelope))
    text.write_bytes(text.read_bytes().replace(b"Ada", b"Eve"))
    ours = MemoryFiles()

    with pytest.raises(AlteredError, match=r"^entry 1: personal/\w+ in .* is not what its entry commits to"):
        import_ledger(ours, FolderFiles(tmp_path / "export"), reading=reading)

    assert ours.read("checkpoint") is None
    text.unlink()
    assert import_ledger(ours, FolderFiles(tmp_path / "export"), reading=reading).received == 2


def test_an_export_of_another_past_is_not_taken_in(reading: Reading, tmp_path: Path) -> None:
    write_folder(tmp_path / "export", export_ledger(ledger_of(5), reading, with_people=True))
    ours = ledger_of(2)
    append(ours, additions([77]), writer=WRITER, trust=TRUST)

    with pytest.raises(ForkedError, match=r"has entries that .* has not"):
        import_ledger(ours, FolderFiles(tmp_path / "export"), reading=reading)


def test_an_old_export_does_not_make_what_was_seen_forgotten(reading: Reading, tmp_path: Path) -> None:
    write_folder(tmp_path / "export", export_ledger(ledger_of(5), reading, with_people=True))
    assert read_here(ledger_of(9), reading) is not None

    with pytest.raises(ForkedError, match="was cut short"):
        import_ledger(MemoryFiles(), FolderFiles(tmp_path / "export"), reading=reading)


def test_a_folder_without_a_ledger_is_said_to_have_none(reading: Reading, tmp_path: Path) -> None:
    with pytest.raises(LedgerPlaceError, match="there is no ledger in"):
        import_ledger(MemoryFiles(), FolderFiles(tmp_path), reading=reading)


def test_what_was_seen_and_cannot_be_read_is_an_error_that_names_the_file(reading: Reading, tmp_path: Path) -> None:
    files = ledger_of(2)
    list(export_ledger(files, reading, with_people=True))
    (seen,) = (tmp_path / "state").rglob("clone-*")
    seen.write_bytes(b"rubbish")

    with pytest.raises(LedgerFilesError, match=f"{seen.name}: what was last seen of the ledger cannot be read"):
        list(export_ledger(files, reading, with_people=True))


def test_where_it_is_remembered_is_the_users_own_choice() -> None:
    assert state_folder({"WEIGHBRIDGE_STATE": "/s", "XDG_STATE_HOME": "/x"}) == Path("/s")
    assert state_folder({"XDG_STATE_HOME": "/x"}) == Path("/x/weighbridge")
    assert state_folder({"HOME": "/h"}) == Path("/h/.local/state/weighbridge")
    assert os.sep == "/"
