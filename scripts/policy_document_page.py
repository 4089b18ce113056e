"""The reference and the JSON Schema of the document that conditions see, from the types that hold it."""

import ast
import inspect
import itertools
import json
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from weighbridge.policy.conditions.orders import order_of
from weighbridge.policy.conditions.shapes import Listing, Record, Shape, Text, in_words, record_of
from weighbridge.policy.view.view import VIEW_VERSION, VOLATILE, View

_NO_NAME: Final = "missing"
_WHY: Final = f"""\
What conditions of a policy see of one change, version {VIEW_VERSION}; fields are only ever added. How they ask it:
[conditions](policy-conditions.md). Its form as a schema: [policy-document.schema.json](schemas/policy-document.schema.json).

**Absent is not empty.** A field marked *may be absent* is left out where nobody knows it, and a condition that cannot be
answered without it is "could not look", never false; `has(risk.percentile)` asks whether it is there. The names marked
*when asked* are known only when the gate is asked: no part of the decision that approvals bind to depends on them.
`compliance`, `reviews`, `rollout`, `runtime` and `teams` have no source yet: all of their fields are absent. `statuses` are there where the gate is asked
with a ledger, by what `weighbridge report` put there.

Written by `make docs`; the words come from the types that hold it."""


def policy_document_page() -> str:
    """The page of the document."""
    lines = ["# The policy's document", "", _WHY, "", "| name | value | what it is |", "|---|---|---|"]
    records: dict[str, Record] = {}
    shapes = record_of(View).fields
    for name, said in _docs(View).items():
        if name != _NO_NAME:
            when = ", when asked" if name in VOLATILE else ""
            lines.append(f"| `{name}` | {_value(shapes[name])}{when} | {said} |")
            records |= _records(name, shapes[name])
    for path, record in records.items():
        lines += ["", *_section(path, record)]
    return "\n".join(lines) + "\n"


def policy_document_schema_text() -> str:
    """The schema as its file holds it."""
    _, definitions = msgspec.json.schema_components([View], ref_template="#/$defs/{name}")
    for kind in _structs():
        definition = definitions[kind.__name__]
        definition["description"] = inspect.cleandoc(kind.__doc__ or "")
        for name, said in _docs(kind).items():
            part = definition["properties"][name]
            definition["properties"][name] = {"description": said, **({"allOf": [part]} if "$ref" in part else part)}
    for definition in definitions.values():
        definition["description"] = inspect.cleandoc(str(definition.get("description", "")))
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"One change as conditions of a policy see it, version {VIEW_VERSION}",
        "$ref": "#/$defs/View",
        "$defs": dict(sorted(definitions.items())),
    }
    return json.dumps(head, indent=2) + "\n"


def undocumented() -> list[str]:
    """The fields of the document's types that nothing is said of."""
    return [
        f"{kind.__name__}.{name}" for kind in _structs() for name in kind.__struct_fields__ if name not in _docs(kind)
    ]


def _structs() -> Iterator[type[Struct]]:
    modules = {View.__module__, *(m for m in sys.modules if m.startswith("weighbridge.policy.view."))}
    for module in sorted(modules):
        for kind in vars(sys.modules[module]).values():
            is_one = isinstance(kind, type) and issubclass(kind, Struct) and kind.__module__ == module
            if is_one and (kind is View or kind.__name__.startswith(("Viewed", "Unread"))):
                yield kind


@lru_cache
def _docs(kind: type[Struct]) -> dict[str, str]:
    """What the source says below each field."""
    tree = ast.parse(inspect.getsource(kind))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    said: dict[str, str] = {}
    for field, below in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            assert isinstance(below.value, ast.Constant), "only a docstring stands below a field"
            said[field.target.id] = " ".join(str(below.value.value).split()).removesuffix(".")
    return said


def _records(path: str, shape: Shape) -> dict[str, Record]:
    """The records in a shape, by the path they are reached at."""
    if isinstance(shape, Listing) and shape.of is not None:
        return _records(f"{path}[]", shape.of)
    if not isinstance(shape, Record):
        return {}
    found = {path: shape}
    for name, inner in shape.fields.items():
        found |= _records(f"{path}.{name}", inner)
    return found


def _section(path: str, record: Record) -> Iterator[str]:
    kind = next(kind for kind in _structs() if kind.__name__ == record.name)
    yield f"## {path}"
    yield ""
    yield inspect.cleandoc(kind.__doc__ or "").replace("\n\n", "\n")
    yield ""
    yield "| field | value | what it is |"
    yield "|---|---|---|"
    for name, said in _docs(kind).items():
        absent = ", may be absent" if name in record.optional else ""
        yield f"| `{name}` | {_value(record.fields[name])}{absent} | {said} |"


def _value(shape: Shape) -> str:
    match shape:
        case Text(words=words) if words:
            order = order_of(words)
            listed = ", ".join(f"`{word}`" for word in order or words)
            return f"{listed}, rising" if order else listed
        case Listing(of=Record()):
            return "list, see below"
        case Listing(of=of) if of is not None:
            return f"list of {in_words(of)}"
        case Record():
            return "see below"
        case _:
            return in_words(shape)
