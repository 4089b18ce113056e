"""Java's expressions: names kept as they stand.

`new T(x)` is a call of `T`, with an anonymous body a call of the class written there; `Foo::bar` is `Foo.bar` and
`Foo::new` is `Foo`. A cast to a class gives its value to a name of its own with that type, as a call of the class would
read as making one. A lambda is a definition; one whose body is an expression returns it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._java_types import COMMENTS, ROW, declared_type, is_type, parameters, type_of
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
    Element,
    Expr,
    Function,
    Item,
    Name,
    Number,
    Text,
)

CONSTRUCTOR: Final = "<init>"
_ESCAPES: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "\r", "\n": ""}
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_PRIMITIVE: Final = frozenset({"integral_type", "floating_point_type", "boolean_type"})


def expression(scribe: Scribe, node: Node) -> Expr:
    """The value written at `node`; what lies too deep becomes a step of its own and is opaque here."""
    kind = node.type
    if kind == "identifier":
        return Name(scribe.text(node))
    read = _EXPRESSIONS.get(kind)
    if read is None:
        if is_type(kind):
            return type_of(scribe, node)
        scribe.all_later(node.named_children)
        return OPAQUE
    if scribe.depth >= DEEPEST:
        scribe.later(node)
        return OPAQUE
    scribe.depth += 1
    value = read(scribe, node)
    scribe.depth -= 1
    return value


def is_expression(kind: str) -> bool:
    """Whether a node of this kind is a value rather than a statement."""
    return kind == "identifier" or kind in _EXPRESSIONS


def annotation_of(scribe: Scribe, node: Node) -> Expr:
    """`@Foo` as a name, `@Foo(…)` as a call with named arguments."""
    name = node.child_by_field_name("name")
    written = node.child_by_field_name("arguments")
    of = expression(scribe, name) if name else OPAQUE
    if written is None:
        return of
    arguments: list[Argument] = []
    for part in written.named_children:
        key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
        if part.type == "element_value_pair" and key is not None and value is not None:
            arguments.append(Argument(scribe.text(key), expression(scribe, value)))
        elif part.type not in COMMENTS:
            arguments.append(Argument("", expression(scribe, part)))
    return Call(of, tuple(arguments), node.start_point[0] + 1)


def bind_pattern(scribe: Scribe, node: Node, *, value: Expr) -> None:
    """Gives `value` to the names of a pattern; parts of a record are of their types."""
    waiting = [(node, value)]
    while waiting:
        pattern, given = waiting.pop()
        if pattern.type in ("type_pattern", "record_pattern_component"):
            _bind_typed(scribe, pattern, given=given)
        if pattern.type == "record_pattern":
            scribe.use(pattern, _first(scribe, pattern))
        waiting.extend(
            (part, OPAQUE if pattern.type != "pattern" else given) for part in reversed(pattern.named_children)
        )


def arguments_of(scribe: Scribe, node: Node | None) -> tuple[Argument, ...]:
    """The arguments in an argument list."""
    if node is None:
        return ()
    return tuple(Argument("", expression(scribe, part)) for part in node.named_children if part.type not in COMMENTS)


def _bind_typed(scribe: Scribe, pattern: Node, *, given: Expr) -> None:
    parts = pattern.named_children
    if len(parts) > 1 and parts[-1].type == "identifier":
        annotation = declared_type(scribe, parts[-2])
        scribe.step("bind", pattern, given, Name(scribe.text(parts[-1])), annotation)


def _first(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    return expression(scribe, parts[0]) if parts else OPAQUE


def _opaque(_scribe: Scribe, _node: Node) -> Expr:
    return OPAQUE


def _name(scribe: Scribe, node: Node) -> Expr:
    return Name(scribe.text(node))


def _number(scribe: Scribe, node: Node) -> Expr:
    return Number(scribe.text(node)[:100])


def _string(scribe: Scribe, node: Node) -> Expr:
    value = scribe.text(node)
    value = value[3:-3].removeprefix("\n") if value.startswith('"""') else value[1:-1]
    return cut_text(_ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[0]), value) if "\\" in value else value)


def _inner(scribe: Scribe, node: Node) -> Expr:
    values = [expression(scribe, part) for part in node.named_children if part.type not in COMMENTS]
    return values[0] if len(values) == 1 else either(values)


def _invocation(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    if len(parts) > 3 or parts[-2].type != "identifier":
        parts = [part for part in parts if part.type not in COMMENTS]
    name = scribe.text(parts[-2])
    function: Expr = Name(name)
    before = parts[:-2]
    if before and before[-1].type == "type_arguments":
        scribe.all_later(before.pop().named_children)
    if before:
        function = Attribute(expression(scribe, before[-1]), name)
    return Call(function, arguments_of(scribe, parts[-1]), node.start_point[0] + 1)


def _field(scribe: Scribe, node: Node) -> Expr:
    parts = [part for part in node.named_children if part.type not in COMMENTS]
    name = scribe.text(parts[-1])
    return Attribute(expression(scribe, parts[0]), name)


def _class_literal(scribe: Scribe, node: Node) -> Expr:
    return Attribute(_first(scribe, node), "class")


def _array_access(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    return Item(expression(scribe, parts[0]), expression(scribe, parts[-1]))


def _creation(scribe: Scribe, node: Node) -> Expr:
    written = node.child_by_field_name("type")
    if written is None:
        return _inner(scribe, node)
    of = type_of(scribe, written)
    first, body = node.named_children[0], node.named_children[-1]
    if first.id != written.id and is_expression(first.type):
        scribe.use(first, expression(scribe, first))
    arguments = arguments_of(scribe, node.child_by_field_name("arguments"))
    if body.type == "class_body":
        of = anonymous_class(scribe, node, body=body, of=of)
    return Call(of, arguments, node.start_point[0] + 1)


def anonymous_class(scribe: Scribe, node: Node, *, body: Node, of: Expr) -> Expr:
    """The class that `body` makes of the class or interface `of`; named like it and its line."""
    if scribe.is_too_deep():
        scribe.later(body)
        return of
    base = of.of if isinstance(of, Item) else of
    name = base.id if isinstance(base, Name) else base.name if isinstance(base, Attribute) else "class"
    draft = scribe.draft("class", f"{name}@{node.start_point[0] + 1}", node=node, head_end=body.start_byte)
    draft.signature = f"new {name}"
    draft.documentation = ""
    draft.bases = (of,)
    draft.is_exported = False
    index = scribe.add(draft)
    scribe.later(body, index)
    return Function(index)


def _array_creation(scribe: Scribe, node: Node) -> Expr:
    value = node.child_by_field_name("value")
    if value is not None:
        return expression(scribe, value)
    parts = node.named_children
    sizes = [
        expression(scribe, size) for part in parts if part.type == "dimensions_expr" for size in part.named_children
    ]
    written = node.child_by_field_name("type")
    of = type_of(scribe, written) if written else OPAQUE
    return Call(Item(ROW, of), tuple(Argument("", size) for size in sizes), node.start_point[0] + 1)


def _array(scribe: Scribe, node: Node) -> Expr:
    values = [expression(scribe, part) for part in node.named_children if part.type not in COMMENTS]
    return collection([Element(str(index), value) for index, value in enumerate(values)])


def _binary(scribe: Scribe, node: Node) -> Expr:
    values = [expression(scribe, operand) for operand in operands(node, _uncommented)]
    return joined(values) if operator_of(node) == "+" else either(values)


def _uncommented(node: Node) -> list[Node]:
    return [part for part in node.named_children if part.type not in COMMENTS]


def _unary(scribe: Scribe, node: Node) -> Expr:
    value = _first(scribe, node) if len(node.named_children) == 1 else _inner(scribe, node)
    return either([value]) if not isinstance(value, Text) else OPAQUE


def _update(scribe: Scribe, node: Node) -> Expr:
    target = _inner(scribe, node)
    value = either([target])
    scribe.step("bind", node, value, target)
    return value


def _assignment(scribe: Scribe, node: Node) -> Expr:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return _inner(scribe, node)
    value = expression(scribe, right)
    target = expression(scribe, left)
    if operator_of(node) not in ("=", ""):
        value = joined([target, value]) if operator_of(node) == "+=" else either([target, value])
    scribe.step("bind", node, value, target)
    return value


def _ternary(scribe: Scribe, node: Node) -> Expr:
    condition, *values = [part for part in node.named_children if part.type not in COMMENTS]
    scribe.use(condition, expression(scribe, condition))
    return either([expression(scribe, value) for value in values])


def _cast(scribe: Scribe, node: Node) -> Expr:
    written, value = node.child_by_field_name("type"), node.child_by_field_name("value")
    if written is None or value is None:
        return _inner(scribe, node)
    given = expression(scribe, value)
    if written.type in _PRIMITIVE:
        return given
    at = node.start_point
    name = Name(f"({scribe.text(written)})@{at[0] + 1}:{at[1] + 1}")
    scribe.step("bind", node, given, name, type_of(scribe, written))
    return name


def _instanceof(scribe: Scribe, node: Node) -> Expr:
    """`x instanceof T t` gives `x` to `t`; a type without a name is merely used."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    name, pattern = node.child_by_field_name("name"), node.child_by_field_name("pattern")
    value = expression(scribe, left) if left else OPAQUE
    if right is not None:
        of = type_of(scribe, right)
        if name is not None:
            scribe.step("bind", node, value, Name(scribe.text(name)), of)
        else:
            scribe.use(node, of)
    if pattern is not None:
        bind_pattern(scribe, pattern, value=value)
    return either([value])


def _reference(scribe: Scribe, node: Node) -> Expr:
    parts = [part for part in node.named_children if part.type not in COMMENTS and part.type != "type_arguments"]
    of = expression(scribe, parts[0]) if parts else OPAQUE
    return Attribute(of, scribe.text(parts[-1])) if len(parts) > 1 else of


def _lambda(scribe: Scribe, node: Node) -> Expr:
    body = node.child_by_field_name("body")
    if scribe.is_too_deep() or body is None:
        scribe.all_later(node.named_children)
        return OPAQUE
    draft = scribe.draft("lambda", f"lambda@{node.start_point[0] + 1}", node=node, head_end=body.start_byte)
    draft.parameters = parameters(scribe, node.child_by_field_name("parameters"))
    draft.is_exported = False
    index = scribe.add(draft)
    scribe.later(body, index, kind="use" if body.type == "block" else "return")
    return Function(index)


def _switch(scribe: Scribe, node: Node) -> Expr:
    """A switch that gives a value: one of its arms'; arms with statements are visited later."""
    condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
    if condition is not None:
        scribe.use(condition, expression(scribe, condition))
    values: list[Expr] = []
    rest: list[Node] = []
    for arm in body.named_children if body else ():
        for part in arm.named_children:
            if arm.type == "switch_rule" and part.type == "expression_statement":
                values.append(_inner(scribe, part))
            else:
                rest.append(part)
    scribe.all_later(rest)
    return either(values)


_EXPRESSIONS: Final[Mapping[str, Callable[[Scribe, Node], Expr]]] = {
    "method_invocation": _invocation,
    "field_access": _field,
    "scoped_identifier": _field,
    "this": _name,
    "super": _name,
    "string_literal": _string,
    "decimal_integer_literal": _number,
    "hex_integer_literal": _number,
    "octal_integer_literal": _number,
    "binary_integer_literal": _number,
    "decimal_floating_point_literal": _number,
    "hex_floating_point_literal": _number,
    "character_literal": _opaque,
    "true": _opaque,
    "false": _opaque,
    "null_literal": _opaque,
    "class_literal": _class_literal,
    "line_comment": _opaque,
    "block_comment": _opaque,
    "parenthesized_expression": _inner,
    "object_creation_expression": _creation,
    "array_creation_expression": _array_creation,
    "array_initializer": _array,
    "element_value_array_initializer": _array,
    "array_access": _array_access,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "update_expression": _update,
    "assignment_expression": _assignment,
    "ternary_expression": _ternary,
    "cast_expression": _cast,
    "instanceof_expression": _instanceof,
    "method_reference": _reference,
    "lambda_expression": _lambda,
    "switch_expression": _switch,
    "annotation": annotation_of,
    "marker_annotation": annotation_of,
}
