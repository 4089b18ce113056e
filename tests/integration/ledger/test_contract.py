"""What every place that keeps a ledger must do, whatever it is made of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.ledger import keepers
from tests.integration.ledger.keepers import Sights

from weighbridge.ledger.files import LedgerFilesError, LedgerMovedError, ReadsTogether


@pytest.fixture(params=["in_memory", "in_git", "in_git_with_sha256", "in_bare_git", "in_sqlite", "in_postgres"])
def sights(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sights]:
    with getattr(keepers, request.param)(tmp_path / "kept") as found:
        yield found


def test_a_ledger_that_was_never_written_has_no_files(sights: Sights) -> None:
    assert sights().read("checkpoint") is None
    assert sights().read("tile/0/000.p/1") is None
    assert sights().read("personal/aa") is None


def test_what_one_writes_another_reads(sights: Sights) -> None:
    files = {"checkpoint": b"1", "tile/0/000.p/1": b"\0\xff", "tile/entries/x001/234": b"", "personal/aa": b"Ada"}

    sights().replace(files, expected=None)

    assert {path: sights().read(path) for path in files} == files


def test_files_that_go_are_gone_and_the_others_stay(sights: Sights) -> None:
    one = sights()
    one.replace({"checkpoint": b"1", "tile/0/000.p/1": b"a", "tile/1/000": b"b", "personal/aa": b"Ada"}, expected=None)

    one.replace(
        {"checkpoint": b"2", "tile/0/000.p/1": None, "tile/0/000.p/2": b"ab", "personal/aa": None}, expected=b"1"
    )

    for sight in (one, sights()):
        assert sight.read("checkpoint") == b"2"
        assert sight.read("tile/0/000.p/1") is None
        assert sight.read("tile/0/000.p/2") == b"ab"
        assert sight.read("tile/1/000") == b"b"
        assert sight.read("personal/aa") is None


def test_a_file_may_go_that_never_was(sights: Sights) -> None:
    sights().replace({"checkpoint": b"1", "tile/0/000.p/9": None, "personal/bb": None}, expected=None)

    assert sights().read("tile/0/000.p/9") is None


def test_who_built_upon_an_older_checkpoint_writes_nothing(sights: Sights) -> None:
    one, other = sights(), sights()
    one.replace({"checkpoint": b"1"}, expected=None)
    assert other.read("checkpoint") == b"1"
    one.replace({"checkpoint": b"2"}, expected=b"1")

    with pytest.raises(LedgerMovedError, match="meanwhile: read what stands there now"):
        other.replace({"checkpoint": b"9", "tile/0/000.p/1": b"theirs", "personal/cc": b"x"}, expected=b"1")

    assert [sights().read(path) for path in ("checkpoint", "tile/0/000.p/1", "personal/cc")] == [b"2", None, None]


def test_two_that_begin_a_ledger_do_not_both_succeed(sights: Sights) -> None:
    one, other = sights(), sights()
    assert (one.read("checkpoint"), other.read("checkpoint")) == (None, None)
    one.replace({"checkpoint": b"1"}, expected=None)

    with pytest.raises(LedgerMovedError):
        other.replace({"checkpoint": b"other"}, expected=None)

    assert sights().read("checkpoint") == b"1"


def test_who_expects_a_ledger_where_there_is_none_writes_nothing(sights: Sights) -> None:
    with pytest.raises(LedgerMovedError):
        sights().replace({"checkpoint": b"2"}, expected=b"1")

    assert sights().read("checkpoint") is None


def test_who_was_beaten_reads_again_and_succeeds(sights: Sights) -> None:
    one, other = sights(), sights()
    one.replace({"checkpoint": b"1"}, expected=None)
    with pytest.raises(LedgerMovedError):
        other.replace({"checkpoint": b"x"}, expected=None)

    other.replace({"checkpoint": b"2"}, expected=other.read("checkpoint"))

    assert one.read("checkpoint") == b"2"


def test_a_reader_sees_the_files_of_the_checkpoint_it_read(sights: Sights) -> None:
    writer, reader = sights(), sights()
    writer.replace({"checkpoint": b"1", "tile/0/000.p/1": b"a"}, expected=None)
    assert reader.read("checkpoint") == b"1"

    writer.replace({"checkpoint": b"2", "tile/0/000.p/1": None, "tile/0/000.p/2": b"ab"}, expected=b"1")

    assert (reader.read("tile/0/000.p/1"), reader.read("tile/0/000.p/2")) == (b"a", None)
    assert reader.read("checkpoint") == b"2"
    assert (reader.read("tile/0/000.p/1"), reader.read("tile/0/000.p/2")) == (None, b"ab")


def test_files_may_be_replaced_under_the_same_checkpoint(sights: Sights) -> None:
    one = sights()
    one.replace({"checkpoint": b"1", "tile/0/000.p/1": b"a", "personal/aa": b"Ada"}, expected=None)

    one.replace({"personal/aa": None, "tile/0/000.p/1": None}, expected=b"1")

    assert [sights().read(path) for path in ("checkpoint", "personal/aa", "tile/0/000.p/1")] == [b"1", None, None]


def test_two_that_erase_different_things_both_succeed(sights: Sights) -> None:
    one, other = sights(), sights()
    one.replace({"checkpoint": b"1", "personal/aa": b"Ada", "personal/bb": b"Bob"}, expected=None)
    assert (one.read("checkpoint"), other.read("checkpoint")) == (b"1", b"1")

    one.replace({"personal/aa": None}, expected=b"1")
    other.replace({"personal/bb": None}, expected=b"1")

    assert [sights().read(path) for path in ("personal/aa", "personal/bb")] == [None, None]


@pytest.mark.parametrize(
    "path", ["", "/", "../x", "a/../b", ".git/config", "a//b", "a\0b", "a b", "é", "a/", "a" * 101]
)
def test_a_path_that_means_another_place_is_refused(sights: Sights, path: str) -> None:
    with pytest.raises(LedgerFilesError, match="is no name of a ledger's file"):
        sights().read(path)
    with pytest.raises(LedgerFilesError, match="is no name of a ledger's file"):
        sights().replace({"checkpoint": b"1", path: b""}, expected=None)


def test_a_ledger_is_never_left_without_a_checkpoint(sights: Sights) -> None:
    with pytest.raises(LedgerFilesError, match="without one"):
        sights().replace({"tile/0/000.p/1": b"a"}, expected=None)
    sights().replace({"checkpoint": b"1"}, expected=None)

    with pytest.raises(LedgerFilesError, match="without one"):
        sights().replace({"checkpoint": None}, expected=b"1")


def test_large_and_many_files_are_kept_whole(sights: Sights) -> None:
    files = {"checkpoint": b"1", "tile/entries/000": bytes(range(256)) * 4_000}
    files |= {f"tile/0/x{n:03}/{n:03}": b"%d" % n for n in range(300)}

    sights().replace(files, expected=None)

    assert {path: sights().read(path) for path in files} == files


def test_what_is_expected_reads_as_what_is_not(sights: Sights) -> None:
    texts = {f"personal/{number:02x}": b"text %d" % number for number in range(200)}
    large, gone = {"personal/fe": b"x" * 50_000}, "personal/fd"
    sights().replace({"checkpoint": b"1", **texts, **large, gone: b"gone"}, expected=None)
    sights().replace({gone: None}, expected=b"1")
    one = sights()
    asked = [*texts, *large, gone, "personal/ff", "checkpoint", "tile/0/000"]

    if isinstance(one, ReadsTogether):
        one.expect(asked)

    assert {path: one.read(path) for path in asked} == {path: sights().read(path) for path in asked}
    assert one.read("personal/07") == b"text 7"
    assert one.read(gone) is None


def test_what_is_erased_after_it_was_expected_is_gone(sights: Sights) -> None:
    texts: dict[str, bytes | None] = {f"personal/{number:02x}": b"text %d" % number for number in range(200)}
    one = sights()
    one.replace({"checkpoint": b"1", **texts}, expected=None)
    if isinstance(one, ReadsTogether):
        one.expect(list(texts))

    sights().replace({"personal/07": None}, expected=b"1")

    assert one.read("checkpoint") == b"1"
    assert one.read("personal/07") is None
    assert one.read("personal/08") == b"text 8"


def test_texts_that_are_there_are_listed_and_none_that_was_erased(sights: Sights) -> None:
    names = [f"personal/{number:02x}" + "5a" * 31 for number in range(3)]
    one = sights()
    assert list(one.texts()) == []
    one.replace({"checkpoint": b"1", "tile/0/000.p/1": b"x", **dict.fromkeys(names, b"Ada")}, expected=None)
    one.replace({names[1]: None}, expected=b"1")

    assert sorted(one.texts()) == sorted(sights().texts()) == [names[0], names[2]]


def test_texts_are_listed_as_they_stood_with_the_checkpoint(sights: Sights) -> None:
    one = sights()
    one.replace({"checkpoint": b"1", "personal/aa": b"Ada"}, expected=None)
    assert one.read("checkpoint") == b"1"

    sights().replace({"checkpoint": b"2", "personal/bb": b"Bob"}, expected=b"1")

    assert list(one.texts()) == ["personal/aa"]
    assert one.read("checkpoint") == b"2"
    assert sorted(one.texts()) == ["personal/aa", "personal/bb"]
