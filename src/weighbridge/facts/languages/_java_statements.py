"""Java's statements as steps."""

from collections.abc import Callable, Mapping
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._java_expressions import (
    CONSTRUCTOR,
    arguments_of,
    bind_pattern,
    expression,
    is_expression,
)
from weighbridge.facts.languages._java_types import COMMENTS, declared_type, is_type, type_of
from weighbridge.facts.languages._scribe import Scribe
from weighbridge.facts.model import OPAQUE, Attribute, Call, Expr, Name, StepKind

_WRITTEN: Final = frozenset({"assignment_expression", "update_expression"})
"""Expressions that have written what they do as a step of their own."""


def statement(scribe: Scribe, node: Node) -> None:
    """Writes down what the statement at `node` does; what it merely holds is visited later.

    An expression is used, or what the scribe's `kind` says.
    """
    form = node.type
    write = _STATEMENTS.get(form)
    if write is not None:
        write(scribe, node)
    elif is_expression(form) or is_type(form):
        value = expression(scribe, node)
        if scribe.kind == "return":
            scribe.step("return", node, value)
        elif form not in _WRITTEN:
            scribe.use(node, value)
    else:
        scribe.all_later(node.named_children)


def _locals(scribe: Scribe, node: Node) -> None:
    written = node.child_by_field_name("type")
    for declarator in node.children_by_field_name("declarator"):
        declared(scribe, declarator, written=written)


def declared(scribe: Scribe, declarator: Node, *, written: Node | None) -> None:
    """One variable of a declaration takes its value, or the type alone."""
    name, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
    if name is None:
        return
    annotation = declared_type(scribe, written, dimensions=declarator.child_by_field_name("dimensions"))
    given = expression(scribe, value) if value else OPAQUE
    scribe.step("bind", declarator, given, Name(scribe.text(name)), annotation)


def _for_each(scribe: Scribe, node: Node) -> None:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    body = node.child_by_field_name("body")
    if body is not None:
        scribe.later(body)
    if name is not None and value is not None:
        annotation = declared_type(
            scribe, node.child_by_field_name("type"), dimensions=node.child_by_field_name("dimensions")
        )
        scribe.step("iterate", node, expression(scribe, value), Name(scribe.text(name)), annotation)


def _resource(scribe: Scribe, node: Node) -> None:
    if node.child_by_field_name("name") is None:
        scribe.all_later(node.named_children)
    else:
        declared(scribe, node, written=node.child_by_field_name("type"))


def _caught(scribe: Scribe, node: Node) -> None:
    name = node.child_by_field_name("name")
    types = [part for part in node.named_children if part.type == "catch_type"]
    if name is not None:
        annotation = type_of(scribe, types[0]) if types else None
        scribe.step("bind", node, OPAQUE, Name(scribe.text(name)), annotation)


def _handing_out(kind: StepKind) -> Callable[[Scribe, Node], None]:
    def write(scribe: Scribe, node: Node) -> None:
        values = [expression(scribe, part) for part in node.named_children if part.type not in COMMENTS]
        for value in values[:1]:
            scribe.step(kind, node, value)

    return write


def _assertion(scribe: Scribe, node: Node) -> None:
    parts = [part for part in node.named_children if part.type not in COMMENTS]
    for part in parts[:1]:
        scribe.step("assert", node, expression(scribe, part))
    scribe.all_later(parts[1:])


def _switch(scribe: Scribe, node: Node) -> None:
    """A switch as a statement gives no value."""
    scribe.all_later(node.named_children)


def _label(scribe: Scribe, node: Node) -> None:
    for part in node.named_children:
        if part.type == "pattern":
            bind_pattern(scribe, part, value=_switched(scribe, node))
        else:
            scribe.later(part)


def _switched(scribe: Scribe, label: Node) -> Expr:
    """The value that the switch around a label looks at."""
    around = label.parent
    while around is not None and around.type in ("switch_rule", "switch_block_statement_group", "switch_block"):
        around = around.parent
    condition = around.child_by_field_name("condition") if around else None
    if condition is None or len(condition.named_children) != 1 or condition.named_children[0].type != "identifier":
        return OPAQUE
    return expression(scribe, condition.named_children[0])


def _constructor_call(scribe: Scribe, node: Node) -> None:
    """A constructor begins with `this(…)` or `super(…)`: a call of a constructor of this class or its base."""
    of = node.child_by_field_name("constructor")
    value = expression(scribe, of) if of else OPAQUE
    arguments = arguments_of(scribe, node.child_by_field_name("arguments"))
    scribe.use(node, Call(Attribute(value, CONSTRUCTOR), arguments, node.start_point[0] + 1))


def _labelled(scribe: Scribe, node: Node) -> None:
    scribe.all_later(node.named_children[1:])


def _held(scribe: Scribe, node: Node) -> None:
    """What a `synchronized` block holds is entered."""
    for part in node.named_children:
        if part.type == "parenthesized_expression":
            scribe.step("enter", part, expression(scribe, part))
        else:
            scribe.later(part)


def _nothing(_scribe: Scribe, _node: Node) -> None:
    return


_STATEMENTS: Final[Mapping[str, Callable[[Scribe, Node], None]]] = {
    "local_variable_declaration": _locals,
    "enhanced_for_statement": _for_each,
    "resource": _resource,
    "catch_formal_parameter": _caught,
    "return_statement": _handing_out("return"),
    "throw_statement": _handing_out("raise"),
    "yield_statement": _handing_out("use"),
    "assert_statement": _assertion,
    "switch_expression": _switch,
    "switch_label": _label,
    "explicit_constructor_invocation": _constructor_call,
    "labeled_statement": _labelled,
    "synchronized_statement": _held,
    "break_statement": _nothing,
    "continue_statement": _nothing,
    "modifiers": _nothing,
    "line_comment": _nothing,
    "block_comment": _nothing,
}
