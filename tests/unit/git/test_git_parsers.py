"""What git prints is read the same whatever the repository holds."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from weighbridge.adapters.git.commits import parse_commit
from weighbridge.adapters.git.comparison import is_text_with_noise
from weighbridge.adapters.git.difference import mode_of, read_difference
from weighbridge.adapters.git.history import read_history
from weighbridge.adapters.git.process import clean_environment, split_records
from weighbridge.adapters.git.quoting import quote, unquote
from weighbridge.adapters.git.trees import parse_tree
from weighbridge.domain.change import LineRange, Mode
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.paths import decode_path

ANY_COMMIT = ObjectId("1" * 40)
NAMES = st.binary(min_size=1, max_size=30).filter(lambda raw: b"\0" not in raw and b"/" not in raw)


@given(st.binary(max_size=60))
def test_a_quoted_path_is_unquoted_to_the_same_bytes(raw: bytes) -> None:
    assert unquote(quote(raw)) == raw


def test_a_path_without_quotes_is_itself_and_gits_own_escapes_are_known() -> None:
    assert unquote(b"a b.py") == b"a b.py"
    assert unquote(rb'"a\tb\n\"\\\303\251"') == b'a\tb\n"\\\xc3\xa9'


@given(st.lists(st.binary(max_size=20).filter(lambda raw: b"\n" not in raw)), st.integers(min_value=1, max_value=7))
def test_records_are_the_same_however_the_stream_is_cut(records: list[bytes], size: int) -> None:
    text = b"".join(record + b"\n" for record in records)
    chunks = (text[at : at + size] for at in range(0, len(text), size))

    assert list(split_records(chunks)) == records


@given(st.dictionaries(NAMES, st.sampled_from([b"100644", b"100755", b"40000", b"120000", b"160000"]), max_size=8))
def test_a_tree_object_gives_back_its_entries(entries: dict[bytes, bytes]) -> None:
    data = b"".join(mode + b" " + name + b"\0" + b"\x11" * 20 for name, mode in entries.items())

    assert {name: mode for name, (mode, _) in parse_tree(data, hash_size=20).items()} == entries


@given(st.binary(max_size=200), st.sampled_from([20, 32]))
def test_any_bytes_can_be_read_as_a_tree(data: bytes, hash_size: int) -> None:
    assert all(len(oid) == hash_size * 2 for _, oid in parse_tree(data, hash_size=hash_size).values())


def test_of_two_entries_with_one_name_the_first_counts() -> None:
    data = b"100644 a\0" + b"\x11" * 20 + b"100644 a\0" + b"\x22" * 20

    assert parse_tree(data, hash_size=20)[b"a"][1] == "11" * 20


@given(st.binary(max_size=400))
def test_any_bytes_can_be_read_as_a_commit(data: bytes) -> None:
    commit = parse_commit(ANY_COMMIT, data)

    assert isinstance(commit.authored_at, datetime)
    commit.message.encode("utf-8")


@given(st.integers(min_value=-(10**25), max_value=10**25), st.integers(min_value=-9999, max_value=9999))
def test_any_time_a_commit_claims_becomes_a_moment(seconds: int, zone: int) -> None:
    data = f"author A <a@x> {seconds} {zone:+05d}\n\nx".encode()

    assert parse_commit(ANY_COMMIT, data).authored_at.tzinfo is not None


def test_a_message_is_decoded_by_the_encoding_it_names_unless_that_is_no_character_set() -> None:
    assert parse_commit(ANY_COMMIT, b"encoding ISO-8859-1\n\nGr\xfc\xdfe").message == "Grüße"
    assert parse_commit(ANY_COMMIT, b"encoding punycode\n\nplain").message == "plain"
    assert parse_commit(ANY_COMMIT, b"encoding rot13\n\nplain").message == "plain"


def test_every_kind_of_signature_is_told_by_its_first_line() -> None:
    kinds = {"SSH SIGNATURE": "ssh", "PGP SIGNATURE": "openpgp", "SIGNED MESSAGE": "x509", "MYSTERY": "unknown"}
    for heading, kind in kinds.items():
        data = f"tree x\ngpgsig -----BEGIN {heading}-----\n abc\n -----END {heading}-----\n\nx".encode()
        signature = parse_commit(ANY_COMMIT, data).signature
        assert signature is not None
        assert (signature.kind, "abc" in signature.armoured.splitlines()) == (kind, True)


def test_a_header_in_the_message_is_not_a_header() -> None:
    commit = parse_commit(ANY_COMMIT, b"tree t\n\nparent " + b"2" * 40 + b"\ngpgsig fake\n")

    assert (commit.parents, commit.signature) == ((), None)


@given(NAMES, st.integers(min_value=1, max_value=10**6), st.integers(min_value=0, max_value=10**6))
def test_a_difference_gives_the_path_and_ranges_it_was_printed_from(name: bytes, start: int, count: int) -> None:
    oid = b"1" * 40
    lines = [
        b":100644 100755 " + oid + b" " + oid + b" M\t" + quote(name),
        b"",
        b"diff --git x y",
        b"@@ -5,2 +%d,%d @@ def f" % (start, count),
        b"--- not a header",
        b"+@@ -1 +1 @@",
    ]

    (file,) = read_difference(iter(lines))

    assert decode_path(file.path) == name
    assert file.removed == (LineRange(start=5, end=6),)
    expected = LineRange(start=start, end=start + count - 1) if count else LineRange(start=start + 1, end=start)
    assert file.added == (expected,)


def test_modes_that_are_not_written_any_more_are_read_as_what_git_takes_them_for() -> None:
    assert [mode_of(m) for m in (b"100664", b"100640", b"100775", b"120777", b"40755")] == [
        Mode.GROUP_WRITABLE,
        Mode.REGULAR,
        Mode.EXECUTABLE,
        Mode.SYMLINK,
        Mode.FOLDER,
    ]


def test_a_commit_with_files_and_one_without_are_told_apart() -> None:
    heading = b"\x01" + b"1" * 40 + b"\x02\x02100\x02A <a@x>\x02one"
    other = b"\x01" + b"2" * 40 + b"\x02" + b"1" * 40 + b"\x02oops\x02B\x02two\x02parts"

    one, two = read_history(iter([heading, b"\n3\t1\ta.py", b"-\t-\tb.bin", b"", other]))

    assert one.files == (("a.py", 3, 1), ("b.bin", 0, 0))
    assert (two.subject, two.parents, two.files, two.authored_at.year) == ("two\x02parts", (one.oid,), (), 1970)


def test_text_with_a_nul_is_text_and_noise_is_not() -> None:
    assert is_text_with_noise(b"// code\0\n" * 1 + b"run();\n" * 50)
    assert not is_text_with_noise(b"\0\1\2\3" * 10)
    assert not is_text_with_noise(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


def test_nothing_of_the_environment_is_kept_that_could_steer_git() -> None:
    inherited = {
        "PATH": ".:/usr/bin::bin:/bin",
        "GIT_DIR": "x",
        "GIT_SSH_COMMAND": "x",
        "LD_PRELOAD": "x",
        "HOME": "/h",
    }

    kept = clean_environment(inherited)

    assert (kept["PATH"], kept["HOME"]) == ("/usr/bin:/bin", "/h")
    assert not {"GIT_DIR", "GIT_SSH_COMMAND", "LD_PRELOAD"} & kept.keys()
