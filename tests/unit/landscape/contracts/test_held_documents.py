"""What a schema newly refuses is as grave as it is for documents of the repository that it described before."""

import json
import time

import pytest
from tests.unit.landscape.contracts.test_folding import told

STEP = {
    "type": "object",
    "required": ["run"],
    "properties": {
        "run": {"type": ["string", "array"]},
        "timeout": {"$ref": "common.json#/$defs/duration"},
        "retries": {"type": "integer", "maximum": 9},
        "on": {"enum": ["failure", "always"]},
    },
}
PIPELINE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["name", "steps"],
    "properties": {"name": {"type": "string"}, "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}}},
    "$defs": {"step": STEP},
}


def common(duration: object) -> dict[str, object]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"duration": duration}}


def example(**step: object) -> str:
    return json.dumps({"name": "node", "steps": [{"run": "npm ci", **step}]}, indent=1)


def grave(document: str, *, was: object, now: object, path: str = "examples/node.json") -> tuple[str, bool]:
    before, after = (
        {"schemas/pipeline.json": json.dumps(PIPELINE), "schemas/common.json": json.dumps(common(each)), path: document}
        for each in (was, now)
    )
    (found,) = told("payload-narrowed", before, after=after)
    return found.severity.value, f"not kept here by {path}:" in found.message


TEXT = {"type": "string", "pattern": "^[0-9]+(s|m|h)?$"}


@pytest.mark.parametrize(
    ("was", "now", "value"),
    [
        (TEXT, {"type": "string", "pattern": "^[0-9]+(s|m|h)$"}, "300"),
        (TEXT, {"type": "integer"}, "300"),
        ({"enum": ["fast", "slow"]}, {"enum": ["fast"]}, "slow"),
        ({"type": "integer", "maximum": 100}, {"type": "integer", "maximum": 10}, 50),
        ({"type": "string", "maxLength": 9}, {"type": "string", "maxLength": 3}, "12345"),
    ],
)
def test_a_document_that_is_refused_now_is_named(was: object, now: object, value: object) -> None:
    assert grave(example(timeout=value), was=was, now=now) == ("high", True)


@pytest.mark.parametrize(
    "document",
    [
        example(timeout="10m"),
        example(),
        example(timeout="ten"),
        json.dumps({"name": "node", "steps": [{"run": "x", "timeout": "300"}], "version": 3}),
        json.dumps([{"timeout": "300"}]),
        "{",
    ],
)
def test_a_document_that_still_fits_or_never_did_or_is_of_another_schema_says_nothing(document: str) -> None:
    assert grave(document, was=TEXT, now={"type": "string", "pattern": "^[0-9]+(s|m|h)$"}) == ("medium", False)


def test_a_document_of_tests_says_nothing() -> None:
    narrower = {"type": "string", "pattern": "^[0-9]+(s|m|h)$"}

    assert grave(example(timeout="300"), was=TEXT, now=narrower, path="tests/node.json") == ("medium", False)


def test_a_schema_of_choices_that_lead_to_itself_is_given_up() -> None:
    circle = {"anyOf": [{"$ref": "#/$defs/duration"} for _ in range(8)], "type": "string"}
    before, after = (
        {
            "schemas/pipeline.json": json.dumps(PIPELINE),
            "schemas/common.json": json.dumps(common({**circle, "maxLength": most})),
            "examples/node.json": example(timeout="300"),
        }
        for most in (9, 2)
    )
    begun = time.perf_counter()

    told("payload-narrowed", before, after=after)

    assert time.perf_counter() - begun < 3
