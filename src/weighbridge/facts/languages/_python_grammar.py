"""Python's grammar, and the numbers of its fields and kinds: to ask a node by a number is much cheaper than by a name."""

from typing import Final

import tree_sitter_python
from tree_sitter import Language

LANGUAGE: Final = Language(tree_sitter_python.language())


def _field(name: str) -> int:
    number = LANGUAGE.field_id_for_name(name)
    if number is None:
        raise LookupError(f"the grammar has no field {name!r}")
    return number


def _kind(name: str) -> int:
    is_named = True
    number = LANGUAGE.id_for_node_kind(name, is_named)
    if number is None:
        raise LookupError(f"the grammar has no nodes {name!r}")
    return number


LAYOUT: Final = frozenset({_kind("comment"), _kind("line_continuation")})
"""The kinds of node that may stand anywhere and say nothing."""

ALIAS: Final = _field("alias")
ALTERNATIVE: Final = _field("alternative")
ARGUMENTS: Final = _field("arguments")
ATTRIBUTE: Final = _field("attribute")
BODY: Final = _field("body")
CAUSE: Final = _field("cause")
CONDITION: Final = _field("condition")
CONSEQUENCE: Final = _field("consequence")
DEFINITION: Final = _field("definition")
EXPRESSION: Final = _field("expression")
FORMAT_SPECIFIER: Final = _field("format_specifier")
FUNCTION: Final = _field("function")
GUARD: Final = _field("guard")
KEY: Final = _field("key")
LEFT: Final = _field("left")
MODULE_NAME: Final = _field("module_name")
NAME: Final = _field("name")
OBJECT: Final = _field("object")
OPERATOR: Final = _field("operator")
OPERATORS: Final = _field("operators")
PARAMETERS: Final = _field("parameters")
RETURN_TYPE: Final = _field("return_type")
RIGHT: Final = _field("right")
SUBJECT: Final = _field("subject")
SUBSCRIPT: Final = _field("subscript")
SUPERCLASSES: Final = _field("superclasses")
TYPE: Final = _field("type")
VALUE: Final = _field("value")
