"""What is read as canonical is what RFC 8785's reference would have written, whichever way that is told."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Verdict
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


@given(VALUES | st.dictionaries(st.integers() | st.text(max_size=2), st.text(max_size=3), max_size=3))
def test_what_is_written_is_what_the_reference_writes(value: object) -> None:
    try:
        expected = rfc8785.dumps(value)  # type: ignore[arg-type]  # any value is tried
    except (rfc8785.CanonicalizationError, UnicodeError):
        with pytest.raises(MalformedError):
            canonical_json(value)
        return

    assert canonical_json(value) == expected


def test_what_is_very_deep_is_written_and_read_too() -> None:
    value: object = "deep"
    for _ in range(30):
        value = {"in": [value]}

    data = canonical_json(value)

    assert data == rfc8785.dumps(value)  # type: ignore[arg-type]  # any value is tried
    assert read_canonical_json(data) == value


@pytest.mark.parametrize(
    "value", [b"bytes", datetime(2026, 3, 9, tzinfo=UTC), Digest("sha256:0"), Verdict.APPROVE, (1, "x")]
)
def test_what_is_no_json_value_is_written_as_the_reference_does(value: object) -> None:
    try:
        expected = rfc8785.dumps({"a": value})  # type: ignore[dict-item]  # any value is tried
    except rfc8785.CanonicalizationError:
        with pytest.raises(MalformedError):
            canonical_json({"a": value})
        return

    assert canonical_json({"a": value}) == expected


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
