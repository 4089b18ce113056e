"""Python's expressions that only have a value, from the syntax tree to the form all languages share."""

from collections.abc import Iterable
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._python_digests import ONE_TUPLE
from weighbridge.facts.languages._python_draft import (
    Draft,
    Handler,
    children,
    either,
    evaluated_parts,
    expression,
    first_value,
    is_idle,
    line_of,
)
from weighbridge.facts.languages._python_grammar import (
    ARGUMENTS,
    ATTRIBUTE,
    EXPRESSION,
    FORMAT_SPECIFIER,
    FUNCTION,
    KEY,
    NAME,
    OBJECT,
    OPERATOR,
    OPERATORS,
    SUBSCRIPT,
    VALUE,
)
from weighbridge.facts.languages._python_strings import filled, hash_template, plain_text, unescape
from weighbridge.facts.languages._texts import joined
from weighbridge.facts.model import (
    OPAQUE,
    Argument,
    Attribute,
    Call,
    Collection,
    Either,
    Element,
    Expr,
    Item,
    Name,
    Number,
    Text,
)
from weighbridge.facts.special_methods import NOT, UNARY

_ELEMENTS_IN_FULL: Final = 200
"""A longer collection keeps only those further elements that a name leads from."""

_SPREADS: Final = {"list_splat": "*", "dictionary_splat": "**"}

_NOT_AN_ANNOTATION: Final = frozenset({"Literal", "typing.Literal", "t.Literal", "typing_extensions.Literal"})


_ASKING: Final = frozenset(
    (
        "if_statement",
        "elif_clause",
        "while_statement",
        "assert_statement",
        "if_clause",
        "boolean_operator",
        "not_operator",
    )
)
"""What asks of its own whether a value is true."""


def _opaque(_draft: Draft, _node: Node) -> Expr:
    return OPAQUE


def _attribute(draft: Draft, node: Node) -> Expr:
    of, name = node.child_by_field_id(OBJECT), node.child_by_field_id(ATTRIBUTE)
    if of is None or name is None:
        return OPAQUE
    return Attribute(expression(draft, of), draft.name(name).id)


def _call(draft: Draft, node: Node) -> Expr:
    parts = node.children
    if len(parts) == 2:
        function, listed = parts
    else:
        given = node.child_by_field_id(FUNCTION), node.child_by_field_id(ARGUMENTS)
        if given[0] is None or given[1] is None:
            return OPAQUE
        function, listed = given[0], given[1]
    called = expression(draft, function)
    line = function.end_point[0] + 1
    if listed.type == "argument_list":
        return Call(called, tuple(arguments(draft, listed)), line)
    return Call(called, (Argument("", expression(draft, listed)),), line)


def arguments(draft: Draft, listed: Node) -> list[Argument]:
    """The arguments in a call's or class's parentheses."""
    found: list[Argument] = []
    was, draft.is_annotation = draft.is_annotation, False
    for child in children(listed):
        kind = child.type
        if kind == "keyword_argument":
            name, value = child.child_by_field_id(NAME), child.child_by_field_id(VALUE)
            if name is not None and value is not None:
                found.append(Argument(draft.name(name).id, _given(draft, value)))
        elif kind in _SPREADS:
            found.append(Argument(_SPREADS[kind], first_value(draft, child)))
        else:
            found.append(Argument("", _given(draft, child)))
    draft.is_annotation = was
    return found


def _given(draft: Draft, node: Node) -> Expr:
    """The value of an argument; `...` by its name, for it says that there is none."""
    return Name("Ellipsis") if node.type == "ellipsis" else expression(draft, node)


def _string(draft: Draft, node: Node) -> Expr:
    value = plain_text(draft, node)
    if value is None:
        return _template(draft, node)
    if draft.is_annotation:
        return draft.parse_annotation(value) or Text(value)
    return Text(value)


def _template(draft: Draft, node: Node) -> Expr:
    """An f-string: a hole for each interpolation."""
    mark = len(draft.cuts)
    is_raw = False
    pieces: list[Expr] = []
    for child in node.named_children:
        match child.type:
            case "string_start":
                is_raw = "r" in draft.text(child).lower()
                if draft.text(child) == "`":
                    draft.not_read(node)
            case "string_content":
                content = draft.text(child).replace("{{", "{").replace("}}", "}")
                pieces.append(Text(content if is_raw or "\\" not in content else unescape(content)))
            case "interpolation":
                pieces.append(_hole(draft, child))
    hash_template(draft, node, mark=mark)
    return joined(pieces)


def _hole(draft: Draft, node: Node) -> Expr:
    """What an interpolation shows; a nested format specification is evaluated on its own."""
    shown = node.child_by_field_id(EXPRESSION)
    value = expression(draft, shown) if shown is not None else OPAQUE
    specification = node.child_by_field_id(FORMAT_SPECIFIER)
    if specification is not None and specification.named_child_count:
        evaluated_parts(draft, specification)
    return value


def _concatenated(draft: Draft, node: Node) -> Expr:
    return joined([expression(draft, child) for child in children(node)])


def _number(draft: Draft, node: Node) -> Expr:
    return Number(draft.text(node)[:100])


def _sequence(draft: Draft, node: Node) -> Expr:
    """A list, tuple or set; the comma of a tuple of one is what makes it a tuple."""
    found: list[Element] = []
    for index, child in enumerate(children(node)):
        is_spread = child.type in ("list_splat", "list_splat_pattern", "parenthesized_list_splat")
        value = expression(draft, child)
        if index < _ELEMENTS_IN_FULL or not is_idle(value):
            found.append(Element("*" if is_spread else str(index), value))
    if len(found) == 1 and node.type in ("tuple", "expression_list", "tuple_pattern", "pattern_list"):
        draft.mark(node.end_byte, ONE_TUPLE)
    return Collection(tuple(found))


def _dictionary(draft: Draft, node: Node) -> Expr:
    found: list[Element] = []
    for index, child in enumerate(children(node)):
        if child.type != "pair":
            found.append(Element("*", expression(draft, child)))
            continue
        element = pair(draft, child)
        if index < _ELEMENTS_IN_FULL or not is_idle(element.value):
            found.append(element)
    return Collection(tuple(found))


def pair(draft: Draft, node: Node) -> Element:
    """A key and its value; a computed key is evaluated on its own."""
    left, right = node.child_by_field_id(KEY), node.child_by_field_id(VALUE)
    key = expression(draft, left) if left is not None else OPAQUE
    value = expression(draft, right) if right is not None else OPAQUE
    if type(key) is Number or (type(key) is Text and not key.parts):
        return Element(key.value, value)
    draft.use(line_of(node), key)
    return Element("", value)


def _subscript(draft: Draft, node: Node) -> Expr:
    of = node.child_by_field_id(VALUE)
    if of is None:
        return OPAQUE
    value = expression(draft, of)
    keys = node.children_by_field_id(SUBSCRIPT)
    if len(keys) == 1 and keys[0].type == "slice":
        evaluated_parts(draft, keys[0])
        return value
    was, draft.is_annotation = draft.is_annotation, draft.is_annotation and draft.text(of) not in _NOT_AN_ANNOTATION
    found = [expression(draft, key) for key in keys]
    draft.is_annotation = was
    if len(found) == 1:
        if node.child_count > 4 and node.children[-2].type == ",":
            draft.mark(node.end_byte, ONE_TUPLE)
        return Item(value, found[0])
    return Item(value, Collection(tuple(Element(str(index), key) for index, key in enumerate(found))))


def _generic_type(draft: Draft, node: Node) -> Expr:
    """`List[int]` in an annotation."""
    of, *parameters = children(node)
    value = expression(draft, of)
    was, draft.is_annotation = draft.is_annotation, draft.is_annotation and draft.text(of) not in _NOT_AN_ANNOTATION
    keys = [expression(draft, key) for parameter in parameters for key in children(parameter)]
    draft.is_annotation = was
    if len(keys) == 1:
        return Item(value, keys[0])
    return Item(value, Collection(tuple(Element(str(index), key) for index, key in enumerate(keys))))


def _member_type(draft: Draft, node: Node) -> Expr:
    of, *names = children(node)
    value = expression(draft, of)
    for name in names:
        value = Attribute(value, draft.text(name))
    return value


def _operands(draft: Draft, node: Node) -> Expr:
    """The operands of a chain of operators, flat; texts that are added are one text."""
    chain: list[Node] = []
    signs: list[str] = []
    is_sum = True
    while node.type in ("binary_operator", "boolean_operator", "union_type"):
        operator = node.child_by_field_id(OPERATOR)
        sign = operator.type if operator is not None else ""
        if sign == "%":
            break
        is_sum = is_sum and sign == "+"
        signs.append(sign)
        left, *rest = children(node)
        chain += reversed(rest)
        node = left
    if not chain:
        return _remainder(draft, node)
    chain.append(node)
    options = [expression(draft, operand) for operand in reversed(chain)]
    if is_sum and any(type(option) is Text for option in options):
        return joined(options)
    return either(options, "" if draft.is_annotation else _operators(signs))


def _operators(signs: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(signs))


def _remainder(draft: Draft, node: Node) -> Expr:
    """`a % b`: a text with holes when `a` is a text."""
    values = [expression(draft, operand) for operand in children(node)]
    match values:
        case [Text() as template, Collection(elements=elements)]:
            return filled(template, [element.value for element in elements])
        case [Text() as template, value]:
            return filled(template, [value])
    return either(values, "%")


def _compared(draft: Draft, node: Node) -> Expr:
    """`x is None`: of operands, of which some lead nowhere; what is compared is not asked whether it is true."""
    signs = (child.type for child in node.children_by_field_id(OPERATORS))
    values = (expression(draft, operand) for operand in children(node))
    telling = tuple(value for value in values if value is not OPAQUE)
    return Either(telling, _operators(signs)) if telling else OPAQUE


def _options(draft: Draft, node: Node) -> Expr:
    return either([expression(draft, operand) for operand in children(node)])


def _signed(draft: Draft, node: Node) -> Expr:
    """`-a`, `+a`, `~a`: the operand with the method that is called on it; a number is one with its sign."""
    value = first_value(draft, node)
    if type(value) is Number:
        return Number(draft.text(node)[:100])
    operator = node.child_by_field_id(OPERATOR)
    return value if value is OPAQUE or operator is None else Either((value,), UNARY + operator.type)


def _negated(draft: Draft, node: Node) -> Expr:
    """`not a`: the operand; where nothing around it asks whether it is true, what asks is this."""
    value = first_value(draft, node)
    is_asked = node.parent is not None and node.parent.type in _ASKING
    return Either((value,), NOT) if type(value) in (Name, Attribute) and not is_asked else value


def _conditional(draft: Draft, node: Node) -> Expr:
    """`a if b else c if d else e`: the values; the conditions are evaluated on their own."""
    options: list[Expr] = []
    while node.type == "conditional_expression":
        parts = list(children(node))
        if len(parts) != 3:
            return evaluated_parts(draft, node)
        value, condition, node = parts
        draft.use(line_of(condition), expression(draft, condition))
        options.append(expression(draft, value))
    options.append(expression(draft, node))
    return either(options)


EXPRESSIONS: Final[dict[str, Handler]] = {
    "argument_list": evaluated_parts,
    "attribute": _attribute,
    "await": first_value,
    "binary_operator": _operands,
    "boolean_operator": _operands,
    "call": _call,
    "comparison_operator": _compared,
    "concatenated_string": _concatenated,
    "conditional_expression": _conditional,
    "constrained_type": _options,
    "dictionary": _dictionary,
    "dictionary_splat": first_value,
    "ellipsis": _opaque,
    "expression_list": _sequence,
    "false": _opaque,
    "float": _number,
    "generic_type": _generic_type,
    "integer": _number,
    "list": _sequence,
    "list_pattern": _sequence,
    "list_splat": first_value,
    "list_splat_pattern": first_value,
    "member_type": _member_type,
    "none": _opaque,
    "not_operator": _negated,
    "parenthesized_expression": first_value,
    "parenthesized_list_splat": first_value,
    "pattern_list": _sequence,
    "set": _sequence,
    "splat_type": first_value,
    "string": _string,
    "subscript": _subscript,
    "true": _opaque,
    "tuple": _sequence,
    "tuple_pattern": _sequence,
    "type": first_value,
    "unary_operator": _signed,
    "union_type": _operands,
}
"""How each kind of node is read; those that also do something are in `_python_bindings` and `_python_definitions`."""
