"""The fields of Go's structs, read from text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts.go_structs import fields_of

_SOURCE = b"""package shop
// type Not struct { X int }
type Order struct {
\tID string `json:"id"` // the id
\tName, Nick string `json:"name,omitempty"`
\tBase
\t*pkg.Other
\tCall func(a int, b string) (int, error)
\tInner struct {
\t\tA int `json:"a"`
\t} `json:"inner"`
}
type (
\tOne struct { A int }
\tTwo[T any] struct { B T }
)
func f() { x := struct{ A int }{1}; _ = x }
"""


def test_each_field_is_found_with_its_struct_and_what_it_is_called_in_json() -> None:
    found = [(each.owner, each.name, each.key("json")[0]) for each in fields_of(_SOURCE)]

    assert found == [
        ("Order", "ID", "id"),
        ("Order", "Name", "name"),
        ("Order", "Nick", "name"),
        ("Order", "Base", ""),
        ("Order", "Other", ""),
        ("Order", "Call", ""),
        ("Order", "Inner", "inner"),
        ("Order.Inner", "A", "a"),
        ("One", "A", ""),
        ("Two", "B", ""),
    ]


@pytest.mark.parametrize(
    "text", [b"type A struct {\n" * 3000, b"/*" * 100_000, b'"' + b"\\" * 100_000, b"type A struct {" + b"(" * 50_000]
)
def test_what_is_cut_off_is_read_as_far_as_it_goes(text: bytes) -> None:
    assert isinstance(fields_of(text), list)


@given(st.text(alphabet="type struct{}[]()\n`\"'/*A,.:=", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for each in fields_of(text.encode()):
        assert each.name
