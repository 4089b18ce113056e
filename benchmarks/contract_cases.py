"""Small changes of GraphQL schemas and of Protocol Buffers, harmless and not, that comparers are asked about."""

from typing import Final

from msgspec import Struct


class Pair(Struct, frozen=True, kw_only=True):
    """One change; `why` says why we mean another level than the other comparer, where we do."""

    name: str
    base: str
    head: str
    why: str = ""


_SCHEMA: Final = """type Query { pet(id: ID!, first: Int = 5): Pet pets: [Pet!]! any: Any }
interface Named { name: String }
type Pet implements Named { name: String age: Int! kind: Kind old: String @deprecated }
type Owner { id: ID }
union Any = Pet | Owner
enum Kind { CAT DOG }
input NewPet { name: String! age: Int }
type Mutation { add(pet: NewPet): Pet }
directive @log(level: Int) on FIELD
"""
_MESSAGE: Final = """syntax = "proto3";
package shop.v1;
option go_package = "shop/v1";
message Pet {
  reserved 9;
  string name = 1;
  int32 age = 2;
  repeated string tags = 3;
  Kind kind = 4;
  oneof place { string street = 5; string city = 6; }
  Home home = 7;
  map<string, int32> sizes = 8;
  optional int32 legs = 10;
  int64 weight = 12;
  message Home { string id = 1; }
  message Away { string id = 1; }
}
message Alone { string id = 1; }
enum Kind { KIND_NONE = 0; KIND_CAT = 1; KIND_DOG = 2; }
service Pets {
  rpc Get(Pet) returns (Pet);
  rpc Watch(Pet) returns (stream Pet);
}
"""


def _of(base: str, rows: dict[str, tuple[str, str] | tuple[str, str, str]]) -> tuple[Pair, ...]:
    found = []
    for name, (old, new, *why) in rows.items():
        assert base.count(old) == 1, (name, old)
        found.append(Pair(name=name, base=base, head=base.replace(old, new), why="".join(why)))
    return tuple(found)


GRAPHQL: Final = _of(
    _SCHEMA,
    {
        "nothing": ("type Owner", "type Owner"),
        "a field that comes": ("age: Int! ", "age: Int! more: Int "),
        "a field is gone": ("age: Int! ", ""),
        "a field that was announced to go": (" old: String @deprecated", "", "it was announced: less than an error"),
        "a type is gone": ("union Any = Pet | Owner", "union Any = Pet"),
        "a value is gone": ("CAT DOG", "CAT", "answers alone gave it: no query says it, and none gets it"),
        "a value that comes": ("CAT DOG", "CAT DOG FISH"),
        "a member of a union that comes": ("Any = Pet | Owner", "Any = Pet | Owner | More type More { a: Int }"),
        "a field may be null": ("age: Int!", "age: Int"),
        "a field is never null": ("kind: Kind ", "kind: Kind! "),
        "a field of another type": ("age: Int! ", "age: String! "),
        "an argument is gone": (", first: Int = 5", ""),
        "an argument that may be left out": ("first: Int = 5", "first: Int = 5, last: Int", "nobody notices who does not use it"),
        "an argument that must be there": ("first: Int = 5", "first: Int = 5, last: Int!"),
        "another default": ("first: Int = 5", "first: Int = 9"),
        "an argument of another type": ("first: Int = 5", "first: String"),
        "a field of an input is gone": ("name: String! age: Int }", "name: String! }"),
        "a field of an input that must be there": ("name: String! age: Int }", "name: String! age: Int kind: Kind! }"),
        "a field of an input that may be left out": ("name: String! age: Int }", "name: String! age: Int kind: Kind }", "nobody notices who does not use it"),
        "a field of an input must be there now": ("name: String! age: Int }", "name: String! age: Int! }"),
        "a field of an input may be left out now": ("name: String! age: Int }", "name: String age: Int }"),
        "an interface is not kept to": (" implements Named", ""),
        "an interface that comes": ("type Owner { id: ID }", "type Owner implements Named { id: ID name: String }"),
        "a directive is gone": ("directive @log(level: Int) on FIELD", ""),
        "an argument of a directive is gone": ("(level: Int)", ""),
        "a directive stands elsewhere": ("on FIELD", "on QUERY"),
        "another kind of type": ("input NewPet { name: String! age: Int }", "scalar NewPet"),
        "mutations are gone": ("type Mutation { add(pet: NewPet): Pet }", ""),
        "a field is a list": ("kind: Kind ", "kind: [Kind] "),
    },
)  # fmt: skip

PROTOBUF: Final = _of(
    _MESSAGE,
    {
        "nothing": ("message Alone", "message Alone"),
        "words": ("message Pet", "// A pet.\nmessage Pet"),
        "a field that comes": ("  Home home = 7;", "  Home home = 7;\n  string more = 11;"),
        "a field is gone": ("  int32 age = 2;\n", ""),
        "a field is gone and reserved": ("  int32 age = 2;\n", '  reserved 2;\n  reserved "age";\n'),
        "a field has another number": ("age = 2", "age = 13"),
        "a field is called otherwise": ("age = 2", "years = 2"),
        "a field has another name in JSON": ("age = 2", 'age = 2 [json_name = "years"]'),
        "a field of another type": ("int32 age", "string age"),
        "a field of a like type": ("int32 age", "int64 age"),
        "a field that is read otherwise": ("int32 age", "sint32 age"),
        "text that is bytes": ("string name", "bytes name"),
        "a list that is one": ("repeated string tags", "string tags"),
        "one that is a list": ("int32 age", "repeated int32 age"),
        "a field goes into a choice": ("  int32 age = 2;\n  repeated string tags = 3;\n  Kind kind = 4;\n  oneof place {", "  repeated string tags = 3;\n  Kind kind = 4;\n  oneof place { int32 age = 2;"),
        "a field leaves a choice": (" string city = 6; }", " }\n  string city = 6;"),
        "a choice is gone": ("oneof place { string street = 5; string city = 6; }", 'reserved 5, 6; reserved "street", "city";'),
        "a choice is called otherwise": ("oneof place", "oneof where"),
        "a message of another kind": ("  Home home = 7;", "  Kind home = 7;"),
        "a map of others": ("map<string, int32> sizes", "map<string, string> sizes"),
        "a field knows whether it is there": ("int32 age", "optional int32 age"),
        "a field no longer knows whether it is there": ("optional int32 legs", "int32 legs"),
        "a message within is gone": ("  message Away { string id = 1; }\n", ""),
        "what was reserved is free": ("  reserved 9;\n", ""),
        "what was reserved is used": ("  reserved 9;\n", "  int64 new = 9;\n"),
        "a value is gone": (" KIND_DOG = 2;", ""),
        "a value is gone and reserved": (" KIND_DOG = 2;", ' reserved 2; reserved "KIND_DOG";'),
        "a value is called otherwise": ("KIND_DOG", "KIND_HOUND"),
        "a value that comes": ("KIND_DOG = 2;", "KIND_DOG = 2; KIND_FISH = 3;"),
        "a call is gone": ("  rpc Get(Pet) returns (Pet);\n", ""),
        "a call that comes": ("service Pets {", "service Pets {\n  rpc Add(Pet) returns (Pet);"),
        "a call takes something else": ("rpc Get(Pet)", "rpc Get(Pet.Home)"),
        "a call gives something else": ("rpc Get(Pet) returns (Pet)", "rpc Get(Pet) returns (Pet.Home)"),
        "a call takes a stream": ("rpc Get(Pet)", "rpc Get(stream Pet)"),
        "a call gives one": ("returns (stream Pet)", "returns (Pet)"),
        "a call may be made twice": ("rpc Get(Pet) returns (Pet);", "rpc Get(Pet) returns (Pet) { option idempotency_level = IDEMPOTENT; }", "it promises more than before"),
        "a service is called otherwise": ("service Pets", "service Animals"),
        "another package": ("package shop.v1", "package shop.v2"),
        "another package of Go": ('"shop/v1"', '"shop/v2"'),
        "an option that comes": ('option go_package = "shop/v1";', 'option go_package = "shop/v1";\noption java_package = "shop";', "nothing was there that anybody could rely on"),
        "a message that comes": ("enum Kind", "message Owner { string id = 1; }\nenum Kind"),
        "in another order": ("  string name = 1;\n  int32 age = 2;\n", "  int32 age = 2;\n  string name = 1;\n"),
        "a message is deprecated": ("message Pet {", "message Pet {\n  option deprecated = true;"),
        "a field is deprecated": ("int32 age = 2", "int32 age = 2 [deprecated = true]"),
        "text kept as a cord": ("string name = 1", "string name = 1 [ctype = CORD]", "only how C++ keeps it"),
        "numbers kept as text in JavaScript": ("int64 weight = 12", "int64 weight = 12 [jstype = JS_STRING]"),
    },
)  # fmt: skip
