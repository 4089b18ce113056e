"""Go's expressions: names kept as they stand, literals of types as calls of the type.

`T{a: 1}` is a call of `T` with named arguments, `x.(T)` and `T(x)` are calls of `T`, `new(T)` and `make([]T, n)`
calls of the type they make; `<-ch` is an item of `ch`. A function literal is a definition of its own.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._go_types import is_type, one_or_many, parameters, result, type_of
from weighbridge.facts.languages._scribe import (
    DEEPEST,
    Scribe,
    collection,
    cut_text,
    either,
    joined,
    operands,
    operator_of,
)
from weighbridge.facts.model import (
    OPAQUE,
    Argument,
    Attribute,
    Call,
    Either,
    Element,
    Expr,
    Function,
    Item,
    Name,
    Number,
    Text,
)

_ROWS: Final = frozenset({"slice_type", "array_type", "implicit_length_array_type"})
_SCALING: Final = ("*", "<<")
"""Operators by which amounts are written: `30 * time.Second`, `1 << 20`."""
_LONGEST_NUMBER: Final = 100
_MAKERS: Final = frozenset({"new", "make"})
_ESCAPES: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "\r"}
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_TYPE_ARGUMENT: Final = re.compile(
    r"[A-Z*\[]|(?:string|bool|byte|rune|error|any|u?int\d*|float\d+|map|chan|func)\b|\w+\.[A-Z]"
)


def expression(scribe: Scribe, node: Node) -> Expr:
    """The value written at `node`; what lies too deep becomes a step of its own and is opaque here."""
    kind = node.type
    if kind == "identifier":
        return Name(scribe.text(node))
    read = _EXPRESSIONS.get(kind)
    if read is None:
        return type_of(scribe, node) if is_type(kind) else _parts(scribe, node)
    if scribe.depth >= DEEPEST:
        scribe.later(node)
        return OPAQUE
    scribe.depth += 1
    value = read(scribe, node)
    scribe.depth -= 1
    return value


def expressions(scribe: Scribe, node: Node | None) -> list[Expr]:
    """The values of an expression list, or of a single expression."""
    if node is None:
        return []
    if node.type != "expression_list":
        return [expression(scribe, node)]
    return [expression(scribe, part) for part in node.named_children if part.type != "comment"]


def is_expression(kind: str) -> bool:
    """Whether a node of this kind is a value rather than a statement."""
    return kind == "identifier" or kind in _EXPRESSIONS


def _parts(scribe: Scribe, node: Node) -> Expr:
    for part in node.named_children:
        scribe.later(part)
    return OPAQUE


def _opaque(_scribe: Scribe, _node: Node) -> Expr:
    return OPAQUE


def _name(scribe: Scribe, node: Node) -> Expr:
    return Name(scribe.text(node))


def _number(scribe: Scribe, node: Node) -> Expr:
    return Number(scribe.text(node)[:100])


def _string(scribe: Scribe, node: Node) -> Expr:
    value = scribe.text(node)[1:-1]
    return cut_text(_ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[0]), value) if "\\" in value else value)


def _raw_string(scribe: Scribe, node: Node) -> Expr:
    return cut_text(scribe.text(node)[1:-1])


def _inner(scribe: Scribe, node: Node) -> Expr:
    values = [expression(scribe, part) for part in node.named_children if part.type != "comment"]
    return values[0] if len(values) == 1 else either(values)


def _selector(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    return Attribute(expression(scribe, parts[0]), scribe.text(parts[-1]))


def _index(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    return Item(expression(scribe, parts[0]), expression(scribe, parts[-1]))


def _slice(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    for bound in parts[1:]:
        scribe.later(bound)
    return expression(scribe, parts[0])


def _unary(scribe: Scribe, node: Node) -> Expr:
    value = expression(scribe, node.named_children[-1])
    match node.child(0):
        case Node(type="&" | "*" | "+"):
            return value
        case Node(type="<-"):
            return Item(value, OPAQUE)
    return either([value]) if not isinstance(value, Text) else OPAQUE


def _binary(scribe: Scribe, node: Node) -> Expr:
    values = [expression(scribe, operand) for operand in operands(node, lambda part: part.named_children)]
    operator = operator_of(node)
    if operator in _SCALING and any(isinstance(value, Number) for value in values):
        if all(isinstance(value, Number) for value in values):
            return Number(" ".join(scribe.text(node).split())[:_LONGEST_NUMBER])
        return Either(tuple(value for value in values if value is not OPAQUE))
    return joined(values) if operator == "+" else either(values)


def _call(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    function = expression(scribe, parts[0])
    for part in parts[1:-1]:
        if part.type == "type_arguments":
            scribe.all_later(part.named_children)
    arguments = [_argument(scribe, part) for part in parts[-1].named_children if part.type != "comment"]
    if isinstance(function, Name) and function.id in _MAKERS and arguments:
        function = arguments.pop(0).value
    return Call(function, tuple(arguments), node.start_point[0] + 1)


def _argument(scribe: Scribe, node: Node) -> Argument:
    if node.type == "variadic_argument":
        return Argument("*", expression(scribe, node.named_children[0]))
    return Argument("", expression(scribe, node))


def _conversion(scribe: Scribe, node: Node) -> Expr:
    """`[]byte(x)`; but `f[int](x)`, which the grammar takes for one, calls `f`, and `table[key](x)` an item."""
    target, *operands = node.named_children
    function = type_of(scribe, target)
    if target.type == "generic_type" and isinstance(function, Item):
        written = [scribe.text(part) for part in target.named_children[-1].named_children]
        if all(_TYPE_ARGUMENT.match(each) for each in written):
            scribe.use(node, function.key)
            function = function.of
    arguments = tuple(Argument("", expression(scribe, operand)) for operand in operands)
    return Call(function, arguments, node.start_point[0] + 1)


def _assertion(scribe: Scribe, node: Node) -> Expr:
    operand, target = node.named_children[0], node.named_children[-1]
    return Call(type_of(scribe, target), (Argument("", expression(scribe, operand)),), node.start_point[0] + 1)


def _instantiation(scribe: Scribe, node: Node) -> Expr:
    function, *types = node.named_children
    return Item(type_of(scribe, function), one_or_many([type_of(scribe, each) for each in types]))


def _function(scribe: Scribe, node: Node) -> Expr:
    body = node.child_by_field_name("body")
    if scribe.is_too_deep() or body is None:
        _parts(scribe, node)
        return OPAQUE
    draft = scribe.draft("lambda", f"func@{node.start_point[0] + 1}", node=node, head_end=body.start_byte)
    taken = node.child_by_field_name("parameters")
    draft.parameters = parameters(scribe, taken) if taken else ()
    draft.returns = result(scribe, node.child_by_field_name("result"))
    draft.is_exported = False
    index = scribe.add(draft)
    scribe.later(body, index)
    return Function(index)


def _composite(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    return _literal(scribe, parts[0], body=parts[-1])


def _literal(scribe: Scribe, of: Node | None, *, body: Node) -> Expr:
    """A literal `of{…}`; without a type, or of a type without a name, it is a collection."""
    if scribe.depth >= DEEPEST:
        scribe.later(body)
        return OPAQUE
    scribe.depth += 1
    kind = of.type if of else ""
    within = None
    if of and (kind in _ROWS or kind == "map_type"):
        within = of.named_children[-1]
    elements = [_element(scribe, part, of=within) for part in body.named_children if part.type != "comment"]
    scribe.depth -= 1
    if not of or kind == "struct_type" or (within and elements):
        rows = [Element(key or str(index), value) for index, (key, value) in enumerate(elements)]
        return collection(rows)
    found = collection([Element(key, value) for key, value in elements])
    arguments = tuple(Argument(each.key, each.value) for each in found.elements)
    return Call(type_of(scribe, of), arguments, body.start_point[0] + 1)


def _element(scribe: Scribe, node: Node, *, of: Node | None) -> tuple[str, Expr]:
    """(key, value) of one element; the key is empty when there is none or it is computed."""
    if node.type != "keyed_element":
        return "", _element_value(scribe, node, of=of)
    parts = [part for part in node.named_children if part.type != "comment"]
    key = _element_value(scribe, parts[0], of=None)
    match key:
        case Name(id=name):
            if of is not None:
                scribe.use(node, key)
            word = name
        case Text(value=word):
            pass
        case Number(value=word):
            pass
        case _:
            scribe.use(node, key)
            word = ""
    return word, _element_value(scribe, parts[-1], of=of)


def _element_value(scribe: Scribe, node: Node, *, of: Node | None) -> Expr:
    parts = node.named_children
    if node.type != "literal_element" or not parts:
        return expression(scribe, node)
    if parts[0].type != "literal_value":
        return expression(scribe, parts[0])
    while of is not None and of.type == "pointer_type" and of.named_children:
        of = of.named_children[-1]
    return _literal(scribe, of, body=parts[0])


def _untyped_literal(scribe: Scribe, node: Node) -> Expr:
    return _literal(scribe, None, body=node)


_EXPRESSIONS: Final[Mapping[str, Callable[[Scribe, Node], Expr]]] = {
    "call_expression": _call,
    "selector_expression": _selector,
    "interpreted_string_literal": _string,
    "raw_string_literal": _raw_string,
    "int_literal": _number,
    "float_literal": _number,
    "imaginary_literal": _number,
    "rune_literal": _opaque,
    "true": _opaque,
    "false": _opaque,
    "nil": _opaque,
    "iota": _opaque,
    "blank_identifier": _opaque,
    "label_name": _opaque,
    "comment": _opaque,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "parenthesized_expression": _inner,
    "index_expression": _index,
    "slice_expression": _slice,
    "composite_literal": _composite,
    "literal_value": _untyped_literal,
    "func_literal": _function,
    "type_conversion_expression": _conversion,
    "type_assertion_expression": _assertion,
    "type_instantiation_expression": _instantiation,
    "variadic_argument": _inner,
    "field_identifier": _name,
    "package_identifier": _name,
}
