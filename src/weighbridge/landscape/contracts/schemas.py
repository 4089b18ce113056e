"""What a schema of an API description allows, its references followed and what must hold together made one."""

from collections import deque
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.contracts.library import Library, Spot
from weighbridge.landscape.contracts.schema_forms import misused
from weighbridge.landscape.contracts.written_values import as_text, written
from weighbridge.landscape.documents.nodes import Fields, Items, Scalar

Spots = tuple[Spot, ...]

_LIMITS: Final = (
    "maximum",
    "minimum",
    "maxLength",
    "minLength",
    "maxItems",
    "minItems",
    "maxProperties",
    "minProperties",
    "minContains",
    "maxContains",
)
_OBJECT: Final = frozenset({"properties", "additionalProperties", "required", "minProperties", "maxProperties"})
_CONDITIONS: Final = (
    "not",
    "if",
    "then",
    "else",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "contentMediaType",
    "contentEncoding",
    "prefixItems",
    "multipleOf",
    "additionalItems",
    "dependencies",
)
"""What is compared as it is written."""

_BESIDE: Final = frozenset(
    {
        "$ref",
        "description",
        "summary",
        "title",
        "default",
        "deprecated",
        "example",
        "examples",
        "$comment",
        "externalDocs",
    }
)
"""What says nothing of values where it stands beside a reference."""

_FILE: Final = frozenset({"file"})
"""What 2.0 calls the type of a part that is a file; since 3.0 it is a text in the format `binary`."""

_TEXT: Final = frozenset({"string"})
_MOST_PARTS: Final = 1_000
"""Schemas that hold together in one."""


class Said(Struct, frozen=True):
    """One value as it is written, and the line it stands on."""

    value: str
    line: int


class Schema(Struct, kw_only=True, eq=False):
    """What one or several schemas that hold together allow; None where nothing is said."""

    path: RepoPath
    line: int
    name: str
    types: frozenset[str] | None = None
    nullable: bool = False
    values: dict[str, int] | None = None
    """The words of an enumeration with their lines."""
    values_line: int = 0
    is_constant: bool = False
    is_extensible: bool = False
    is_unlisted: bool = False
    """Whether it is a choice of which none is written down: a list that was left out."""
    properties: dict[str, Spots] = field(default_factory=dict)
    required: dict[str, int] = field(default_factory=dict)
    items: Spots = ()
    is_closed: bool = False
    is_open: bool = False
    """Whether it is said that anything else may stand beside the named fields."""
    additional: Spots = ()
    limits: dict[str, Said] = field(default_factory=dict)
    exclusive: dict[str, Said] = field(default_factory=dict)
    conditions: dict[str, Spot] = field(default_factory=dict)
    choices: dict[str, Spots] = field(default_factory=dict)
    discriminator: Spot | None = None
    lost: str = ""
    """A reference in it that leads nowhere that can be read: what it says is not known."""
    misused: dict[str, Spot] = field(default_factory=dict)
    """The keywords that hold what they may not, and are left aside."""
    nodes: tuple[int, ...] = ()
    """What tells it from others."""

    @property
    def is_lost(self) -> bool:
        """Whether what it says is not known."""
        return bool(self.lost)

    @property
    def by_pattern(self) -> dict[str, Spot]:
        """The schemas of fields whose names match a pattern."""
        found = self.conditions.get("patternProperties")
        return {each.name: each for each in found.fields()} if found else {}

    @property
    def is_plain(self) -> bool:
        """Whether nothing but its types is said."""
        return not (self.values or self.properties or self.required or self.items or self.limits or self.conditions)

    def said(self, key: str) -> str:
        """A limit, pattern, format or default as written; empty where none is."""
        found = self.limits.get(key)
        return found.value if found else ""

    def line_of(self, key: str) -> int:
        """Where a limit stands; the schema itself where it does not."""
        found = self.limits.get(key)
        return found.line if found else self.line


class _Together(Struct, eq=False):
    """The schemas that hold together in one."""

    parts: list[Spot] = field(default_factory=list)
    is_nullable: bool = False
    lost: str = ""
    """A reference to one that is not to be had."""
    circles: dict[str, Spot] = field(default_factory=dict)
    """Where one leads back to itself: what holds together with itself is no schema."""


class Schemas:
    """The schemas of one tree's documents, each read once."""

    def __init__(self, library: Library, *, reads_beside: bool = False) -> None:
        self.library = library
        self._reads_beside = reads_beside
        self._made: dict[tuple[int, ...], Schema] = {}
        self.is_cut = False
        """Whether more schemas hold together in one than are read."""

    def of(self, spots: Spots) -> Schema:
        """What schemas allow that hold together."""
        key = tuple(id(spot.node) for spot in spots)
        if key not in self._made:
            target = self.library.follow(spots[0]) if len(spots) == 1 and not self.says_more(spots[0]) else None
            is_other = target is not None and target.node is not spots[0].node and bool(target.name)
            self._made[key] = self.of((target,)) if target is not None and is_other else self._read(spots)
        return self._made[key]

    def _read(self, spots: Spots) -> Schema:
        found = _Together()
        for spot in spots:
            self._gather(spot, found)
        parts = found.parts
        first = parts[0] if parts else spots[0]
        followed = first.name if parts and parts[0].node is not spots[0].node else ""
        schema = Schema(path=first.path, line=first.line, name=followed or spots[0].name, lost=found.lost)
        for part in parts:
            plain = _without_misused(schema, part)
            _take(schema, plain)
            self._take_choices(schema, plain)
        if not parts:
            schema.misused.update(misused(self.library.follow(first) or first))
            if isinstance(first.node, Scalar) and first.node.value == "false":
                schema.types = frozenset()
        schema.misused.update(found.circles)
        self._take_named_values(schema)
        schema.values = _as_typed(schema.values, schema.types) if schema.values else schema.values
        schema.nullable = schema.nullable or found.is_nullable
        schema.nodes = tuple(sorted({id(part.node) for part in parts})) or (id(first.node),)
        return schema

    def says_more(self, spot: Spot) -> bool:
        """Whether something stands beside a reference that holds together with what it leads to."""
        if not self._reads_beside or not isinstance(spot.node, Fields) or "$ref" not in spot.node.entries:
            return False
        return any(key not in _BESIDE and not key.startswith("x-") for key in spot.node.entries)

    def _gather(self, spot: Spot, found: "_Together") -> None:
        """The schemas that hold together in one, `allOf` and choices of one among them followed."""
        waiting: deque[tuple[Spot, tuple[int, ...]]] = deque([(spot, ())])
        seen = {id(part.node) for part in found.parts}
        while waiting:
            if len(found.parts) >= _MOST_PARTS:
                self.is_cut = True
                return
            current, within = waiting.popleft()
            target = self.library.follow(current)
            found.lost = found.lost or (current.text("$ref") if target is None else "")
            for half in (target, current) if self.says_more(current) else (target,):
                if half is None or not isinstance(half.node, Fields):
                    continue
                if id(half.node) in seen:
                    found.circles |= {"allOf": current} if id(half.node) in within else {}
                    continue
                seen.add(id(half.node))
                found.parts.append(Spot(node=half.node, path=half.path, line=half.line, name=half.name or current.name))
                waiting.extend((each, (*within, id(half.node))) for each in self._together(half, found))

    def _together(self, spot: Spot, found: "_Together") -> Iterator[Spot]:
        """What must hold together with a schema, and what is left of a choice beside null."""
        together = spot.get("allOf")
        yield from together.items() if together else ()
        for kind in ("oneOf", "anyOf"):
            choice = spot.get(kind)
            options = choice.items() if choice else []
            left = [each for each in options if not self._is_null(each)]
            found.is_nullable = found.is_nullable or len(left) < len(options)
            if len(left) == 1:
                yield left[0]

    def only_choices(self, spot: Spot) -> Iterator[Spot]:
        """What a schema is where it is a choice of one."""
        target = self.library.follow(spot)
        for kind in ("oneOf", "anyOf") if target else ():
            choice = target.get(kind) if target else None
            left = [each for each in choice.items() if not self._is_null(each)] if choice else []
            followed = self.library.follow(left[0]) if len(left) == 1 else None
            if followed is not None:
                yield followed

    def _is_null(self, spot: Spot) -> bool:
        target = self.library.follow(spot)
        return target is not None and target.text("type") in ("null", "'null'") and isinstance(target.node, Fields)

    def _take_choices(self, schema: Schema, part: Spot) -> None:
        """The choices of one more schema; one that is left beside null is no choice, and already taken."""
        for kind in ("oneOf", "anyOf"):
            found = part.get(kind)
            options = [each for each in found.items() if not self._is_null(each)] if found else []
            schema.is_unlisted = schema.is_unlisted or (found is not None and not found.items())
            if len(options) > 1:
                schema.choices[kind] = (*schema.choices.get(kind, ()), *options)

    def _take_named_values(self, schema: Schema) -> None:
        """A choice of constants is an enumeration, each value with a name of its own."""
        for kind in ("oneOf", "anyOf"):
            targets = [self.library.follow(each) for each in schema.choices.get(kind, ())]
            listed = [_values_of(each) if each else None for each in targets]
            said = [each for each in listed if each]
            if said and len(said) == len(listed):
                listing = {word: line for each in said for word, line in each.items()}
                both = {word: line for word, line in (schema.values or {}).items() if word in listing}
                if not both:
                    schema.values_line, schema.is_constant = next(iter(said[0].values())), False
                schema.values = both or listing
                schema.choices.pop(kind)
                if schema.types is None:
                    types = {each.text("type") for each in targets if each} - {""}
                    schema.types = frozenset(types) or None


def _values_of(spot: Spot) -> dict[str, int] | None:
    """The values that a schema lists, or the one that it is; None where it lists none."""
    constant, listed = spot.get("const"), spot.get("enum")
    found = [constant] if constant is not None else listed.items() if listed is not None else []
    return {written(each.node): each.line for each in found if isinstance(each.node, Scalar)} or None


def _as_typed(values: dict[str, int], types: frozenset[str] | None) -> dict[str, int]:
    """Values as what their schema says that they are, however they are written."""
    if types == _TEXT:
        return {as_text(each): line for each, line in values.items()}
    return {each.strip('"'): line for each, line in values.items()} if types and "string" not in types else values


def _without_misused(schema: Schema, part: Spot) -> Spot:
    """One of the schemas that hold together, without its keywords that hold what they may not."""
    found = misused(part)
    if not found or not isinstance(part.node, Fields):
        return part
    schema.misused |= found
    entries = {key: entry for key, entry in part.node.entries.items() if key not in found}
    return Spot(node=Fields(entries, part.node.mark), path=part.path, line=part.line, name=part.name)


def _allows_null(part: Spot) -> bool:
    kind = part.get("type")
    return part.is_true("nullable") or part.is_true("x-nullable") or (kind is not None and "null" in _types(kind))


def _types(spot: Spot) -> list[str]:
    if isinstance(spot.node, Items):
        return [item.value for item in spot.node.items if isinstance(item, Scalar)]
    text = spot.text() if isinstance(spot.node, Scalar) and not spot.node.is_null else ""
    return [text] if text else (["null"] if isinstance(spot.node, Scalar) else [])


def _take(schema: Schema, part: Spot) -> None:
    """Add what one more schema asks for."""
    kind = part.get("type")
    if kind is not None:
        types = frozenset(_types(kind)) - {"null"}
        if types == _FILE:
            types = frozenset({"string"})
            schema.limits.setdefault("format", Said("binary", kind.line))
        if types:
            schema.types = types if schema.types is None else _both(schema.types, types)
    schema.nullable = schema.nullable or _allows_null(part)
    _take_values(schema, part)
    _take_object(schema, part)
    items = part.get("items")
    if items is not None and isinstance(items.node, Items):
        schema.conditions.setdefault("prefixItems", items)
    elif items is not None:
        schema.items = (*schema.items, items)
    for key in (*_LIMITS, "pattern", "format", "default", "uniqueItems"):
        found = part.get(key)
        if found is not None:
            value = found.text() if isinstance(found.node, Scalar) else "(…)"
            schema.limits[key] = _narrower(key, schema.limits.get(key), found=Said(value, found.line))
    for key in ("exclusiveMaximum", "exclusiveMinimum", "readOnly", "writeOnly", "deprecated", "x-sunset"):
        found = part.get(key)
        if found is not None:
            schema.exclusive[key] = _narrower(key, schema.exclusive.get(key), found=Said(found.text(), found.line))
    for key in _CONDITIONS:
        found = part.get(key)
        if found is not None:
            schema.conditions.setdefault(key, found)
    schema.discriminator = schema.discriminator or part.get("discriminator")


def _narrower(key: str, known: Said | None, *, found: Said) -> Said:
    """What two schemas ask for that hold together: the narrower bound, both patterns; of anything else what the first says."""
    if known is None or known.value == found.value:
        return known or found
    if key == "pattern":
        return Said("` and `".join(sorted({*known.value.split("` and `"), found.value})), known.line)
    if "imum" not in key and not key.startswith(("max", "min")):
        return known
    try:
        one, other = float(known.value), float(found.value)
    except ValueError:  # a draft's `exclusiveMaximum: true` is no bound
        return known
    is_narrower = other < one if "max" in key.lower() else other > one
    return found if is_narrower else known


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    both = one & other
    if "number" in one and "integer" in other:
        both |= {"integer"}
    if "integer" in one and "number" in other:
        both |= {"integer"}
    return both or one


def _take_values(schema: Schema, part: Spot) -> None:
    found = part.get("enum")
    constant = part.get("const")
    if constant is not None and isinstance(constant.node, Scalar):
        schema.values, schema.values_line, schema.is_constant = (
            {written(constant.node): constant.line},
            constant.line,
            True,
        )
    elif found is not None:
        words = {
            written(each.node): each.line
            for each in found.items()
            if isinstance(each.node, Scalar) and not each.node.is_null
        }
        kept = words if schema.values is None else {word: line for word, line in words.items() if word in schema.values}
        schema.values, schema.values_line = kept, found.line
        if (
            any(isinstance(each.node, Scalar) and each.node.is_null for each in found.items())
            and part.get("type") is None
        ):
            schema.nullable = True
    extensible = part.get("x-extensible-enum")
    if extensible is not None and schema.values is None:
        schema.values = {each.node.value: each.line for each in extensible.items() if isinstance(each.node, Scalar)}
        schema.values_line, schema.is_extensible = extensible.line, True


def _take_object(schema: Schema, part: Spot) -> None:
    properties = part.get("properties")
    for each in properties.fields() if properties else ():
        schema.properties[each.name] = (*schema.properties.get(each.name, ()), each)
    required = part.get("required")
    for each in required.items() if required else ():
        schema.required.setdefault(each.text(), each.line)
    additional = part.get("additionalProperties")
    if additional is not None:
        if additional.text() == "false":
            schema.is_closed = True
        elif additional.text() == "true":
            schema.is_open = True
        elif isinstance(additional.node, Fields) and additional.node.entries:
            schema.additional = (*schema.additional, additional)
    if schema.types is None and isinstance(part.node, Fields):
        if not _OBJECT.isdisjoint(part.node.entries):
            schema.types = frozenset({"object"})
        elif "items" in part.node.entries:
            schema.types = frozenset({"array"})
