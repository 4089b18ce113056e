"""The JSON Schema that shapes amount to, for editors and for whoever writes documents by machine."""

from collections.abc import Sequence

from weighbridge.landscape.documents.shapes import Choice, Flag, Listing, Named, Record, Shape, Text, Whole

_Schema = dict[str, object]


def json_schema(shape: Shape) -> _Schema:
    """The JSON Schema (2020-12) of documents of this shape; records that are called by a name are defined once."""
    definitions: dict[str, _Schema] = {}
    schema = _schema(shape, definitions)
    return schema | ({"$defs": definitions} if definitions else {})


def _schema(shape: Shape, definitions: dict[str, _Schema]) -> _Schema:
    match shape:
        case Record():
            record = _called(shape, definitions) if shape.called else _record_schema(shape, definitions)
            return {"anyOf": [{"type": "string", "minLength": 1}, record]} if shape.or_text else record
        case Named(name=name, of=of):
            names = _schema(name, definitions)
            return {"type": "object", "propertyNames": names, "additionalProperties": _schema(of, definitions)}
        case Listing(of=of, least=least, or_one=or_one):
            listing: _Schema = {"type": "array", "items": _schema(of, definitions)}
            if least:
                listing["minItems"] = least
            return {"anyOf": [_schema(of, definitions), listing]} if or_one else listing
        case _:
            return _scalar_schema(shape)


def _called(shape: Record, definitions: dict[str, _Schema]) -> _Schema:
    """A reference to the definition, which is made when it is first met; one of the name within it is the same."""
    if shape.called not in definitions:
        definitions[shape.called] = {}
        definitions[shape.called] = _record_schema(shape, definitions)
    return {"$ref": f"#/$defs/{shape.called}"}


def _scalar_schema(shape: Text | Whole | Choice | Flag) -> _Schema:
    match shape:
        case Text(pattern=pattern):
            return {"type": "string", "minLength": 1} | ({"pattern": f"^(?:{pattern})$"} if pattern else {})
        case Whole(least=least, most=most):
            return {"type": "integer", "minimum": least, "maximum": most}
        case Choice(words=words):
            return {"enum": list(words)}
        case Flag(is_asked_for=is_asked_for):
            return {"const": True} if is_asked_for else {"type": "boolean"}


def _record_schema(shape: Record, definitions: dict[str, _Schema]) -> _Schema:
    keys = shape.keys.items()
    schema: _Schema = {
        "type": "object",
        "properties": {name: {**_schema(key.shape, definitions), "description": key.says} for name, key in keys},
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }
    required: Sequence[str] = [name for name, key in keys if key.required]
    if required:
        schema["required"] = list(required)
    if shape.one_of:
        schema["oneOf"] = [{"required": [name]} for name in shape.one_of]
    return schema
