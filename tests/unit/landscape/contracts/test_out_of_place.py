"""What stands in a contract where nothing like it can: said with its place, while all else is compared."""

import pytest
from tests.samples.api_descriptions import TODAY, described
from tests.samples.changed_documents import compared

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.description_breaks import DescriptionBreaks
from weighbridge.landscape.contracts.graphql.compare import compare_graphql
from weighbridge.landscape.contracts.protobuf.compare import protobuf_breaks
from weighbridge.landscape.contracts.recognise import ASYNCAPI, AVRO
from weighbridge.landscape.contracts.schema_forms import misused

TEXT = """openapi: 3.0.3
paths:
  /a:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
      responses: {'200': {description: done, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
  /gone: {get: {responses: {'200': {description: done}}}}
components:
  schemas:
    A: {type: object, required: [x], properties: {x: {type: string}, y: {type: integer, maximum: 10}}}
"""
GONE = "  /gone: {get: {responses: {'200': {description: done}}}}\n"
PLAIN = "A: {type: object, required: [x], properties: {x: {type: string}, y: {type: integer, maximum: 10}}}"

SCHEMAS = [
    "A: {type: object, required: 3, properties: {x: {type: string}, y: {type: integer, maximum: 10}}}",
    "A: {type: object, required: [x, {a: b}], properties: {x: {type: string}, y: {type: integer, maximum: 10}}}",
    "A: {type: object, enum: {}, required: [x], properties: {x: {type: string}, y: {type: integer, maximum: 10}}}",
    "A: {type: object, required: [x], properties: []}",
    "A: {type: object, required: [x], properties: {x: {type: 7}, y: {type: integer, maximum: 10}}}",
    "A: {type: object, required: [x], properties: {x: {type: {a: b}}, y: {type: integer, maximum: 10}}}",
    "A: {type: object, required: [x], properties: {x: {type: string, enum: [[a]]}, y: {type: integer, maximum: 10}}}",
    "A: {type: object, required: [x], properties: {x: {type: string, pattern: {}}, y: {type: integer, maximum: 10}}}",
    "A: {type: object, required: [x], properties: {x: {type: string}, y: {type: integer, maximum: many}}}",
    "A: {type: object, required: [x], properties: {x: hello, y: {type: integer, maximum: 10}}}",
    "A: {type: object, required: [x], properties: {x: {$ref: [a]}, y: {type: integer, maximum: 10}}}",
    "A: {type: object, required: [x], properties: {x: {$dynamicRef: '#a'}, y: {type: integer, maximum: 10}}}",
    "A: {allOf: [{$ref: '#/components/schemas/A'}], type: object}",
    "A: {$ref: '#/components/schemas/A'}",
    "A: [hello]",
]


def told(base: str, head: str) -> tuple[list[Break], list[CouldNotLook]]:
    old, new = described(base), described(head)
    breaks = DescriptionBreaks(old, new, today=TODAY, elsewhere=frozenset()).all()
    lost = [each.missing for text, each in new.library.lost.items() if text not in old.library.lost]
    return breaks, [*lost, *new.doubts(besides=old)]


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "old"])
def test_a_keyword_that_holds_what_it_may_not_is_no_break_and_not_clear(schema: str, *, is_new: bool) -> None:
    odd, plain = TEXT.replace(PLAIN, schema), TEXT
    assert odd != plain
    base, head = (plain, odd) if is_new else (odd, plain)

    breaks, missing = told(base, head.replace(GONE, ""))

    assert [each.kind for each in breaks] == ["operation-removed"], "all else is compared"
    assert len(missing) == 1
    assert missing[0].detail.startswith("openapi.yaml:")


def test_what_was_out_of_place_before_and_is_still_is_not_said_again() -> None:
    odd = TEXT.replace("required: [x]", "required: 3")

    breaks, missing = told(odd, odd.replace("maximum: 10", "maximum: 5"))

    assert {each.kind for each in breaks} == {"request-narrowed"}
    assert missing == []


PARTS = [
    ("    post:\n", "    parameters: 3\n    post:\n"),
    ("    post:\n", "    post:\n      parameters: [a]\n"),
    ("requestBody: {content: ", "requestBody: {content: hello, x: "),
    ("      responses: {'200': {description: done, content", "      responses: [1]\n      x: {y: {content"),
    ("{'200': {description: done, content: ", "{'200': hello, x-old: {y: "),
    ("paths:\n", "security: admin\npaths:\n"),
    ("paths:\n", "servers: here\npaths:\n"),
    ("paths:\n  /a:\n", "paths:\n  /a: hello\n  x-a:\n"),
    ("    post:\n", "    post: hello\n    x-post:\n"),
]


@pytest.mark.parametrize(("text", "other"), PARTS)
def test_a_part_of_an_operation_that_is_none_is_no_break_and_not_clear(text: str, other: str) -> None:
    assert text in TEXT

    breaks, missing = told(TEXT, TEXT.replace(text, other).replace(GONE, ""))

    assert [(each.kind, str(each.operations[0])) for each in breaks] == [("operation-removed", "GET /gone")]
    assert len(missing) == 1
    assert missing[0].detail.startswith("openapi.yaml:")


def test_keywords_that_hold_what_they_may_are_not_misused() -> None:
    text = """openapi: 3.1.0
paths: {}
x: {type: [string, 'null'], required: true, enum: [a, null], items: {}, additionalProperties: false, maximum: 1e3,
    minLength: '3', pattern: '', properties: , not: true, prefixItems: [], const: 3, $ref: '#/x', format: date}
"""
    root = described(text).root.get("x")
    assert root is not None

    assert misused(root) == {}


A = "type Query {\n  a: Int\n  b: String\n}\ntype T {\n  x: Int\n  y: Int\n}\n"


def test_a_file_of_queries_that_cannot_be_read_leaves_others_of_the_same_names_compared() -> None:
    one, other = RepoPath("schema.graphql"), RepoPath("other.graphql")
    broken = A.replace("b: String", "b: : String")

    found = compare_graphql({one: A, other: A}, {one: broken, other: A.replace("  y: Int\n", "")})

    assert not isinstance(found, CouldNotLook)
    assert [each.place.path for each in found.breaks] == [other]
    assert [each.detail for each in found.missing] == ["schema.graphql:3: `:` stands where nothing like it can"]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (A + "type T {\n  x: Int\n}\n", "`T` is defined twice"),
        (A.replace("Int", "[" * 99 + "Int" + "]" * 99, 1), "deep"),
    ],
)
def test_a_type_that_is_none_of_queries_is_no_break(head: str, words: str) -> None:
    found = compare_graphql({RepoPath("a.graphql"): A}, {RepoPath("a.graphql"): head})

    assert isinstance(found, CouldNotLook)
    assert words in found.detail


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999"])
def test_a_number_that_no_field_can_have_is_no_break(number: str) -> None:
    text = 'syntax = "proto3";\nmessage M {\n  string a = 1;\n}\n'

    found = protobuf_breaks({RepoPath("a.proto"): text}, {RepoPath("a.proto"): text.replace("= 1", f"= {number}")})

    assert [type(each) for each in found] == [CouldNotLook]


@pytest.mark.parametrize("kind", ["7", '[["null"], "int"]', '{"type": "fixed", "name": "F", "size": "big"}'])
def test_a_type_that_is_none_of_avro_is_no_break(kind: str) -> None:
    text = '{"type": "record", "name": "R", "fields": [{"name": "a", "type": %s}]}'

    breaks, missing = compared(AVRO, {"a.avsc": text % '"int"'}, head={"a.avsc": text % kind})

    assert breaks == []
    assert [each.detail.partition(" ")[0] for each in missing] == ["a.avsc:1:"]


TALK = """asyncapi: 2.6.0
channels:
  a: {publish: {message: {payload: {type: object, properties: {x: {type: string}}}}}}
  gone: {publish: {message: {payload: {type: string}}}}
"""


@pytest.mark.parametrize(
    ("text", "other", "kinds"),
    [
        ("a: {publish: {message: {", "a: {publish: {message: hello, x: {", ["channel-removed"]),
        ("a: {publish: {", "a: {publish: hello, x: {", ["channel-removed"]),
        ("a: {publish", "a: hello\n  x: {publish", ["channel-removed"]),
        ("{message: {payload", "{message: {schemaFormat: application/vnd.apache.avro, payload", ["channel-removed"]),
        ("channels:\n", "channels: [a]\nx:\n", []),
    ],
)
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "old"])
def test_what_describes_no_messages_is_no_break_and_not_clear(
    text: str, other: str, *, kinds: list[str], is_new: bool
) -> None:
    odd = TALK.replace(text, other, 1)
    base, head = (TALK, odd) if is_new else (odd, TALK)
    rest = head.replace("  gone: {publish: {message: {payload: {type: string}}}}\n", "")

    breaks, missing = compared(ASYNCAPI, {"a.yaml": base}, head={"a.yaml": rest})

    assert [each.kind for each in breaks if "`gone`" in each.words] == kinds
    assert [each.words for each in breaks if "`a`" in each.words] == []
    assert [each.detail.partition(":")[0] for each in missing] == ["a.yaml"]
