"""A tree lies in files as C2SP's tlog-tiles says, and grows at its right edge alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import ledger_of

from weighbridge.ledger.errors import AlteredError, TooLargeError
from weighbridge.ledger.merkle import EMPTY_ROOT, leaf_hash
from weighbridge.ledger.tiles import ENTRIES, RightEdge, levels_of, pack, tile_path, unpack, width_at


def leaves(begin: int, end: int) -> bytes:
    return b"".join(leaf_hash(each.to_bytes(4)) for each in range(begin, end))


@pytest.mark.parametrize(
    ("index", "width", "name"),
    [
        (0, 256, "tile/0/000"),
        (999, 256, "tile/0/999"),
        (1000, 256, "tile/0/x001/000"),
        (1234067, 256, "tile/0/x001/x234/067"),
        (273, 112, "tile/0/273.p/112"),
    ],
)
def test_a_tile_is_named_as_tlog_tiles_names_it(index: int, width: int, name: str) -> None:
    assert tile_path(0, index, width=width) == name


def test_a_bundle_lies_beside_the_tiles() -> None:
    assert tile_path(ENTRIES, 5, width=3) == "tile/entries/005.p/3"


def test_70000_leaves_have_the_tiles_of_the_example_of_tlog_tiles() -> None:
    size = 70_000

    widths = {level: [width_at(level, index, size=size) for index in range(300)] for level in levels_of(size)}

    assert widths[0][:275] == [256] * 273 + [112, 0]
    assert widths[1][:3] == [256, 17, 0]
    assert widths[2][:2] == [1, 0]
    assert set(widths) == {0, 1, 2}


def test_256_leaves_have_a_full_tile_and_one_hash_above_it() -> None:
    assert sorted(name for name in ledger_of(256).proven if name != "checkpoint") == [
        "tile/0/000",
        "tile/1/000.p/1",
        "tile/entries/000",
    ]


@given(st.lists(st.integers(0, 700), max_size=6))
def test_an_edge_grown_in_parts_is_the_one_grown_at_once(parts: list[int]) -> None:
    edge, size = RightEdge(), 0
    for part in parts:
        edge = edge.grown(leaves(size, size + part)).edge
        size += part
    at_once = RightEdge().grown(leaves(0, size)).edge

    assert (edge.size, edge.root) == (at_once.size, at_once.root)


def test_an_edge_without_leaves_has_the_empty_root() -> None:
    assert RightEdge().root == EMPTY_ROOT


def test_what_was_partial_goes_when_a_wider_one_is_written() -> None:
    files = ledger_of(300)

    ledger_of(1, files, first=300)

    assert "tile/0/001.p/45" in files.files
    assert "tile/0/001.p/44" not in files.files
    assert "tile/entries/001.p/44" not in files.files


def test_an_append_writes_the_right_edge_alone() -> None:
    files = ledger_of(600)
    before = dict(files.files)

    ledger_of(1, files, first=600)

    assert sorted(name for name in files.files if files.files[name] is not before.get(name)) == [
        "checkpoint",
        "tile/0/002.p/89",
        "tile/entries/002.p/89",
    ]


def test_entries_of_65535_bytes_fit_and_longer_ones_are_refused_in_a_sentence() -> None:
    assert unpack(pack([b"x" * 65_535]), name="it") == [b"x" * 65_535]
    with pytest.raises(TooLargeError, match="at most 65,535 bytes, this one has 65,536: state what is longer by its"):
        pack([b"x" * 65_536])


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    assert unpack(pack(entries), name="it") == entries


@given(st.binary(max_size=400))
def test_whatever_lies_in_a_bundle_is_read_or_refused(data: bytes) -> None:
    try:
        entries = unpack(data, name="it")
    except AlteredError:
        return
    assert pack(entries) == data
