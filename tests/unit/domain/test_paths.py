"""The path encoding gives back the same bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.paths import decode_path, encode_path


@given(st.binary(max_size=60))
def test_every_byte_path_survives_a_round_trip(raw: bytes) -> None:
    assert decode_path(encode_path(raw)) == raw


@given(st.binary(max_size=60))
def test_the_encoded_form_is_always_valid_unicode(raw: bytes) -> None:
    encode_path(raw).encode("utf-8")


@given(st.binary(max_size=8), st.binary(max_size=8))
def test_different_paths_never_share_a_form(one: bytes, other: bytes) -> None:
    assert (encode_path(one) == encode_path(other)) == (one == other)


@pytest.mark.parametrize(
    ("raw", "text"), [(b"a/b.py", "a/b.py"), (b"50%.md", "50%.md"), (b"%41", "%2541"), (b"\xff", "%FF")]
)
def test_only_what_is_ambiguous_is_escaped(raw: bytes, text: str) -> None:
    assert encode_path(raw) == text
