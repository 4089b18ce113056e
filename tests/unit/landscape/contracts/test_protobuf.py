"""Files of Protocol Buffers before and after, beyond what the rules' pages show."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.growing_texts import cut_off

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
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
  rpc Get(Pet) returns (stream Pet) { option idempotency_level = IDEMPOTENT; option (google.api.http) = { get: "/v1/{name=pets/*}" additional_bindings { get: "/" } }; }
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
    assert pet.extensible == [(100, 199)]
    assert [(each.name, sorted(each.fields)) for each in found.extended] == [("google.protobuf.FieldOptions", [50000])]
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

AS_BUF: Final = [
    ("extensions 100 to 199", "extensions 100 to 149", "EXTENSION_MESSAGE_NO_DELETE", Level.WARNING),
    (
        "extensions 100 to 199 [verification = UNVERIFIED];",
        "reserved 100 to 199;",
        "EXTENSION_MESSAGE_NO_DELETE",
        Level.WARNING,
    ),
    ("option idempotency_level = IDEMPOTENT;", "", "RPC_SAME_IDEMPOTENCY_LEVEL", Level.WARNING),
    ("optional string rule = 50000;", "optional int32 rule = 50000;", "FIELD_WIRE_COMPATIBLE_TYPE", Level.ERROR),
    ("{ optional string rule = 50000; }", "{ }", "EXTENSION_NO_DELETE", Level.ERROR),
    ('"proto3"', '"proto2"', "FILE_SAME_SYNTAX", Level.WARNING),
    ("oneof way {", "oneof road_or_rail {", "FIELD_SAME_ONEOF", Level.WARNING),
    ("[packed = false,", "[features.field_presence = IMPLICIT,", "FIELD_SAME_CARDINALITY", Level.WARNING),
]
"""Changes with the names that buf's own list of rules has for them; 20 and more is reserved besides."""


@pytest.mark.parametrize(("old", "new", "rule", "level"), [*BUF, *AS_BUF], ids=[each[2] for each in (*BUF, *AS_BUF)])
def test_a_change_has_the_name_that_buf_gives_it(old: str, new: str, rule: str, level: Level) -> None:
    assert old in SHOP

    found = protobuf_breaks({PATH: SHOP}, {PATH: SHOP.replace(old, new)})

    assert [(each.check, each.level) for each in found if not isinstance(each, CouldNotLook)] == [(rule, level)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("4, 7 to 9", "4, 7, 8 to 9, 12"),
        ("extensions 100 to 199", "extensions 100 to 149, 150 to max"),
        ("IDEMPOTENT;", "NO_SIDE_EFFECTS;"),
        ("extend google.protobuf", "extend .google.protobuf"),
    ],
)
def test_numbers_and_promises_that_are_kept_are_let_through(old: str, new: str) -> None:
    assert old in SHOP

    assert protobuf_breaks({PATH: SHOP}, {PATH: SHOP.replace(old, new)}) == []


def test_numbers_that_an_enumeration_kept_free_are_told() -> None:
    text = "enum Kind { reserved 4, 7 to 9; NONE = 0; }"

    found = protobuf_breaks({PATH: text}, {PATH: text.replace("7 to 9", "8 to 9")})

    assert [each.check for each in found if not isinstance(each, CouldNotLook)] == ["RESERVED_ENUM_NO_DELETE"]


def test_a_route_of_http_that_is_gone_is_told() -> None:
    base, head = ({PATH: SHOP.replace("/v1/{name=pets/*}", path)} for path in ("/v1/{name=pets/*}", "/v1/{id=pets/*}"))
    gone = {PATH: SHOP.replace("/v1/{name=pets/*}", "/v2/{name=pets/*}")}
    post = {PATH: SHOP.replace('get: "/v1', 'post: "/v1')}

    assert protobuf_breaks(base, head) == []
    for each in (gone, post):
        found = protobuf_breaks(base, each)
        assert [e.check for e in found if not isinstance(e, CouldNotLook)] == ["RPC_SAME_HTTP_ROUTE"]


def test_numbers_of_extensions_that_fields_may_get_are_told() -> None:
    text = "message Pet { extensions 100 to 199; }"

    found = protobuf_breaks({PATH: text}, {PATH: text.replace("100", "150")})

    assert [(each.check, each.level) for each in found if not isinstance(each, CouldNotLook)] == [
        ("EXTENSION_MESSAGE_NO_DELETE", Level.ERROR)
    ]


def test_one_number_of_two_fields_is_no_message() -> None:
    found = protobuf_breaks({PATH: SHOP}, {PATH: "message A {\n  int32 a = 1;\n  int32 b = 1;\n}"})

    assert [each.detail for each in found if isinstance(each, CouldNotLook)] == [
        "shop.proto:3: `b` has the number of `a`"
    ]


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_compared() -> None:
    other = RepoPath("other.proto")
    base = {PATH: "message A { int32 a = 1; }\nmessage C { }\n", other: "message B { int32 b = 1; }"}

    found = protobuf_breaks(base, {PATH: "message A { string a = 1; }", other: "message C { }\nmessage B { int32"})

    assert [each.reason for each in found if isinstance(each, CouldNotLook)] == [Reason.UNPARSED]
    assert [each.check for each in found if not isinstance(each, CouldNotLook)] == ["FIELD_WIRE_COMPATIBLE_TYPE"]
