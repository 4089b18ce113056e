"""Files of Protocol Buffers before and after, beyond what the rules' pages show."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.growing_texts import cut_off

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.breaks import Level
from weighbridge.landscape.contracts.protobuf.compare import protobuf_breaks
from weighbridge.landscape.contracts.protobuf.reading import read_proto

PATH: Final = RepoPath("shop.proto")
SHOP: Final = '''syntax = "proto3"; // of the shop
package shop.v1;
import public "google/api/annotations.proto";
option go_package = "shop.example/v1;shop";
option (shop.file) = { name: "a;b}" list: [1, 2] };

message Pet {
  option deprecated = true;
  reserved 4, 7 to 9, 20 to max;
  reserved "colour", 'size';
  extensions 100 to 199 [verification = UNVERIFIED];
  message message { int32 enum = 1; }
  message message = 1;
  oneof way { option (shop.one) = true; string road = 2 [json_name = "r", deprecated = true]; int64 rail = 3; }
  map<string, .shop.v1.Kind> kinds = 5;
  repeated fixed32 days = 0x6 [packed = false, (shop.rule).min = -1.5e3];
}
extend google.protobuf.FieldOptions { optional string rule = 50000; }
enum Kind { option allow_alias = true; KIND_NONE = 0; KIND_NOTHING = 0; KIND_ODD = -1 [(shop.name) = "x"]; }
service Pets {
  option (shop.host) = "h";
  rpc Get(Pet) returns (stream Pet) { option (google.api.http) = { get: "/v1/{name=pets/*}" additional_bindings { get: "/" } }; }
  rpc stream(stream) returns (Pet);
}
'''  # fmt: skip


def test_every_declaration_is_read_with_its_line() -> None:
    found = read_proto(PATH, SHOP)

    pet, inner, kind, pets = found.declared
    assert [each.name for each in found.declared] == [
        "shop.v1.Pet",
        "shop.v1.Pet.message",
        "shop.v1.Kind",
        "shop.v1.Pets",
    ]
    assert {n: (f.name, f.oneof) for n, f in pet.fields.items()} == {
        1: ("message", ""), 2: ("road", "way"), 3: ("rail", "way"), 5: ("kinds", ""), 6: ("days", ""),
    }  # fmt: skip
    assert pet.reserved.ranges == [(4, 4), (7, 9), (20, 536_870_911)]
    assert pet.reserved.names == {"colour", "size"}
    assert pet.fields[2].json_name == "r"
    assert pet.line == 7
    assert inner.fields[1].name == "enum"
    assert kind.values == {"KIND_NONE": (0, 19), "KIND_NOTHING": (0, 19), "KIND_ODD": (-1, 19)}
    assert pets.calls["Get"].gives_many
    assert not pets.calls["stream"].sends_many


def test_groups_and_required_fields_of_proto2_are_read() -> None:
    found = read_proto(
        PATH,
        "message A {\n  repeated group Result = 1 {\n    required string url = 2;\n  }\n  optional int32 b = 3;\n}",
    )

    outer, group = found.declared
    assert sorted(outer.fields) == [1, 3]
    assert group.name == "A.Result"
    assert group.fields[2].label == "required"


def test_a_file_breaks_nothing_of_itself() -> None:
    assert protobuf_breaks({PATH: SHOP}, {PATH: SHOP}) == []


def test_nothing_raises_wherever_a_file_ends() -> None:
    for text in cut_off(SHOP):
        protobuf_breaks({PATH: SHOP}, {PATH: text})


@given(st.text(alphabet="message{}=;1\"'/*[]<>(),.- \nreservedoption"))
def test_nothing_raises_whatever_stands_there(text: str) -> None:
    protobuf_breaks({PATH: SHOP}, {PATH: text})


def test_a_line_that_cannot_be_read_is_named() -> None:
    found = protobuf_breaks({PATH: SHOP}, {PATH: "message A {\n  int32 a = x;\n}"})

    assert [each.detail for each in found if isinstance(each, CouldNotLook)] == ["shop.proto:2: `a` has no number"]


BUF: Final = [
    ("int64 rail = 3;", "", "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", Level.ERROR),
    ("int64 rail = 3;", "int32 rail = 3;", "FIELD_SAME_TYPE", Level.WARNING),
    ("int64 rail = 3;", "string rail = 3;", "FIELD_WIRE_COMPATIBLE_TYPE", Level.ERROR),
    ("int64 rail = 3;", "int64 train = 3;", "FIELD_SAME_NAME", Level.WARNING),
    ("int64 rail = 3; }", "} int64 rail = 3;", "FIELD_SAME_ONEOF", Level.ERROR),
    ("repeated fixed32", "fixed32", "FIELD_SAME_CARDINALITY", Level.ERROR),
    ("4, 7 to 9", "4, 7", "RESERVED_MESSAGE_NO_DELETE", Level.ERROR),
    ("KIND_ODD = -1", "KIND_EVEN = -1", "ENUM_VALUE_SAME_NAME", Level.WARNING),
    ("rpc Get(Pet) returns (stream Pet)", "rpc Get(Pet) returns (Pet)", "RPC_SAME_SERVER_STREAMING", Level.ERROR),
    ("rpc Get(Pet)", "rpc Get(Kind)", "RPC_SAME_REQUEST_TYPE", Level.ERROR),
    ("rpc stream(stream) returns (Pet);", "", "RPC_NO_DELETE", Level.ERROR),
    ("package shop.v1;", "package shop.v2;", "FILE_SAME_PACKAGE", Level.ERROR),
    ('"shop.example/v1;shop"', '"shop.example/v2;shop"', "FILE_SAME_GO_PACKAGE", Level.WARNING),
]
"""Changes that `buf breaking` 1.75 names with the same rule, beside the level they have here."""


@pytest.mark.parametrize(("old", "new", "rule", "level"), BUF, ids=[each[2] for each in BUF])
def test_a_change_has_the_name_that_buf_gives_it(old: str, new: str, rule: str, level: Level) -> None:
    assert old in SHOP

    found = protobuf_breaks({PATH: SHOP}, {PATH: SHOP.replace(old, new)})

    assert [(each.check, each.level) for each in found if not isinstance(each, CouldNotLook)] == [(rule, level)]
