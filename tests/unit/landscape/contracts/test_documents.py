"""JSON Schema, Avro and AsyncAPI before and after, beyond what the rules' pages show."""

import copy
import json
import time
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.changed_documents import compared
from tests.samples.growing_texts import cut_off

from weighbridge.domain.outcomes import Reason
from weighbridge.landscape.contracts.breaks import Level
from weighbridge.landscape.contracts.recognise import ASYNCAPI, AVRO, JSON_SCHEMA

Tree = dict[str, Any]

PET: Final[Tree] = {
    "type": "record",
    "name": "Pet",
    "namespace": "shop",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "age", "type": ["null", "int"], "default": None},
        {"name": "mother", "type": ["null", "Pet"], "default": None},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["CAT", "DOG"]}},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "mark", "type": {"type": "fixed", "name": "Mark", "size": 4}},
    ],
}  # fmt: skip
SCHEMA: Final[Tree] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "owner": {"$ref": "#/$defs/owner"}, "tags": {"type": "array", "items": {"type": "string"}}},
    "$defs": {"owner": {"type": "object", "properties": {"pets": {"$ref": "#"}}}},
}  # fmt: skip
TALK: Final[Tree] = {
    "asyncapi": "3.0.0",
    "channels": {"sold": {"address": "pets/sold", "messages": {"sold": {"$ref": "#/components/messages/sold"}}}},
    "operations": {"tell": {"action": "send", "channel": {"$ref": "#/channels/sold"}, "messages": [{"$ref": "#/channels/sold/messages/sold"}]}},
    "components": {"messages": {"sold": {"payload": {"type": "object", "properties": {"id": {"type": "string"}}}}}},
}  # fmt: skip
BY_ROLE: Final = {AVRO: (PET, "a.avsc"), JSON_SCHEMA: (SCHEMA, "a.json"), ASYNCAPI: (TALK, "a.json")}


def said(role: str, base: Tree, *, head: Tree) -> list[tuple[str, Level]]:
    path = BY_ROLE[role][1]
    found, _ = compared(role, {path: json.dumps(base, indent=1)}, head={path: json.dumps(head, indent=1)})
    return [(each.kind, each.level) for each in found]


def with_field(name: str, kind: object) -> Tree:
    head = copy.deepcopy(PET)
    for each in head["fields"]:
        if isinstance(each, dict) and each["name"] == name:
            each["type"] = kind
    return head


@pytest.mark.parametrize("role", BY_ROLE)
def test_a_document_breaks_nothing_of_itself(role: str) -> None:
    tree = BY_ROLE[role][0]

    assert said(role, tree, head={**tree, "doc": "words", "description": "words"}) == []


@pytest.mark.parametrize(
    ("name", "kind", "backward", "forward"),
    [
        ("id", "bytes", False, False),
        ("id", "int", True, True),
        ("age", "int", True, False),
        ("age", ["null", "long"], False, True),
        ("age", ["int", "null"], False, False),
        ("kind", {"type": "enum", "name": "Kind", "symbols": ["DOG", "CAT"]}, False, False),
        ("kind", {"type": "enum", "name": "Sort", "symbols": ["CAT", "DOG"]}, True, True),
        ("price", {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 3}, True, True),
        ("price", "bytes", True, True),
        ("tags", {"type": "array", "items": "int"}, True, True),
        ("tags", {"type": "map", "values": "string"}, True, True),
        ("mark", {"type": "fixed", "name": "Mark", "size": 8}, True, True),
        ("mark", "shop.Elsewhere", True, True),
        ("id", "shop.Elsewhere", True, True),
        ("tags", "shop.Elsewhere", True, True),
        ("age", ["null", "int", "shop.Elsewhere"], False, True),
        ("mother", ["null", "shop.Pet"], False, False),
    ],
)
def test_avro_resolves_as_its_specification_says(name: str, kind: object, *, backward: bool, forward: bool) -> None:
    kinds = {each for each, _ in said(AVRO, PET, head=with_field(name, kind))}

    assert ("avro-old-data" in kinds) == backward
    assert ("avro-old-readers" in kinds) == (forward and not backward)


def test_a_type_that_was_called_otherwise_is_remembered() -> None:
    head = {**copy.deepcopy(PET), "name": "Animal", "aliases": ["Pet"]}
    head["fields"][2]["type"] = ["null", "Animal"]

    assert ("avro-old-data", Level.ERROR) not in said(AVRO, PET, head=head)


def test_many_schemas_that_go_at_once_are_one_thing() -> None:
    base = {f"avro/{name}.avsc": json.dumps({**PET, "name": name}) for name in ("A", "B", "C")}
    found, _ = compared(AVRO, base, head={"README.md": "#"})

    assert [each.kind for each in found] == ["schema-removed"]
    assert "3 Avro schemas are gone" in found[0].words


def test_a_schema_that_leads_to_itself_is_compared() -> None:
    head = copy.deepcopy(SCHEMA)
    head["$defs"]["owner"]["required"] = ["pets"]

    assert said(JSON_SCHEMA, SCHEMA, head=head) == [("payload-narrowed", Level.ERROR)]


def test_nothing_may_be_where_false_stands() -> None:
    head = copy.deepcopy(SCHEMA)
    head["properties"]["id"] = False

    assert ("payload-narrowed", Level.ERROR) in said(JSON_SCHEMA, SCHEMA, head=head)


def test_of_two_that_speak_with_one_another_neither_is_believed() -> None:
    base = {**copy.deepcopy(TALK), "servers": {"one": {"host": "a", "protocol": "wss"}}}
    head = copy.deepcopy(base)
    head["components"]["messages"]["sold"]["payload"]["properties"] = {}

    assert [level for _, level in said(ASYNCAPI, base, head=head)] == [Level.WARNING]


def test_what_readers_lose_is_told_although_writers_hardly_notice() -> None:
    base = {**copy.deepcopy(SCHEMA), "additionalProperties": True}
    head = copy.deepcopy(base)
    del head["properties"]["id"]
    head["required"] = []

    assert said(JSON_SCHEMA, base, head=head) == [("payload-widened", Level.WARNING)]


def test_what_is_said_to_be_open_is_closed() -> None:
    base, head = ({**copy.deepcopy(SCHEMA), "additionalProperties": is_open} for is_open in (True, False))

    assert said(JSON_SCHEMA, base, head=head) == [("payload-narrowed", Level.ERROR)]


@pytest.mark.parametrize(("action", "kind"), [("send", "payload-widened"), ("receive", "payload-narrowed")])
def test_headers_of_messages_that_come_or_go_are_told(action: str, kind: str) -> None:
    base = copy.deepcopy(TALK)
    base["operations"]["tell"]["action"] = action
    head = copy.deepcopy(base)
    headers = {"type": "object", "required": ["trace"], "properties": {"trace": {"type": "string"}}}
    (base if action == "send" else head)["components"]["messages"]["sold"]["headers"] = headers

    assert said(ASYNCAPI, base, head=head) == [(kind, Level.ERROR)]
    assert said(ASYNCAPI, head, head=base) == ([] if action == "send" else [("payload-narrowed", Level.WARNING)])


def test_what_a_message_holds_is_described_no_more() -> None:
    head = copy.deepcopy(TALK)
    del head["components"]["messages"]["sold"]["payload"]

    assert said(ASYNCAPI, TALK, head=head) == [("payload-widened", Level.WARNING)]
    assert said(ASYNCAPI, head, head=TALK) == []


@pytest.mark.parametrize(
    ("default", "forward"), [({"default": 1}, "is read with `1`, not with `0`"), ({}, "has no default any more"), ({"default": 0}, "")]
)  # fmt: skip
def test_what_older_data_is_read_with_is_otherwise(default: Tree, forward: str) -> None:
    base, head = (
        {**PET, "fields": [*PET["fields"], {"name": "legs", "type": "int", **each}]}
        for each in ({"default": 0}, default)
    )
    path = BY_ROLE[AVRO][1]

    found, _ = compared(AVRO, {path: json.dumps(base)}, head={path: json.dumps({**head, "doc": "words"})})

    assert [(each.kind, each.level) for each in found] == ([("avro-old-data", Level.WARNING)] if forward else [])
    assert all(forward in each.words for each in found)


def test_a_type_of_another_namespace_is_told_once() -> None:
    assert said(AVRO, PET, head={**PET, "namespace": "store"}) == [("avro-old-readers", Level.WARNING)]
    assert said(AVRO, PET, head={**PET, "name": "shop.Pet"}) == []


def test_a_type_that_goes_into_another_file_is_compared_there() -> None:
    mark = {"type": "fixed", "name": "Mark", "namespace": "shop", "size": 4}
    base, head = {"a.avsc": json.dumps(PET)}, json.dumps(with_field("mark", "shop.Mark"))

    same, lost = compared(AVRO, base, head={"a.avsc": head, "b.avsc": json.dumps(mark)})
    other, _ = compared(AVRO, base, head={"a.avsc": head, "b.avsc": json.dumps({**mark, "size": 8})})

    assert (same, lost) == ([], [])
    assert [each.kind for each in other] == ["avro-old-data"]


def test_a_type_that_goes_where_nobody_sees_it_is_said() -> None:
    found, missing = compared(
        AVRO, {"a.avsc": json.dumps(PET)}, head={"a.avsc": json.dumps(with_field("mark", "shop.Mark"))}
    )

    assert found == []
    assert [each.reason for each in missing] == [Reason.UNSUPPORTED]


@pytest.mark.parametrize(
    "head",
    [{**PET, "fields": {"id": "string"}}, {"type": "record", "fields": []}, {**PET, "fields": [{"name": "id"}]},
     {**PET, "fields": [{"name": "kind", "type": {"type": "enum", "name": "Kind"}}]}, {"name": "Pet"}],
)  # fmt: skip
def test_what_is_no_schema_of_avro_is_said_with_its_line(head: Tree) -> None:
    found, missing = compared(AVRO, {"a.avsc": json.dumps(PET)}, head={"a.avsc": json.dumps(head)})

    assert found == []
    assert [each.reason for each in missing] == [Reason.UNPARSED]
    assert missing[0].detail is not None
    assert missing[0].detail.startswith("a.avsc:1: ")


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        ({"enum": ["1", "2"]}, {"enum": [1, 2]}, True),
        ({"enum": ["1", "2"]}, {"type": "string", "enum": ["1", "2"]}, False),
        ({"enum": [1, 2]}, {"type": "integer", "enum": [1, 2]}, False),
        ({"type": "string", "enum": ["1"]}, {"type": "string", "enum": [1]}, False),
    ],
)
def test_a_text_is_no_number(before: Tree, after: Tree, *, is_told: bool) -> None:
    base, head = ({**SCHEMA, "properties": {**SCHEMA["properties"], "size": each}} for each in (before, after))

    assert (("payload-narrowed", Level.ERROR) in said(JSON_SCHEMA, base, head=head)) is is_told


def test_how_many_must_be_contained_is_more() -> None:
    def listing(**more: int) -> Tree:
        return {**SCHEMA, "properties": {"tags": {"type": "array", "contains": {"const": "a"}, **more}}}

    assert said(JSON_SCHEMA, listing(), head=listing(minContains=2)) == [("payload-narrowed", Level.ERROR)]
    assert said(JSON_SCHEMA, listing(), head=listing(minContains=1)) == []


def test_headers_that_a_trait_says_are_those_of_the_message() -> None:
    base, head = copy.deepcopy(TALK), copy.deepcopy(TALK)
    headers = {"type": "object", "required": ["trace"], "properties": {"trace": {"type": "string"}}}
    base["components"]["messages"]["sold"]["traits"] = [{"headers": headers}]
    head["components"]["messages"]["sold"]["headers"] = headers

    assert said(ASYNCAPI, base, head=head) == []
    assert said(ASYNCAPI, base, head=TALK) == [("payload-widened", Level.ERROR)]


def test_what_is_replied_goes_the_other_way() -> None:
    base = copy.deepcopy(TALK)
    base["operations"]["tell"] |= {"action": "receive", "reply": {"channel": {"$ref": "#/channels/told"}}}
    payload = {"type": "object", "required": ["price"], "properties": {"price": {"type": "number"}}}
    base["channels"]["told"] = {"address": "pets/told", "messages": {"told": {"payload": payload}}}
    head, silent = copy.deepcopy(base), copy.deepcopy(base)
    head["channels"]["told"]["messages"]["told"]["payload"]["required"] = []
    del silent["operations"]["tell"]["reply"]

    assert said(ASYNCAPI, base, head=head) == [("payload-widened", Level.ERROR)]
    assert said(ASYNCAPI, base, head=silent) == [("channel-removed", Level.WARNING)]


def test_a_long_chain_of_types_is_read() -> None:
    def chain(kind: str) -> Tree:
        fields = [
            {"name": f"f{n}", "type": {"type": "record", "name": f"R{n}", "fields": [{"name": "next", "type": ["null", f"R{n + 1}"]}]}}
            for n in range(3_000)
        ]  # fmt: skip
        last = {"name": "f", "type": {"type": "record", "name": "R3000", "fields": [{"name": "x", "type": kind}]}}
        return {"type": "record", "name": "All", "fields": [last, *reversed(fields)]}

    began = time.process_time()

    base, head = ({"a.avsc": json.dumps(chain(kind))} for kind in ("int", "string"))
    found, _ = compared(AVRO, base, head=head)

    assert [each.kind for each in found] == ["avro-old-data"]
    assert time.process_time() - began < 10


@pytest.mark.parametrize("role", BY_ROLE)
def test_nothing_raises_wherever_a_document_ends(role: str) -> None:
    tree, path = BY_ROLE[role]
    for text in cut_off(json.dumps(tree)):
        compared(role, {path: json.dumps(tree)}, head={path: text})


BENT: Final = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just({"$ref": "#"}), st.just("Pet")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


@given(st.sampled_from(sorted(BY_ROLE)), st.data())
@settings(max_examples=150)
def test_nothing_raises_whatever_stands_where(role: str, data: st.DataObject) -> None:
    tree, path = BY_ROLE[role]
    bent = copy.deepcopy(tree)
    here: Any = bent
    while True:
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else list(range(len(here)))))
        if isinstance(here[key], dict | list) and here[key] and data.draw(st.booleans()):
            here = here[key]
            continue
        here[key] = data.draw(BENT)
        break

    compared(role, {path: json.dumps(tree)}, head={path: json.dumps(bent)})
    compared(role, {path: json.dumps(bent)}, head={path: json.dumps(tree)})


@pytest.mark.parametrize("role", BY_ROLE)
def test_a_byte_order_mark_and_tabs_mean_nothing(role: str) -> None:
    tree, path = BY_ROLE[role]
    found, missing = compared(role, {path: json.dumps(tree)}, head={path: "\ufeff" + json.dumps(tree, indent="\t")})

    assert (found, missing) == ([], [])


def test_a_reference_to_elsewhere_is_told_where_it_comes() -> None:
    head = copy.deepcopy(SCHEMA)
    head["properties"]["more"] = {"$ref": "https://example.org/a.json"}

    _, missing = compared(JSON_SCHEMA, {"a.json": json.dumps(SCHEMA)}, head={"a.json": json.dumps(head)})

    assert [each.reason for each in missing] == []
    head["properties"]["owner"] = {"$ref": "https://example.org/a.json"}
    _, missing = compared(JSON_SCHEMA, {"a.json": json.dumps(SCHEMA)}, head={"a.json": json.dumps(head)})
    assert [each.reason for each in missing] == [Reason.UNPARSED]
