"""Dangers in contracts: what callers lose or must newly send, in OpenAPI, GraphQL and Protocol Buffers."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from benchmarks.planting.danger import Danger, Ground, Plant

_METHODS: Final = ("get", "put", "post", "delete", "patch")
_Operation: TypeAlias = tuple[str, str, dict[str, Any]]


def _of_document(change: Callable[[dict[str, Any], Ground], bool]) -> Plant:
    def plant(ground: Ground) -> str | None:
        document = copy.deepcopy(json.loads(ground.text))
        return json.dumps(document, indent=1) if change(document, ground) else None

    return plant


def _operations(document: dict[str, Any], ground: Ground) -> list[_Operation]:
    """Those that are not deprecated, in some order."""
    found = [
        (path, method, operation)
        for path, item in document.get("paths", {}).items()
        for method, operation in item.items()
        if method in _METHODS and not operation.get("deprecated") and not operation.get("x-internal")
    ]
    ground.chance.shuffle(found)
    return found


def _an_operation(document: dict[str, Any], ground: Ground) -> bool:
    for path, method, _ in _operations(document, ground)[:1]:
        del document["paths"][path][method]
        return True
    return False


def _a_path(document: dict[str, Any], ground: Ground) -> bool:
    for path, _, _ in _operations(document, ground)[:1]:
        document["paths"][f"/planted{path}"] = document["paths"].pop(path)
        return True
    return False


def _a_parameter_needed(document: dict[str, Any], ground: Ground) -> bool:
    for _, _, operation in _operations(document, ground):
        for parameter in operation.get("parameters", ()):
            if parameter.get("in") == "query" and not parameter.get("required"):
                parameter["required"] = True
                return True
    return False


def _a_parameter_more(document: dict[str, Any], ground: Ground) -> bool:
    for _, _, operation in _operations(document, ground)[:1]:
        kind = {"type": "string"} if "swagger" in document else {"schema": {"type": "string"}}
        operation.setdefault("parameters", []).append({"name": "planted", "in": "query", "required": True, **kind})
        return True
    return False


def _an_answer(document: dict[str, Any], ground: Ground) -> bool:
    for _, _, operation in _operations(document, ground):
        for status in ("200", "201", "204"):
            if status in operation.get("responses", {}) and len(operation["responses"]) > 1:
                del operation["responses"][status]
                return True
    return False


def _bodies(document: dict[str, Any], ground: Ground, *, of: str) -> Iterator[dict[str, Any]]:
    """Schemas of objects with properties that answers or requests hold, references followed once."""
    for _, _, operation in _operations(document, ground):
        if of == "answer":
            places = [operation.get("responses", {}).get(status, {}) for status in ("200", "201")]
            schemas = [place.get("schema") for place in places]
        else:
            places = [operation.get("requestBody", {})]
            schemas = [each.get("schema") for each in operation.get("parameters", ()) if each.get("in") == "body"]
        schemas += [content.get("schema") for place in places for content in place.get("content", {}).values()]
        for schema in schemas:
            found = _resolved(document, schema or {})
            if found.get("properties"):
                yield found


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found: Any = schema
    for _ in range(5):
        if not isinstance(found.get("$ref"), str):
            return found if isinstance(found, dict) else {}
        place: Any = document
        for part in found["$ref"].removeprefix("#/").split("/"):
            place = place.get(part.replace("~1", "/").replace("~0", "~"), {})
        found = place
    return {}


def _a_field_of_an_answer(document: dict[str, Any], ground: Ground) -> bool:
    for schema in _bodies(document, ground, of="answer"):
        always = sorted(each for each in schema.get("required", ()) if each in schema["properties"])
        if always:
            name = ground.chance.choice(always)
            del schema["properties"][name]
            schema["required"].remove(name)
            return True
    return False


def _a_type_of_an_answer(document: dict[str, Any], ground: Ground) -> bool:
    for schema in _bodies(document, ground, of="answer"):
        for name in sorted(schema["properties"]):
            if schema["properties"][name].get("type") in ("string", "integer", "boolean"):
                is_text = schema["properties"][name]["type"] == "string"
                schema["properties"][name] = {"type": "integer" if is_text else "string"}
                return True
    return False


def _a_field_needed(document: dict[str, Any], ground: Ground) -> bool:
    for schema in _bodies(document, ground, of="request"):
        schema["properties"]["planted"] = {"type": "string"}
        schema["required"] = [*schema.get("required", ()), "planted"]
        return True
    return False


def _a_word_of_a_request(document: dict[str, Any], ground: Ground) -> bool:
    for schema in _bodies(document, ground, of="request"):
        for name in sorted(schema["properties"]):
            if len(schema["properties"][name].get("enum", ())) > 1:
                schema["properties"][name]["enum"].pop()
                return True
    return False


def openapi() -> Iterator[Danger]:
    """In descriptions of OpenAPI, as JSON."""
    for name, change in (
        ("an operation is gone", _an_operation),
        ("a path has another name", _a_path),
        ("a parameter is needed that was not", _a_parameter_needed),
        ("a new parameter is needed", _a_parameter_more),
        ("the answer of success is gone", _an_answer),
        ("a field that every answer had is gone", _a_field_of_an_answer),
        ("a field of an answer is of another type", _a_type_of_an_answer),
        ("a new field is needed in a request", _a_field_needed),
        ("a word of a request is no longer taken", _a_word_of_a_request),
    ):
        yield Danger(name=name, plant=_of_document(change))


def _line(pattern: str, instead: str) -> Plant:
    """One line that matches, changed; never one that is deprecated."""

    def plant(ground: Ground) -> str | None:
        found = [each for each in re.finditer(pattern, ground.text, re.M) if "deprecated" not in each.group().lower()]
        if not found:
            return None
        each = ground.chance.choice(found)
        return ground.text[: each.start()] + each.expand(instead) + ground.text[each.end() :]

    return plant


def graphql() -> Iterator[Danger]:
    """In schemas of GraphQL."""
    field = r"^  (\w+): (\[?\w+!?\]?)(!?)$"
    described = r'(?:^  """\n(?:  (?!""")[^\n]*\n)+  """\n)'
    yield Danger(name="a field is gone", plant=_line(rf"{described}{field}\n", ""))
    yield Danger(name="a field has another name", plant=_line(field, r"  \1Planted: \2\3"))
    yield Danger(name="a field is of another type", plant=_line(r"^  (\w+): String(!?)$", r"  \1: Int\2"))
    yield Danger(name="a field may be null that was not", plant=_line(r"^(type [^\n]*\{\n  \w+: \w+)!$", r"\1"))
    yield Danger(name="an argument is needed", plant=_line(r"^  (\w+)\((\w+): (\w+)([,)].*)$", r"  \1(\2: \3!\4"))
    yield Danger(name="a word is gone", plant=_line(r"^(enum \w+ \{\n(?:  [A-Z_]+\n)+)  [A-Z_]+\n\}", r"\1}"))


def protobuf() -> Iterator[Danger]:
    """In files of Protocol Buffers."""
    field = r"^  (repeated )?([\w.]+) (\w+) = (\d+)( \[[^\]\n]*\])?;$"
    yield Danger(name="a field is gone and its number free", plant=_line(field + r"\n", ""))
    yield Danger(name="a field has another number", plant=_line(r"^  ([\w.]+) (\w+) = (\d+);$", r"  \1 \2 = 9\g<3>7;"))
    yield Danger(name="a field is of another type", plant=_line(r"^  string (\w+) = (\d+);$", r"  int64 \1 = \2;"))
    yield Danger(name="a call is gone", plant=_line(r"^  rpc \w+ ?\([^\n]*(?:\{\s*\}|;)$", ""))
    yield Danger(name="a message has another name", plant=_line(r"^message (\w+) \{$", r"message \1Planted {"))
