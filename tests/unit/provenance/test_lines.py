"""Line numbers are carried between two versions of a file only where the line is surely the same."""

from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.change import LineRange
from weighbridge.provenance.lines import MOST_LINES, carry, split_lines, within

LINES = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"e", b"f", b"", b"}"]), max_size=25)


def lines(text: str) -> list[bytes]:
    return [letter.encode() for letter in text]


def test_lines_below_an_insertion_move_down() -> None:
    assert carry(lines("abc"), lines("axxbc")) == {1: 1, 2: 4, 3: 5}


def test_lines_that_are_gone_have_no_counterpart() -> None:
    assert carry(lines("abcd"), lines("ad")) == {1: 1, 4: 2}


def test_a_repeated_line_without_an_anchor_is_left_open() -> None:
    assert carry(lines("a--b"), lines("c--d")) == {}


def test_a_file_too_long_is_left_open() -> None:
    long = [b"x"] * (MOST_LINES + 1)

    assert carry(long, long) == {}


@given(old=LINES, new=LINES)
def test_a_carried_line_is_the_same_line_and_order_is_kept(old: list[bytes], new: list[bytes]) -> None:
    found = carry(old, new)

    assert all(old[a - 1] == new[b - 1] for a, b in found.items())
    assert [found[a] for a in sorted(found)] == sorted(set(found.values()))


@given(text=LINES, after=LINES)
def test_what_is_added_below_never_loses_a_line(text: list[bytes], after: list[bytes]) -> None:
    assert carry(text, text + after) == {n: n for n in range(1, len(text) + 1)}


@given(data=st.binary(max_size=50))
def test_lines_are_counted_as_git_counts_them(data: bytes) -> None:
    assert len(split_lines(data)) == data.count(b"\n") + bool(data and not data.endswith(b"\n"))


def test_only_added_lines_that_were_claimed_are_kept() -> None:
    claimed = [LineRange(start=2, end=3), LineRange(start=3, end=5), LineRange(start=9, end=9)]
    added = [LineRange(start=1, end=4), LineRange(start=9, end=12)]

    assert within(claimed, added, moved=None) == [2, 3, 4, 9]


def test_claimed_lines_are_followed_to_where_they_moved() -> None:
    moved = {1: 1, 2: 10, 3: 11}

    assert within([LineRange(start=2, end=3)], [LineRange(start=11, end=20)], moved=moved) == [11]


def test_a_pure_deletion_adds_no_line() -> None:
    assert within([LineRange(start=1, end=9)], [LineRange(start=4, end=3)], moved=None) == []
