"""What is read as canonical is what RFC 8785's reference would have written, whichever way that is told."""

import json

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.ledger.canonical_json import canonical_json, read_canonical_json
from weighbridge.ledger.errors import MalformedError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.from_regex(r"[ -~]{0,8}"),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("aAbB:,-1{}é\x7f", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


def is_canonical(data: bytes) -> bool:
    """As the reference has it."""
    try:
        return rfc8785.dumps(msgspec.json.decode(data)) == data
    except (rfc8785.CanonicalizationError, msgspec.MsgspecError, ValueError):
        return False


def is_read(data: bytes) -> bool:
    try:
        read_canonical_json(data)
    except MalformedError:
        return False
    return True


@given(
    value=VALUES,
    ascii_only=st.booleans(),
    in_order=st.booleans(),
    separators=st.sampled_from([(",", ":"), (", ", ":"), (",", ": ")]),
)
def test_what_is_read_is_what_the_reference_writes(
    *, value: object, ascii_only: bool, in_order: bool, separators: tuple[str, str]
) -> None:
    written = json.dumps(value, ensure_ascii=ascii_only, sort_keys=in_order, separators=separators)
    for data in (written.encode("utf-8", "surrogatepass"), msgspec.json.encode(value, order="sorted")):
        assert is_read(data) == is_canonical(data)


@given(VALUES)
def test_what_is_written_is_read(value: object) -> None:
    try:
        data = canonical_json(value)
    except MalformedError:
        return

    assert is_read(data) == is_canonical(data)


@pytest.mark.parametrize(
    "data",
    [b"1", b"1.0", b"-0", b"[1]", b'{"a":1e2}', b'{"a":9007199254740993}', b'{"a":[-1,2]}', b"12", b'"12:30"', b'""'],
)
def test_numbers_are_told_by_the_reference(data: bytes) -> None:
    assert is_read(data) == is_canonical(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":"","a":""}',
        b'{"a":"","a":""}',
        b'{"a": ""}',
        b' {"a":""}',
        b'{"a":""}\n',
        b'{"a":"\\/"}',
        b'{"a":"\\u0041"}',
    ],
)
def test_other_spellings_are_refused(data: bytes) -> None:
    assert not is_read(data)
