"""The published schemas say what the readers say, as far as a schema can."""

import json

import jsonschema
import pytest
import yaml
from scripts.write_schemas import DOCUMENTS, SCHEMAS, schema_text

from weighbridge.policy.reading.load import pack_names, pack_text


def schema(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((SCHEMAS / name).read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", ["policy.schema.json", "policy-test.schema.json"])
def test_the_published_schema_is_the_one_that_is_written(name: str) -> None:
    assert (SCHEMAS / name).read_text("utf-8") == schema_text(*DOCUMENTS[name])


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_keeps_to_the_schema(name: str) -> None:
    jsonschema.validate(yaml.safe_load(pack_text(name)), schema("policy.schema.json"))


@pytest.mark.parametrize(
    "text",
    [
        "{version: 1, rulse: []}",
        "{version: 1, solo: perhaps}",
        "{version: 1, rules: [{name: a, require: [{all: []}]}]}",
        "{version: 1, rules: [{name: a, require: [{approval: {}, wait: 1 day}]}]}",
        "{version: 1, rules: [{name: a, require: [{any: [{approval: {count: 99}}]}]}]}",
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), schema("policy.schema.json"))


def test_short_forms_keep_to_the_schema_of_tests() -> None:
    text = (
        "{version: 1, cases: [{name: a, surfaces: schema, approvals: [a@x.org, {by: b@x.org}], expect: {gate: error}}]}"
    )

    jsonschema.validate(yaml.safe_load(text), schema("policy-test.schema.json"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text.replace("gate", "gte")), schema("policy-test.schema.json"))
