"""What authors of a description show to nobody, or say may still change, and what answers could leave out before."""

import json
from typing import Any, Final

import pytest
from tests.samples.api_descriptions import breaks

from weighbridge.landscape.contracts.breaks import Level

KEPT: Final = {"get": {"responses": {"200": {"description": "done"}}}}


def described(operation: dict[str, Any] | None) -> str:
    paths = {"/pets": {**KEPT, **({} if operation is None else {"delete": operation})}}
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Shop", "version": "1"}, "paths": paths}, indent=1)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({}, Level.ERROR),
        ({"description": "> 🚧 Beta feature\n>\n> It may still change.\n\nTakes a pet out."}, Level.WARNING),
        ({"description": "Takes a pet out. This endpoint is currently in private beta."}, Level.WARNING),
        ({"summary": "Take a pet out (beta)"}, Level.WARNING),
        ({"summary": "[Experimental] Take a pet out", "x-internal": False}, Level.WARNING),
        ({"summary": "Take a pet out", "x-hidden-from-docs": True}, Level.WARNING),
        ({"summary": "Take a pet out", "x-internal": True}, Level.WARNING),
        ({"summary": "Take a pet out of the beta programme"}, Level.ERROR),
        ({"summary": "Preview of what would go"}, Level.ERROR),
        ({"description": f"Takes a pet out. {'So it is. ' * 40} The shop is in beta."}, Level.ERROR),
    ],
)
def test_what_was_never_promised_stops_nobody_when_it_goes(said: dict[str, Any], level: Level) -> None:
    operation = {**said, "responses": {"204": {"description": "done"}}}
    (found,) = breaks(described(operation), described(None))
    assert (found.kind, found.level) == ("operation-removed", level)


def answering(*, required: list[str], nullable: bool) -> str:
    name = {"type": "string", **({"nullable": True} if nullable else {})}
    schema = {"type": "object", "required": required, "properties": {"id": {"type": "integer"}, "name": name}}
    content = {"application/json": {"schema": schema}}
    return described({"responses": {"200": {"description": "done", "content": content}}})


@pytest.mark.parametrize(
    ("required", "is_sure", "words"),
    [
        (["id", "name"], True, "`name` may be null in answers that always had a value"),
        (["id"], False, "`name` may be null in answers that had a value or left it out"),
    ],
)
def test_null_is_less_surely_noticed_where_nothing_could_be_there_before(
    required: list[str], *, is_sure: bool, words: str
) -> None:
    (found,) = breaks(answering(required=required, nullable=False), answering(required=required, nullable=True))
    assert (found.level, found.is_sure, found.words) == (Level.ERROR, is_sure, words)
