"""JSON with comments is read as what stands in it, with the line of each key, whatever the bytes are."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.growing import MOST, growth

from weighbridge.landscape.agents.jsonc import MOST_BYTES, read_json
from weighbridge.landscape.agents.toml_nodes import read_toml
from weighbridge.landscape.documents.nodes import DocumentError, Fields, plain_value

VALUES = st.recursive(
    st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(VALUES)
def test_what_the_standard_library_writes_is_read_as_it_was(value: object) -> None:
    node = read_json(json.dumps(value).encode())

    assert node is not None
    assert plain_value(node) == value


@given(st.binary(max_size=60))
def test_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(DocumentError):
        read_json(data)


def test_comments_trailing_commas_and_a_mark_at_the_beginning_are_let_pass() -> None:
    node = read_json(b'\xef\xbb\xbf{ // one\n  /* two */ "a": [1, 2,],\n}')

    assert isinstance(node, Fields)
    assert plain_value(node) == {"a": ["1", "2"]}
    assert node.entries["a"][0].mark.line == 2


def test_of_a_key_that_stands_twice_the_last_counts_and_it_is_known() -> None:
    node = read_json(b'{"a": "1", "a": "2"}')

    assert isinstance(node, Fields)
    assert plain_value(node) == {"a": "2"}
    assert [key.value for key in node.twice] == ["a"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"a": ', "it ends before what is open is closed"),
        (b'{"a" 1}', "cannot stand here"),
        (b'{"a": 1} 2', "cannot stand here"),
        (b"{'a': 1}", "this is no JSON"),
        (b'{"a": "\\x"}', "a character is escaped that cannot be"),
        (b"[" * 100, "it nests deeper than"),
        (b"[" + b"1," * 60_000 + b"1]", "it holds more than"),
        (b'"' + b"a" * MOST_BYTES + b'"', "it is larger than"),
        (b'{"a": "\xff"}', "it is not UTF-8"),
        (b"[1}", "cannot stand here"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read_json(data)


def test_twice_as_much_takes_twice_as_long() -> None:
    assert growth(lambda size: read_json(b"[" + b'"a", ' * size + b"1]"), 1_000) < MOST
    assert growth(lambda size: read_json(b"/*" + b"*" * size * 100 + b"/ 1"), 1_000) < MOST


def test_a_key_of_toml_knows_its_line() -> None:
    node = read_toml(b'a = 1\n\n[mcp_servers.db]\ncommand = "x"\n')

    assert isinstance(node, Fields)
    assert node.entries["mcp_servers"][0].mark.line == 3
    with pytest.raises(DocumentError, match="it is no TOML"):
        read_toml(b"a = ")
