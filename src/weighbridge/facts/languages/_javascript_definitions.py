"""Reads sketched definitions: parameters, result, bases, decorators, and the statements or members inside."""

from collections.abc import Callable
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._javascript_draft import FUNCTIONS, Draft, Sketch, children, line_of, only_child
from weighbridge.facts.languages._javascript_expressions import named_value
from weighbridge.facts.languages._javascript_patterns import decoration, parameters
from weighbridge.facts.languages._javascript_statements import statements
from weighbridge.facts.languages._javascript_types import type_expression
from weighbridge.facts.model import OPAQUE, Expr, Function, Name, Step

_FUNCTION_KINDS: Final = frozenset({"function", "method", "lambda"})
_HIDDEN: Final = frozenset({"private", "protected"})


def read_pending(draft: Draft) -> None:
    """Read every sketched definition, and those that are met inside them."""
    while draft.pending:
        index = draft.pending.popleft()
        sketch = draft.sketches[index]
        draft.scope, draft.nesting, draft.callee, draft.object_path, draft.is_top = index, 0, "", "", False
        if sketch.kind in _FUNCTION_KINDS:
            _read_function(draft, sketch)
        else:
            _READERS.get(sketch.node.type, _read_nothing)(draft, sketch)


def _read_nothing(_draft: Draft, _sketch: Sketch) -> None:
    return


def _read_function(draft: Draft, sketch: Sketch) -> None:
    """A function in any form: a field or variable that holds one is read through to it."""
    node = sketch.node
    while node.type not in FUNCTIONS and (value := node.child_by_field_name("value")) is not None:
        node = value
    _decorators(draft, sketch, node=node)
    sketch.parameters = parameters(draft, node)
    sketch.returns = type_expression(draft, node.child_by_field_name("return_type"))
    body = node.child_by_field_name("body")
    if body is None:
        return
    sketch.heads[-1] = (sketch.heads[-1][0], body.start_byte)
    sketch.bodies = [(body.start_byte, body.end_byte)]
    if body.type == "statement_block":
        statements(draft, body.named_children)
    else:
        draft.step("return", line_of(body), value=draft.value(body))


def _read_class(draft: Draft, sketch: Sketch) -> None:
    node = sketch.node
    while node.type not in _CLASSES and (value := node.child_by_field_name("value")) is not None:
        node = value
    _decorators(draft, sketch, node=node)
    sketch.is_abstract = node.type == "abstract_class_declaration"
    heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
    if heritage is not None:
        sketch.bases = tuple(_bases(draft, heritage))
    body = node.child_by_field_name("body")
    if body is None:
        return
    sketch.heads[-1] = (sketch.heads[-1][0], body.start_byte)
    sketch.bodies = [(body.start_byte, body.end_byte)]
    decorators: list[Node] = []
    for member in children(body):
        if member.type == "decorator":
            decorators.append(member)
            continue
        _member(draft, member, decorators=decorators)
        decorators = []


def _bases(draft: Draft, heritage: Node) -> list[Expr]:
    """What a class extends and implements; JavaScript writes the one, TypeScript clauses of both."""
    found: list[Expr] = []
    for clause in children(heritage):
        if clause.type == "extends_clause":
            found += [draft.value(value) for value in clause.children_by_field_name("value")]
        elif clause.type == "implements_clause":
            found += [type_expression(draft, child) or OPAQUE for child in children(clause)]
        else:
            found.append(draft.value(clause))
    return found


def _member(draft: Draft, node: Node, *, decorators: list[Node]) -> None:
    """A method, field, or static block of a class."""
    match node.type:
        case "method_definition" | "abstract_method_signature" | "method_signature":
            _method(draft, node, decorators=decorators)
        case "public_field_definition" | "field_definition":
            draft.ink.end_statement(node.end_byte)
            _field(draft, node, decorators=decorators)
        case "class_static_block":
            body = node.child_by_field_name("body")
            statements(draft, body.named_children if body is not None else [])
        case "index_signature":
            draft.ink.end_statement(node.end_byte)
        case _:
            draft.anything_else(node)


def _method(draft: Draft, node: Node, *, decorators: list[Node]) -> None:
    name = _member_name(draft, node)
    last = draft.sketches[-1]
    is_overload = (
        last.name == name
        and last.parent == draft.scope
        and last.node.type == "method_signature"
        and draft.sketches[draft.scope].kind == "class"
    )
    if is_overload:
        last.overload(node, node)
        return
    index = draft.sketch("method", name, node=node)
    sketch = draft.sketches[index]
    _belongs_above(draft, sketch, decorators=decorators)
    sketch.is_exported = not _is_hidden(draft, node, name=name)
    sketch.is_abstract = node.type == "abstract_method_signature" or draft.sketches[draft.scope].kind == "interface"


def _field(draft: Draft, node: Node, *, decorators: list[Node]) -> None:
    """A field: a method when it holds a function, else a variable bound in the class."""
    name = _member_name(draft, node)
    given = node.child_by_field_name("value")
    annotation = type_expression(draft, node.child_by_field_name("type"))
    value: Expr = named_value(draft, given, name=name, extent=node) if given is not None else OPAQUE
    if isinstance(value, Function) and draft.sketches[value.definition].name == name:
        index = value.definition
        if draft.sketches[index].kind == "function":
            draft.sketches[index].kind = "method"
    else:
        index = draft.sketch("variable", name, node=node)
    sketch = draft.sketches[index]
    _belongs_above(draft, sketch, decorators=decorators)
    sketch.is_exported = not _is_hidden(draft, node, name=name)
    if given is not None or annotation is not None:
        draft.steps.append(Step(draft.scope, line_of(node), "bind", value, Name(name), annotation))


def _member_name(draft: Draft, node: Node) -> str:
    named = node.child_by_field_name("name") or node.child_by_field_name("property")
    if named is None:
        return ""
    if named.type == "computed_property_name":
        inner = only_child(named)
        if inner is None or inner.type != "string":
            return draft.text(named)
        named = inner
    return draft.text(named).strip("'\"")


def _belongs_above(draft: Draft, sketch: Sketch, *, decorators: list[Node]) -> None:
    """Let decorators that stand before a member belong to it."""
    if decorators:
        sketch.decorators = tuple(decoration(draft, each) for each in decorators)
        sketch.start, sketch.line = decorators[0].start_byte, line_of(decorators[0])
        sketch.heads[0] = (sketch.start, sketch.heads[0][1])


def _is_hidden(draft: Draft, node: Node, *, name: str) -> bool:
    if name.startswith("#"):
        return True
    modifier = next((child for child in node.children if child.type == "accessibility_modifier"), None)
    return modifier is not None and draft.text(modifier) in _HIDDEN


def _decorators(draft: Draft, sketch: Sketch, *, node: Node) -> None:
    """The decorators inside a declaration, and those before its `export`."""
    found = node.children_by_field_name("decorator")
    if node.type in _CLASSES and node.parent is not None and node.parent.type == "export_statement":
        found = node.parent.children_by_field_name("decorator") + found
    if found:
        scope, draft.scope = draft.scope, sketch.parent
        sketch.decorators += tuple(decoration(draft, each) for each in found)
        draft.scope = scope


def _read_field(draft: Draft, sketch: Sketch) -> None:
    """A field's value was read with its class; its decorators are its own."""
    node = sketch.node
    _decorators(draft, sketch, node=node)


def _read_interface(draft: Draft, sketch: Sketch) -> None:
    node = sketch.node
    for clause in node.named_children:
        if clause.type in ("extends_type_clause", "extends_clause"):
            sketch.bases += tuple(type_expression(draft, child) or OPAQUE for child in children(clause))
    body = node.child_by_field_name("body")
    for member in children(body) if body is not None else []:
        draft.ink.end_statement(member.end_byte)
        if member.type == "method_signature":
            _method(draft, member, decorators=[])
        elif member.type == "property_signature":
            _property(draft, member)
        else:
            draft.use(line_of(member), type_expression(draft, member) or OPAQUE)


def _property(draft: Draft, node: Node) -> None:
    name = _member_name(draft, node)
    draft.sketch("variable", name, node=node)
    annotation = type_expression(draft, node.child_by_field_name("type"))
    draft.steps.append(Step(draft.scope, line_of(node), "bind", OPAQUE, Name(name), annotation))


def _read_type(draft: Draft, sketch: Sketch) -> None:
    """A type alias: what it stands for is what its users must know."""
    node = sketch.node
    sketch.heads = [(sketch.start, sketch.end)]
    draft.use(line_of(node), type_expression(draft, node.child_by_field_name("value")) or OPAQUE)


def _read_enum(draft: Draft, sketch: Sketch) -> None:
    node = sketch.node
    body = node.child_by_field_name("body")
    for member in children(body) if body is not None else []:
        named = member.child_by_field_name("name") if member.type == "enum_assignment" else member
        given = member.child_by_field_name("value")
        if named is None:
            continue
        name = draft.text(named).strip("'\"")
        value = draft.value(given) if given is not None else OPAQUE
        index = draft.sketch("variable", name, node=member)
        draft.sketches[index].is_exported = True
        draft.sketches[index].heads = [(member.start_byte, member.end_byte)]
        draft.step("bind", line_of(member), value=value, target=Name(name))


def _read_namespace(draft: Draft, sketch: Sketch) -> None:
    node = sketch.node
    body = node.child_by_field_name("body")
    if body is not None:
        draft.is_top = True
        statements(draft, body.named_children)


_CLASSES: Final = frozenset({"class_declaration", "abstract_class_declaration", "class"})

_READERS: Final[dict[str, Callable[[Draft, Sketch], None]]] = {
    "abstract_class_declaration": _read_class,
    "class": _read_class,
    "class_declaration": _read_class,
    "enum_declaration": _read_enum,
    "field_definition": _read_field,
    "interface_declaration": _read_interface,
    "internal_module": _read_namespace,
    "module": _read_namespace,
    "public_field_definition": _read_field,
    "type_alias_declaration": _read_type,
}
