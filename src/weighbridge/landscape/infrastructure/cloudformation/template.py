"""What a template declares: its resources, conditions and outputs, each with its line; YAML with short tags, or JSON."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.terraform.json_text import load_json
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Items, Node, Scalar
from weighbridge.landscape.documents.reading import documents

_KNOWN_TRANSFORMS: Final = frozenset(
    {
        "AWS::Serverless-2016-10-31", "AWS::LanguageExtensions", "AWS::SecretsManager-2020-07-23",
        "AWS::SecretsManager-2024-09-16", "AWS::CodeDeployBlueGreen",
    }
)  # fmt: skip
"""Macros of AWS's own that leave the resources that stand in a template what they are."""
_NUMBER: Final = LatePattern(r"-?(?:0|[1-9]\d{0,14})")
_SWITCH: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_MOST_BYTES: Final = 4_000_000
_MOST_VALUES: Final = 200_000


class Resource(Struct, frozen=True, kw_only=True):
    """One resource as a template declares it; `body` is all that stands under its logical id, long forms of functions alone."""

    name: str
    type: str
    body: Mapping[str, Any]
    line: int
    end_line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where its properties and attributes begin."""

    @property
    def properties(self) -> Mapping[str, Any]:
        """Its properties, as written."""
        return table(self.body.get("Properties"))


class Template(Struct, frozen=True, kw_only=True):
    """One template; `gaps` say in words what of it cannot be told from the text."""

    resources: Mapping[str, Resource] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    mappings: Mapping[str, Any] = field(default_factory=dict)
    shared: Mapping[str, Any] = field(default_factory=dict)
    """What SAM takes for every resource of a kind (`Globals`)."""
    shared_line: int = 1
    outputs: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where outputs begin."""
    loops: Mapping[str, Any] = field(default_factory=dict)
    """What stands under `Fn::ForEach`, by its key: what it makes is not told from the text."""
    gaps: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    """The keys that stand twice in one mapping, in words: the last of each counts."""

    def default_of(self, parameter: str) -> object:
        """The value a parameter has where nobody gives one; None where there is none."""
        return table(self.parameters.get(parameter)).get("Default")


def table(value: object) -> Mapping[str, Any]:
    """A mapping; empty where it is none."""
    return value if isinstance(value, dict) else {}


def read_template(data: bytes, *, is_json: bool) -> Template | CouldNotLook | None:
    """What a file declares; None where it is no template after all, and why not where it cannot be read."""
    return _of_json(data) if is_json else _of_yaml(data)


def _of_json(data: bytes) -> Template | CouldNotLook | None:
    content = load_json(data, called="the template")
    if isinstance(content, CouldNotLook):
        return content
    declared = _declared(content)
    return _template(declared, _JsonLines(data.decode("utf-8", "replace"))) if declared is not None else None


def _of_yaml(data: bytes) -> Template | CouldNotLook | None:
    doubled: list[Scalar] = []
    try:
        nodes = documents(data, allow_tags=True, most_bytes=_MOST_BYTES, most_nodes=_MOST_VALUES, doubled=doubled)
    except DocumentError as error:
        where = f"line {error.mark.line}, column {error.mark.column}"
        return CouldNotLook(reason=Reason.UNPARSED, detail=f"the template is no YAML: {error.message}, at {where}")
    node = nodes[0] if nodes else None
    if not isinstance(node, Fields):
        return None
    if (inner := node.get("resources")) is not None and node.get("Resources") is None:
        if not isinstance(inner, Fields):
            return None
        node = inner  # the Serverless Framework carries a template of CloudFormation under this key
    declared = _declared(_plain(node))
    if declared is None:
        return None
    twice = (
        f"line {key.mark.line}: `{key.value[:60]}` stands here again, and what stood there before is passed over"
        for key in doubled
    )
    return replace(_template(declared, _YamlLines(node)), twice=tuple(twice))


def _declared(content: object) -> Mapping[str, Any] | None:
    found = table(content)
    resources = found.get("Resources")
    if not isinstance(resources, dict):
        return None
    is_known = any("::" in str(table(each).get("Type")) for each in resources.values())
    return found if is_known or "AWSTemplateFormatVersion" in found else None


def _template(content: Mapping[str, Any], lines: "_Lines") -> Template:
    resources: dict[str, Resource] = {}
    loops: dict[str, Any] = {}
    gaps = list(_transforms(content.get("Transform")))
    for name, body in table(content.get("Resources")).items():
        kind = table(body).get("Type")
        if name.startswith("Fn::"):
            loops[name] = body
        elif isinstance(kind, str):
            line, end_line, inner = lines.of_resource(name)
            resources[name] = Resource(
                name=name, type=kind, body=body, line=line, end_line=max(line, end_line), lines=inner
            )
    outputs = table(content.get("Outputs"))
    return Template(
        resources=resources,
        parameters=table(content.get("Parameters")),
        conditions=table(content.get("Conditions")),
        mappings=table(content.get("Mappings")),
        shared=table(content.get("Globals")),
        shared_line=max(1, lines.of_section("Globals")),
        outputs=outputs,
        loops=loops,
        lines={name: lines.of_output(name) for name in outputs},
        gaps=tuple(dict.fromkeys(gaps)),
    )


def _transforms(value: object) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        name = table(each).get("Name") if isinstance(each, dict) else each
        if isinstance(name, str) and name not in _KNOWN_TRANSFORMS:
            yield f"the macro `{name}` makes another template of it, which is known only once CloudFormation has run it"


class _Lines:
    """Where things stand in a template."""

    def of_resource(self, name: str) -> tuple[int, int, Mapping[str, int]]:
        """Its first and last line, and where its properties and attributes begin."""
        raise NotImplementedError

    def of_output(self, name: str) -> int:
        """Its line."""
        raise NotImplementedError

    def of_section(self, name: str) -> int:
        """The line of a section's key."""
        raise NotImplementedError


class _YamlLines(_Lines):
    def __init__(self, node: Fields) -> None:
        self._node = node

    def of_resource(self, name: str) -> tuple[int, int, Mapping[str, int]]:
        resources = self._node.get("Resources")
        if not isinstance(resources, Fields) or name not in resources.entries:
            return 1, 1, {}
        key, body = resources.entries[name]
        found: dict[str, int] = {}
        waiting: list[Node] = [body]
        for node in waiting:
            if isinstance(node, Fields):
                for below, (mark, inner) in node.entries.items():
                    found.setdefault(below, mark.mark.line)
                    waiting.append(inner)
        return key.mark.line, _last_line(body, key.mark.line), found

    def of_output(self, name: str) -> int:
        outputs = self._node.get("Outputs")
        known = outputs.entries.get(name) if isinstance(outputs, Fields) else None
        return known[0].mark.line if known else 1

    def of_section(self, name: str) -> int:
        known = self._node.entries.get(name)
        return known[0].mark.line if known else 1


class _JsonLines(_Lines):
    """The reader of JSON tells no places: they are taken from the keys that begin a line; 0 where all stands on one."""

    _KEY: Final = re.compile(r'^([ \t]*)"([\w:.-]{1,255})"[ \t]*:', re.MULTILINE)

    def __init__(self, text: str) -> None:
        self._keys: dict[str, list[tuple[int, int]]] = {}
        line, seen = 1, 0
        self._all: list[tuple[int, int, str]] = []
        for match in self._KEY.finditer(text):
            line += text.count("\n", seen, match.start())
            seen = match.start()
            self._all.append((line, len(match[1]), match[2]))
        self._at = {section: self._section(section) for section in ("Resources", "Outputs")}

    def of_resource(self, name: str) -> tuple[int, int, Mapping[str, int]]:
        place = self._at["Resources"].get(name)
        if place is None:
            return 0, 0, {}
        line, depth = self._all[place][:2]
        found: dict[str, int] = {}
        end = line
        for below, its_depth, key in self._all[place + 1 :]:
            if its_depth <= depth:
                break
            end = below
            found.setdefault(key, below)
        return line, end, found

    def of_output(self, name: str) -> int:
        place = self._at["Outputs"].get(name)
        return self._all[place][0] if place is not None else 0

    def of_section(self, name: str) -> int:
        return next((line for line, _, key in self._all if key == name), 0)

    def _section(self, section: str) -> dict[str, int]:
        """The keys right below one at the top, by their number."""
        start = next((n for n, (_, _, key) in enumerate(self._all) if key == section), None)
        if start is None:
            return {}
        top, inner = self._all[start][1], None
        found: dict[str, int] = {}
        for number in range(start + 1, len(self._all)):
            _, depth, key = self._all[number]
            if depth <= top:
                break
            inner = depth if inner is None else inner
            if depth == inner:
                found.setdefault(key, number)
        return found


def _last_line(node: Node, line: int) -> int:
    """Where the last value within begins."""
    while True:
        line = max(line, node.mark.line)
        if isinstance(node, Fields) and node.entries:
            node = next(reversed(node.entries.values()))[1]
        elif isinstance(node, Items) and node.items:
            node = node.items[-1]
        else:
            return line


def _plain(node: Node) -> object:
    """A node as values, short tags as the long forms of functions; how deep it is, its reader bounds."""
    match node:
        case Fields():
            value: object = {key: _plain(inner) for key, (_, inner) in node.entries.items()}
        case Items():
            value = [_plain(each) for each in node.items]
        case Scalar():
            value = _single(node)
    return _long_form(node.tag, value) if node.tag.startswith("!") and len(node.tag) > 1 else value


def _single(node: Scalar) -> object:
    if node.tag == "" and node.is_plain:
        if node.is_null:
            return None
        if node.value.lower() in _SWITCH:
            return _SWITCH[node.value.lower()]
        return int(node.value) if _NUMBER.fullmatch(node.value) else node.value
    return node.value


def _long_form(tag: str, value: object) -> object:
    name = tag[1:]
    if name in ("Ref", "Condition"):
        return {name: value}
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{name}": value}
