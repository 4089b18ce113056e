"""The JSON Schema of a stored package, derived from the values it holds."""

import inspect
import json

import msgspec

from weighbridge.domain.package import ReviewPackage
from weighbridge.review.render.json import SCHEMA, VERSION


def package_schema() -> dict[str, object]:
    """What a package of this version looks like; sections and fields of newer versions are allowed."""
    _, definitions = msgspec.json.schema_components([ReviewPackage], ref_template="#/$defs/{name}")
    definitions.pop("ReviewPackage")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One change, weighed: the review package, version 1",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "version": {"type": "integer", "minimum": VERSION},
            "digest": {
                "description": "SHA-256 of `decision` in the canonical form of RFC 8785",
                "type": "string",
                "pattern": "^sha256:[0-9a-f]{64}$",
            },
            "decision": {"$ref": "#/$defs/Decision"},
            "presentation": {"$ref": "#/$defs/Presentation"},
        },
        "required": ["schema", "version", "digest", "decision", "presentation"],
        "$defs": {name: _described(definition) for name, definition in sorted(definitions.items())},
    }


def _described(definition: dict[str, object]) -> dict[str, object]:
    """A definition whose description has no indentation: Python 3.13 takes that of docstrings away, earlier ones do not."""
    return {key: inspect.cleandoc(str(said)) if key == "description" else said for key, said in definition.items()}


def package_schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(package_schema(), indent=2) + "\n"
