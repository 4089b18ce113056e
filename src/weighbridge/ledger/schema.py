"""The JSON Schemas of statements, derived from the values they are."""

import inspect
import json
from typing import Final

import msgspec

from weighbridge.ledger.predicate_types import predicate_types, uri_of
from weighbridge.ledger.statement import STATEMENT_TYPE

_RESOURCE: Final[dict[str, object]] = {
    "type": "object",
    "properties": {
        "digest": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
        "name": {"type": "string"},
        "uri": {"type": "string"},
        "annotations": {"type": "object"},
    },
    "required": ["digest"],
}


def statement_schema(name: str) -> dict[str, object]:
    """What a payload of this predicate looks like; fields of newer versions are allowed."""
    kind = predicate_types()[name]
    _, definitions = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"in-toto statement with the predicate {uri_of(kind)}",
        "type": "object",
        "properties": {
            "_type": {"const": STATEMENT_TYPE},
            "subject": {"type": "array", "minItems": 1, "items": _RESOURCE},
            "predicateType": {"const": uri_of(kind)},
            "predicate": {"$ref": f"#/$defs/{kind.__name__}"},
        },
        "required": ["_type", "subject", "predicateType", "predicate"],
        "$defs": {name: _described(definition) for name, definition in sorted(definitions.items())},
    }


def _described(definition: dict[str, object]) -> dict[str, object]:
    """Without the indentation that docstrings have in some versions of Python and in others not."""
    return {key: inspect.cleandoc(str(said)) if key == "description" else said for key, said in definition.items()}


def schema_files() -> dict[str, str]:
    """Each schema's text by the name of its file."""
    return {
        f"ledger-{name}.schema.json": json.dumps(statement_schema(name), indent=2) + "\n" for name in predicate_types()
    }
