"""JavaScript's statements, from the syntax tree to steps; declarations are sketched and read later."""

from collections.abc import Callable, Iterable
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._javascript_draft import (
    FUNCTIONS,
    NESTING_LIMIT,
    SKIPPED,
    TRANSPARENT,
    Draft,
    children,
    line_of,
    only_child,
)
from weighbridge.facts.languages._javascript_expressions import named_value
from weighbridge.facts.languages._javascript_modules import (
    bind_import,
    commonjs_exports,
    export_clause,
    export_value,
    import_alias,
    import_statement,
)
from weighbridge.facts.languages._javascript_patterns import bind, bound_names
from weighbridge.facts.languages._javascript_types import type_expression
from weighbridge.facts.model import OPAQUE, DefinitionKind, Export, Expr, Function, Text

_SIMPLE: Final = frozenset(
    {
        "break_statement",
        "continue_statement",
        "debugger_statement",
        "do_statement",
        "export_statement",
        "expression_statement",
        "import_alias",
        "import_statement",
        "lexical_declaration",
        "return_statement",
        "throw_statement",
        "type_alias_declaration",
        "using_declaration",
        "variable_declaration",
    }
)
"""Statements that a semicolon ends, written or not."""

_BINDING: Final = frozenset(
    {"assignment_expression", "augmented_assignment_expression", "update_expression", "yield_expression"}
)
"""Expressions whose steps already say all that a statement of one does."""

_DECLARED: Final[dict[str, DefinitionKind]] = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "function_signature": "function",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "interface_declaration": "interface",
    "type_alias_declaration": "type",
    "enum_declaration": "class",
    "internal_module": "class",
    "module": "class",
}


def statements(draft: Draft, nodes: Iterable[Node]) -> None:
    """Read statements in order."""
    for node in nodes:
        if node.type not in SKIPPED:
            statement(draft, node)


def statement(draft: Draft, node: Node) -> None:
    """Read one statement."""
    kind = node.type
    if kind in _SIMPLE:
        draft.ink.end_statement(node.end_byte)
    if draft.nesting >= NESTING_LIMIT:
        draft.not_read(node)
        return
    draft.nesting += 1
    if kind in _DECLARED:
        declaration(draft, node)
    else:
        _HANDLERS.get(kind, _value)(draft, node)
    draft.nesting -= 1


def declaration(draft: Draft, node: Node, *, extent: Node | None = None) -> int:
    """Sketch a declared function, class or type, its further overloads into one; its index."""
    kind = _DECLARED[node.type]
    named = node.child_by_field_name("name")
    name = draft.text(named).strip("'\"") if named is not None else "default"
    last = draft.sketches[-1]
    is_overload = (
        kind == "function"
        and last.name == name
        and last.parent == draft.scope
        and last.node.type == "function_signature"
    )
    if not is_overload:
        return draft.sketch(kind, name, node=node, extent=extent)
    last.overload(node, extent or node)
    return len(draft.sketches) - 1


def _nested(draft: Draft, node: Node | None) -> None:
    """Read a statement inside another: what it declares is no longer the module's."""
    if node is None:
        return
    was, draft.is_top = draft.is_top, False
    if node.type == "statement_block":
        statements(draft, node.named_children)
    else:
        statement(draft, node)
    draft.is_top = was


def _value(draft: Draft, node: Node) -> None:
    """A statement that is a value, or no statement this reader knows."""
    draft.use(line_of(node), draft.value(node))


def _expression(draft: Draft, node: Node) -> None:
    child = only_child(node)
    if child is None:
        return
    if child.type == "assignment_expression" and (
        commonjs_exports(draft, child) is not None or _prototype(draft, child)
    ):
        return
    if child.type == "string":
        directive = draft.value(child)
        if isinstance(directive, Text) and directive.value.startswith("use "):
            draft.step("use", line_of(node), value=directive)
        return
    if child.type in ("internal_module", "module"):
        declaration(draft, child, extent=node)
        return
    value = draft.value(child)
    if child.type not in _BINDING:
        draft.use(line_of(child), value)


def _prototype(draft: Draft, node: Node) -> bool:
    """`Order.prototype.total = function …`: a method of what is called Order; False when it is something else."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.type != "member_expression" or right.type not in FUNCTIONS:
        return False
    owner, dot, name = draft.text(left).partition(".prototype.")
    if not dot or not name.isidentifier() or not owner.replace(".", "").isidentifier():
        return False
    parent = draft.known.get((draft.scope, owner))
    value = named_value(draft, right, name=name if parent is not None else f"{owner}.prototype.{name}", extent=node)
    assert isinstance(value, Function), "functions are definitions"
    sketch = draft.sketches[value.definition]
    sketch.kind, sketch.parent = "method", draft.scope if parent is None else parent
    bind(draft, left, value=value)
    return True


def _variables(draft: Draft, node: Node) -> None:
    declare_variables(draft, node)


def declare_variables(draft: Draft, node: Node, *, extent: Node | None = None, is_exported: bool = False) -> None:
    """`const a = …, b = …`: definitions where they are the module's or a namespace's, bindings everywhere."""
    declarators = [child for child in children(node) if child.type == "variable_declarator"]
    word = draft.text(node.children[0]) if node.children else ""
    for declarator in declarators:
        whole = (extent or node) if len(declarators) == 1 else declarator
        first = len(draft.sketches)
        _declarator(draft, declarator, extent=whole)
        for sketch in draft.sketches[first:]:
            if sketch.start == whole.start_byte and sketch.end == whole.end_byte:
                sketch.is_exported = is_exported
                if whole is declarator or sketch.heads[0][0] != whole.start_byte:
                    sketch.prefix = f"export {word} " if is_exported else f"{word} "
            elif is_exported and sketch.kind == "function" and "." in sketch.name:
                sketch.is_exported = True


def _declarator(draft: Draft, node: Node, *, extent: Node) -> None:
    target, given = node.child_by_field_name("name"), node.child_by_field_name("value")
    annotation = type_expression(draft, node.child_by_field_name("type"))
    if target is None:
        return
    name = draft.text(target) if target.type == "identifier" else ""
    value: Expr = OPAQUE
    holds_members = draft.is_top and name != "" and given is not None and _is_object(given)
    if holds_members:  # which come after it
        _sketch_variables(draft, node, target=target, extent=extent)
    if given is not None:
        value = _given(draft, given, name=name, extent=extent)
        annotation = annotation or _asserted_type(draft, given)
    if bind_import(draft, value, target=target):
        return
    is_named = name and isinstance(value, Function) and draft.sketches[value.definition].name == name
    if draft.is_top and not is_named and not holds_members:
        _sketch_variables(draft, node, target=target, extent=extent)
    if given is not None or annotation is not None:
        bind(draft, target, value=value, annotation=annotation)


def _given(draft: Draft, node: Node, *, name: str, extent: Node) -> Expr:
    """The value a declared variable begins with."""
    if node.type == "assignment_expression" and (exported := commonjs_exports(draft, node, local=name)) is not None:
        return exported
    return named_value(draft, node, name=name, extent=extent) if name else draft.value(node)


def _is_object(node: Node) -> bool:
    """Whether a value is written as an object."""
    inner: Node | None = node
    while inner is not None and inner.type in TRANSPARENT:
        inner = only_child(inner)
    return inner is not None and inner.type == "object"


def _sketch_variables(draft: Draft, node: Node, *, target: Node, extent: Node) -> None:
    for each in bound_names(target):
        index = draft.sketch("variable", draft.text(each), node=node, extent=extent)
        if target.type != "identifier":
            sketch = draft.sketches[index]
            sketch.heads = [(each.start_byte, each.end_byte)]
            sketch.bodies = [_taken_out(target, each), (target.end_byte, node.end_byte)]


def _taken_out(pattern: Node, name: Node) -> tuple[int, int]:
    """Where a pattern says what one of its names is: of an object by itself, in a list or as the rest behind those before."""
    around = (child for child in children(pattern) if child.start_byte <= name.start_byte < child.end_byte)
    part = next(around, pattern)
    is_by_itself = pattern.type == "object_pattern" and part.type != "rest_pattern"
    return (part.start_byte if is_by_itself else pattern.start_byte), part.end_byte


def _asserted_type(draft: Draft, node: Node) -> Expr | None:
    """The type a value is said to have: `value as Order`."""
    if node.type not in ("as_expression", "satisfies_expression"):
        return None
    parts = children(node)
    return type_expression(draft, parts[1]) if len(parts) > 1 and parts[1].type != "const" else None


def _export(draft: Draft, node: Node) -> None:
    declared, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
    is_default = any(child.type == "default" for child in node.children)
    if declared is not None and declared.type == "ambient_declaration":
        _ambient(draft, declared)
    elif declared is not None and declared.type in _DECLARED:
        index = declaration(draft, declared, extent=node)
        draft.sketches[index].is_exported = True
        if is_default:
            given: Expr = draft.name(named) if (named := declared.child_by_field_name("name")) else Function(index)
            draft.exports.append(Export("default", given, line_of(node)))
    elif declared is not None and declared.type == "import_alias":
        import_alias(draft, declared)
    elif declared is not None:
        declare_variables(draft, declared, extent=node, is_exported=True)
    elif value is not None:
        export_value(draft, node, value=value, name="default")
    else:
        export_clause(draft, node)


def _ambient(draft: Draft, node: Node) -> None:
    """`declare …`: others provide it, the names are there all the same."""
    for child in children(node):
        if child.type == "statement_block":
            statements(draft, child.named_children)
        elif child.type in _DECLARED:
            declaration(draft, child, extent=node)
        elif child.type in ("lexical_declaration", "variable_declaration"):
            declare_variables(draft, child, extent=node)
        else:
            statement(draft, child)


def _if(draft: Draft, node: Node) -> None:
    """A chain of `else if` is read in a loop."""
    current: Node | None = node
    while current is not None and current.type == "if_statement":
        condition = current.child_by_field_name("condition")
        if condition is not None:
            _value(draft, condition)
        _nested(draft, current.child_by_field_name("consequence"))
        clause = current.child_by_field_name("alternative")
        current = only_child(clause) if clause is not None else None
    _nested(draft, current)


def _for_in(draft: Draft, node: Node) -> None:
    target, given = node.child_by_field_name("left"), node.child_by_field_name("right")
    if target is not None and given is not None:
        is_of = any(child.type == "of" for child in node.children)
        value = draft.value(given)
        if is_of:
            bind(draft, target, value=value, kind="iterate")
        else:
            draft.use(line_of(node), value)
            bind(draft, target, value=OPAQUE)
    _nested(draft, node.child_by_field_name("body"))


def _parts(draft: Draft, node: Node) -> None:
    """A compound statement: its conditions are evaluated, its statements are read."""
    for child in children(node):
        if child.type.endswith(("_statement", "_declaration", "_block")):
            _nested(draft, child)
        elif child.type in _CLAUSES:
            _parts(draft, child)
        elif child.type != "statement_identifier":
            _value(draft, child)


def _catch(draft: Draft, node: Node) -> None:
    for field in ("body", "handler", "finalizer"):
        part = node.child_by_field_name(field)
        if part is None:
            continue
        parameter = part.child_by_field_name("parameter")
        if parameter is not None:
            annotation = type_expression(draft, part.child_by_field_name("type"))
            bind(draft, parameter, value=OPAQUE, annotation=annotation)
        _nested(draft, part.child_by_field_name("body") if part.type != "statement_block" else part)


def _return(draft: Draft, node: Node) -> None:
    child = only_child(node)
    draft.step("return", line_of(node), value=draft.value(child) if child is not None else OPAQUE)


def _throw(draft: Draft, node: Node) -> None:
    child = only_child(node)
    draft.step("raise", line_of(node), value=draft.value(child) if child is not None else OPAQUE)


def _nothing(_draft: Draft, _node: Node) -> None:
    return


def _block(draft: Draft, node: Node) -> None:
    _nested(draft, node)


_CLAUSES: Final = frozenset({"switch_body", "switch_case", "switch_default"})

_HANDLERS: Final[dict[str, Callable[[Draft, Node], None]]] = {
    "ambient_declaration": _ambient,
    "break_statement": _nothing,
    "continue_statement": _nothing,
    "debugger_statement": _nothing,
    "do_statement": _parts,
    "empty_statement": _nothing,
    "export_statement": _export,
    "expression_statement": _expression,
    "for_in_statement": _for_in,
    "for_statement": _parts,
    "if_statement": _if,
    "import_alias": import_alias,
    "import_statement": import_statement,
    "labeled_statement": _parts,
    "lexical_declaration": _variables,
    "return_statement": _return,
    "statement_block": _block,
    "switch_statement": _parts,
    "throw_statement": _throw,
    "try_statement": _catch,
    "using_declaration": _variables,
    "variable_declaration": _variables,
    "while_statement": _parts,
    "with_statement": _parts,
}
