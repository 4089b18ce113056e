"""Ids take names apart again as they were put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.ids import content_hex, symbol_id, symbol_name, symbol_path
from weighbridge.domain.paths import encode_path


@given(st.binary(max_size=20), st.text(max_size=20))
def test_a_symbol_gives_back_its_path_and_its_name(raw: bytes, name: str) -> None:
    path = encode_path(raw)

    symbol = symbol_id(path, name)

    assert (symbol_path(symbol), symbol_name(symbol)) == (path, name)


@pytest.mark.parametrize(("path", "name"), [(b"c#/a.py", "f"), (b"a.ts", "App.#secret"), (b"%23.py", "f")])
def test_a_hash_in_path_or_name_is_told_apart(path: bytes, name: str) -> None:
    symbol = symbol_id(encode_path(path), name)

    assert (symbol_path(symbol), symbol_name(symbol)) == (encode_path(path), name)


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_different_parts_never_share_their_hex(one: list[str], other: list[str]) -> None:
    assert (content_hex(*one, length=64) == content_hex(*other, length=64)) == (one == other)
