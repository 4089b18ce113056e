"""Keywords of schemas that hold what they may not: what they mean, no two readers say alike."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.documents.nodes import Fields, Items, Node, Scalar, is_nothing

_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TYPES: Final = frozenset({"string", "number", "integer", "boolean", "array", "object", "null", "file", "any"})

WHOLE: Final = frozenset({"", "$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf"})
"""Keywords without which nothing of a schema is known; the schema itself goes by no name."""


def _is_mapping(node: Node) -> bool:
    return isinstance(node, Fields)


def _is_listing(node: Node) -> bool:
    return isinstance(node, Items)


def _is_value(node: Node) -> bool:
    return isinstance(node, Scalar)


def _is_reference(node: Node) -> bool:
    return isinstance(node, Scalar) and bool(node.value)


def _is_schema(node: Node) -> bool:
    return isinstance(node, Fields) or (isinstance(node, Scalar) and node.value.lower() in ("true", "false"))


def _is_number(node: Node) -> bool:
    return isinstance(node, Scalar) and _NUMBER.fullmatch(node.value) is not None


def _are_types(node: Node) -> bool:
    each = node.items if isinstance(node, Items) else [node]
    return all(isinstance(one, Scalar) and one.value in _TYPES for one in each)


def _are_names(node: Node) -> bool:
    """Whether it lists names; `true` and `false` are what drafts before the fourth said of one field, and others pass over."""
    if isinstance(node, Items):
        return all(isinstance(one, Scalar) and not one.is_null for one in node.items)
    return isinstance(node, Scalar) and node.value.lower() in ("true", "false")


def _are_values(node: Node) -> bool:
    """Whether it lists values that can be compared: lists and mappings cannot."""
    return isinstance(node, Items) and bool(node.items) and all(isinstance(one, Scalar) for one in node.items)


def _are_items(node: Node) -> bool:
    return isinstance(node, Items) or _is_schema(node)


def _is_followed(_: Node) -> bool:
    return False


_KEYWORDS: Final[Mapping[str, Callable[[Node], bool]]] = {
    "$ref": _is_reference,
    "$dynamicRef": _is_followed,
    "$recursiveRef": _is_followed,
    "type": _are_types,
    "enum": _are_values,
    "required": _are_names,
    "items": _are_items,
    "const": _is_value,
    "pattern": _is_value,
    "format": _is_value,
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _is_listing),
    **dict.fromkeys(("properties", "patternProperties", "dependentRequired", "dependentSchemas"), _is_mapping),
    **dict.fromkeys(("additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"), _is_schema),
    **dict.fromkeys(("maximum", "minimum", "maxLength", "minLength", "maxItems", "minItems"), _is_number),
    **dict.fromkeys(("maxProperties", "minProperties", "minContains", "maxContains", "multipleOf"), _is_number),
}
"""What each holds; a keyword that holds nothing says nothing."""


def misused(schema: Spot) -> dict[str, Spot]:
    """The keywords of a schema that hold what they may not, or that nobody follows here; the schema itself where it is none."""
    node = schema.node
    if not isinstance(node, Fields):
        return {} if _is_schema(node) or is_nothing(node) else {"": schema}
    found: dict[str, Spot] = {}
    for key, (_, value) in node.entries.items():
        fits = _KEYWORDS.get(key)
        if fits is not None and not fits(value) and not is_nothing(value):
            spot = schema.get(key)
            assert spot is not None, "it is among the entries"
            found[key] = spot
    return found
