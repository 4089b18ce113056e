"""A schema that stands in many places of a document, or leads to itself, is gone through once; what is too much is said."""

import time
from collections.abc import Mapping

import pytest
from tests.rules.sql.judging import sight_of

from weighbridge.domain.places import Side
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import Judgement, run_rules

RULES = [load_rule(place) for place in find_rules() if place.id.startswith("contracts/")]
OPENAPI = """openapi: 3.0.0
info: {title: a, version: "1"}
paths:
  /a:
    get:
      responses:
        "200":
          description: x
          content: {application/json: {schema: {$ref: "#/components/schemas/S"}}}
components:
  schemas:
"""
SCHEMA = "$schema: http://json-schema.org/draft-07/schema#\n$id: a\ndefinitions:\n"


def judged(before: Mapping[str, str], after: Mapping[str, str]) -> Judgement:
    sight = sight_of(after, before)
    return run_rules(RULES, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)


def layers(depth: int, more: str, *, indent: str) -> str:
    text = f"{indent}B0: &b0 {{type: object, properties: {{x: {{type: string}}{more}}}}}\n"
    for each in range(1, depth):
        held = f"p: *b{each - 1}, q: *b{each - 1}"
        text += f"{indent}B{each}: &b{each} {{type: object, properties: {{{held}}}}}\n"
    return text


def json_schema(more: str) -> str:
    return f"{SCHEMA}{layers(15, more, indent='  ')}type: object\nproperties:\n  self: {{$ref: '#'}}\n  all: *b14\n"


def openapi(more: str) -> str:
    own = "    S:\n      properties:\n        self: {$ref: '#/components/schemas/S'}\n        all: *b14\n"
    return f"{OPENAPI}{layers(15, more, indent='    ')}{own}"


@pytest.mark.parametrize(("path", "of"), [("a.schema.yaml", json_schema), ("openapi.yaml", openapi)])
def test_a_schema_of_itself_beside_one_in_thousands_of_places_costs_little(path: str, of: object) -> None:
    assert callable(of)
    begin = time.perf_counter()
    found = judged({path: of(", y: {type: string}")}, {path: of("")})

    assert time.perf_counter() - begin < 5
    assert found.findings


def all_of(many: int, last: str = "") -> str:
    parts = "".join(f"        - {{type: object, properties: {{p{n}: {{type: string}}}}}}\n" for n in range(many))
    return f"{OPENAPI}    S:\n      allOf:\n{parts}{last}"


GONE = "        - {type: object, properties: {gone: {type: string}}}\n"


def test_what_holds_together_behind_a_hundred_others_is_compared() -> None:
    found = judged({"openapi.yaml": all_of(100, GONE)}, {"openapi.yaml": all_of(100)})

    assert "`gone`" in " ".join(each.message for each in found.findings)


def test_more_than_a_thousand_that_hold_together_are_said() -> None:
    found = judged({"openapi.yaml": all_of(1_100, GONE)}, {"openapi.yaml": all_of(1_100)})

    assert "hold together" in " ".join(each.missing.detail for each in found.outcomes if each.missing)


def mesh(many: int, kind: str) -> str:
    def one(number: int) -> str:
        return f"X{number}" if number else "S"

    def properties() -> str:
        return "".join(f"        p{n}: {{$ref: '#/components/schemas/{one(n)}'}}\n" for n in range(many))

    each = (f"    {one(n)}:\n      properties:\n{properties()}        v: {{type: {kind}}}\n" for n in range(many))
    return OPENAPI + "".join(each)


def test_schemas_that_all_lead_to_one_another_are_each_read_once() -> None:
    begin = time.perf_counter()
    found = judged({"openapi.yaml": mesh(60, "string")}, {"openapi.yaml": mesh(60, "integer")})

    assert time.perf_counter() - begin < 8
    assert found.findings
