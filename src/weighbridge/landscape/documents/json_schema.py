"""The JSON Schema that shapes amount to, for editors and for whoever writes documents by machine."""

from collections.abc import Sequence

from weighbridge.landscape.documents.shapes import Choice, Flag, Listing, Named, Record, Shape, Text, Whole


def json_schema(shape: Shape) -> dict[str, object]:
    """The JSON Schema (2020-12) of documents of this shape."""
    match shape:
        case Record():
            return _record_schema(shape)
        case Named(name=name, of=of):
            return {"type": "object", "propertyNames": json_schema(name), "additionalProperties": json_schema(of)}
        case Listing(of=of, least=least, or_one=or_one):
            listing: dict[str, object] = {"type": "array", "items": json_schema(of)}
            if least:
                listing["minItems"] = least
            return {"anyOf": [json_schema(of), listing]} if or_one else listing
        case _:
            return _scalar_schema(shape)


def _scalar_schema(shape: Text | Whole | Choice | Flag) -> dict[str, object]:
    match shape:
        case Text(pattern=pattern):
            return {"type": "string", "minLength": 1} | ({"pattern": f"^(?:{pattern})$"} if pattern else {})
        case Whole(least=least, most=most):
            return {"type": "integer", "minimum": least, "maximum": most}
        case Choice(words=words):
            return {"enum": list(words)}
        case Flag():
            return {"type": "boolean"}


def _record_schema(shape: Record) -> dict[str, object]:
    schema: dict[str, object] = {
        "type": "object",
        "properties": {name: {**json_schema(key.shape), "description": key.says} for name, key in shape.keys.items()},
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }
    required: Sequence[str] = [name for name, key in shape.keys.items() if key.required]
    if required:
        schema["required"] = list(required)
    if shape.one_of:
        schema["oneOf"] = [{"required": [name]} for name in shape.one_of]
    return schema
