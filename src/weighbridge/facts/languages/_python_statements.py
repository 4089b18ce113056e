"""Python's statements as steps, imports and definitions."""

from collections.abc import Callable
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._python_bindings import bind, bound_names, repeatable
from weighbridge.facts.languages._python_definitions import (
    define_class,
    define_function,
    define_type,
    define_variables,
    documentation_value,
)
from weighbridge.facts.languages._python_digests import BLOCK_BEGINS, BLOCK_ENDS, STATEMENT
from weighbridge.facts.languages._python_draft import (
    DEPTH_LIMIT,
    Draft,
    annotation,
    children,
    cut_parentheses,
    either,
    evaluated_parts,
    expression,
    line_of,
    only_child,
    outer_value,
)
from weighbridge.facts.languages._python_grammar import (
    ALTERNATIVE,
    ARGUMENTS,
    BODY,
    CAUSE,
    CONDITION,
    CONSEQUENCE,
    DEFINITION,
    LEFT,
    OPERATOR,
    RIGHT,
    SUBJECT,
    TYPE,
    VALUE,
)
from weighbridge.facts.languages._python_imports import IMPORTS
from weighbridge.facts.languages._python_patterns import match_patterns
from weighbridge.facts.languages._python_truth import truth
from weighbridge.facts.model import (
    OPAQUE,
    Attribute,
    Call,
    Collection,
    Either,
    Export,
    Expr,
    Item,
    Name,
    Step,
    Text,
)
from weighbridge.facts.special_methods import DELETED

_NAMES_IN_FULL: Final = 100
"""Elements of a list that are all kept as its value."""

StatementHandler = Callable[[Draft, Node], None]


def statements(draft: Draft, node: Node) -> None:
    """Go through the statements of a file or block."""
    for child in node.named_children:
        kind = child.type
        if kind == "comment":
            continue
        start = child.start_byte
        if kind == "expression_statement" and documentation_value(draft, child, start=start) is not None:
            draft.cut(start, child.end_byte)
            continue
        if kind not in _WITHOUT_MARKER:
            draft.cuts.append((start, start, STATEMENT))
        STATEMENTS.get(kind, _loose)(draft, child)


def block(draft: Draft, node: Node | None) -> None:
    """Go through a block, which counts as one level of depth."""
    if node is None:
        return
    if draft.depth >= DEPTH_LIMIT:
        draft.not_read(node)
        return
    draft.depth += 1
    draft.mark(node.start_byte, BLOCK_BEGINS)
    statements(draft, node)
    draft.mark(node.end_byte, BLOCK_ENDS)
    draft.depth -= 1


def _loose(draft: Draft, node: Node) -> None:
    """What is no statement (a broken place, or a clause in one): whatever can be read in it is read."""
    if node.type not in draft.handlers and node.named_child_count:
        block(draft, node)
    else:
        draft.use(line_of(node), expression(draft, node))


def _expression_statement(draft: Draft, node: Node) -> None:
    for child in children(node):
        kind = child.type
        if kind == "assignment":
            _assignment(draft, child)
        elif kind == "augmented_assignment":
            _augmented(draft, child)
        else:
            value = outer_value(draft, child)
            draft.use(line_of(node), value)
            _exports_by_call(draft, value, node=child)


def _assignment(draft: Draft, node: Node) -> None:
    """`a = b: T = value`: the last right side is the value, which every left side gets."""
    targets: list[Node] = []
    stated = node.child_by_field_id(TYPE)
    right: Node | None = node
    while right is not None and right.type == "assignment":
        left = right.child_by_field_id(LEFT)
        targets += [left] if left is not None else []
        right = right.child_by_field_id(RIGHT)
    mark = len(draft.cuts)
    value = outer_value(draft, right) if right is not None else OPAQUE
    _define_bound(draft, node, value=right, targets=targets, mark=mark)
    of_type = annotation(draft, stated) if stated is not None else None
    if len(targets) > 1 and targets[0].type not in ("identifier", "attribute"):
        value = repeatable(draft, value, line=line_of(node))
    for target in targets:
        bind(draft, target, value=value, of_type=of_type)
        if target.type in ("identifier", "attribute") and target != targets[-1]:
            value = expression(draft, target)
    if draft.scope == 0 and targets and draft.text(targets[0]) == "__all__":
        _export(draft, draft.steps[-1].value, line=line_of(node))
        _export_rest(draft, right, line=line_of(node))


def _augmented(draft: Draft, node: Node) -> None:
    left, right = node.child_by_field_id(LEFT), node.child_by_field_id(RIGHT)
    if left is None or right is None:
        return
    mark = len(draft.cuts)
    added = outer_value(draft, right)
    _define_bound(draft, node, value=right, targets=[left], mark=mark)
    target = expression(draft, left)
    operator = node.child_by_field_id(OPERATOR)
    sign = operator.type if operator is not None else ""
    draft.step("bind", either([target, added], sign), line=line_of(node), target=target)
    if draft.scope == 0 and target == Name("__all__"):
        _export(draft, added, line=line_of(node))
        _export_rest(draft, right, line=line_of(node))


def _define_bound(draft: Draft, node: Node, *, value: Node | None, targets: list[Node], mark: int) -> None:
    """Simple names bound at the top level of a module or class are definitions, unless a `def` has the name."""
    if draft.scope_kind not in _TOP_LEVEL:
        return
    found: list[str] = []
    for target in targets:
        names = bound_names(draft, target)
        if names is None or any((draft.scope, name) in draft.defined for name in names):
            return
        found += names
    if found:
        define_variables(draft, node, value=value, names=found, mark=mark)


def _export(draft: Draft, value: Expr, *, line: int) -> None:
    """Names listed in `__all__`."""
    match value:
        case Text(value=name, parts=()):
            draft.exports.append(Export(name, Name(name), line))
        case Collection(elements=elements):
            for element in elements:
                _export(draft, element.value, line=line)
        case Either(options=options):
            for option in options:
                _export(draft, option, line=line)


def _export_rest(draft: Draft, node: Node | None, *, line: int) -> None:
    """The names of a list of `__all__` that is longer than what is kept of its value."""
    waiting = [node] if node is not None and node.named_child_count else []
    while waiting:
        each = waiting.pop()
        if each.type in ("list", "tuple", "set"):
            listed = children(each)
            known = {export.name for export in draft.exports} if len(listed) > _NAMES_IN_FULL else set()
            for name in listed if known else ():
                value = expression(draft, name) if name.type == "string" else OPAQUE
                if type(value) is Text and value.value not in known:
                    _export(draft, value, line=line)
        elif each.type in ("binary_operator", "parenthesized_expression", "argument_list"):
            waiting += children(each)


def _exports_by_call(draft: Draft, value: Expr, *, node: Node) -> None:
    """`__all__.append("x")`, `__all__.extend(["x"])`."""
    if draft.scope != 0:
        return
    match value:
        case Call(function=Attribute(of=Name(id="__all__"), name="append" | "extend"), arguments=(argument,)):
            _export(draft, argument.value, line=line_of(node))
            _export_rest(draft, node.child_by_field_id(ARGUMENTS), line=line_of(node))


def _return(draft: Draft, node: Node) -> None:
    child = only_child(node)
    if child is not None:
        draft.step("return", outer_value(draft, child), line=line_of(node))


def _raise(draft: Draft, node: Node) -> None:
    cause = node.child_by_field_id(CAUSE)
    for child in children(node):
        if child == cause:
            draft.use(line_of(node), outer_value(draft, child))
        else:
            draft.step("raise", outer_value(draft, child), line=line_of(node))


def _assert(draft: Draft, node: Node) -> None:
    stated, *rest = children(node) or [node]
    draft.step("assert", outer_value(draft, stated) if stated != node else OPAQUE, line=line_of(node))
    for message in rest:
        draft.use(line_of(message), outer_value(draft, message))


def _delete(draft: Draft, node: Node) -> None:
    for child in children(node):
        value = outer_value(draft, child)
        parts = (each.value for each in value.elements) if isinstance(value, Collection) else (value,)
        for part in parts:
            if isinstance(part, Name):
                draft.step("delete", part, line=line_of(node))
            else:
                draft.use(line_of(node), Either((part,), DELETED) if isinstance(part, Attribute | Item) else part)


def _declare(draft: Draft, node: Node) -> None:
    for child in children(node):
        draft.step("declare-global", OPAQUE, line=line_of(node), target=draft.name(child))


def _pass(draft: Draft, node: Node) -> None:
    draft.cut(node.start_byte, node.end_byte)


def _jump(_draft: Draft, _node: Node) -> None:
    """`break` and `continue`: tokens of the body, and nothing else."""


def _python_2(draft: Draft, node: Node) -> None:
    """A statement only Python 2 has: what it evaluates is read, and the place noted."""
    draft.not_read(node)
    evaluated_parts(draft, node)


def _type_alias(draft: Draft, node: Node) -> None:
    left, right = node.child_by_field_id(LEFT), node.child_by_field_id(RIGHT)
    name = left
    while name is not None and name.type != "identifier":
        name = only_child(name)
    if name is None or right is None:
        draft.not_read(node)
        return
    mark = len(draft.cuts)
    draft.step("bind", annotation(draft, right), line=line_of(node), target=draft.name(name))
    del draft.cuts[mark:]
    define_type(draft, node, name=name, value=right)


def _definition(draft: Draft, node: Node) -> None:
    definition = node.child_by_field_id(DEFINITION) if node.type == "decorated_definition" else node
    if definition is None or draft.depth >= DEPTH_LIMIT:
        draft.not_read(node)
    elif definition.type == "class_definition":
        define_class(draft, definition, outer=node, walk=block)
    else:
        define_function(draft, definition, outer=node, walk=block)


def _if(draft: Draft, node: Node) -> None:
    condition = node.child_by_field_id(CONDITION)
    was = draft.is_type_only
    is_checking = is_negated = False
    holds: bool | None = None
    if condition is not None:
        value = outer_value(draft, condition)
        draft.use(line_of(node), value)
        is_checking = _is_type_checking(value)
        is_negated = condition.type == "not_operator"
        holds = is_negated if is_checking else truth(draft, condition)
    draft.is_type_only = was or (is_checking and not is_negated)
    with draft.branch(is_never=holds is False):
        block(draft, node.child_by_field_id(CONSEQUENCE))
    draft.is_type_only = was or (is_checking and is_negated)
    for alternative in node.children_by_field_id(ALTERNATIVE):
        with draft.branch(is_never=holds is True):
            STATEMENTS[alternative.type](draft, alternative)
    draft.is_type_only = was


def _is_type_checking(value: Expr) -> bool:
    if type(value) is Attribute:
        return value.name == "TYPE_CHECKING"
    return type(value) is Name and value.id == "TYPE_CHECKING"


def _while(draft: Draft, node: Node) -> None:
    condition = node.child_by_field_id(CONDITION)
    is_never = condition is not None and truth(draft, condition) is False
    with draft.branch(is_loop=True, is_never=is_never and node.child_by_field_id(ALTERNATIVE) is None):
        if condition is not None:
            draft.use(line_of(node), outer_value(draft, condition))
        _blocks(draft, node)


def _for(draft: Draft, node: Node) -> None:
    left, right = node.child_by_field_id(LEFT), node.child_by_field_id(RIGHT)
    with draft.branch(is_loop=True):
        if left is not None and right is not None:
            bind(draft, left, value=outer_value(draft, right), kind="iterate")
        _blocks(draft, node)


def _blocks(draft: Draft, node: Node) -> None:
    """The blocks of a compound statement and of its clauses, in order; any but `finally`'s may be left half done."""
    for child in node.named_children:
        if child.type == "finally_clause":
            _finally(draft, child)
        elif child.type == "block" or child.type in _CLAUSES:
            with draft.branch():
                STATEMENTS[child.type](draft, child)


def _finally(draft: Draft, node: Node) -> None:
    block(draft, only_child(node))


def _except(draft: Draft, node: Node) -> None:
    for value in node.children_by_field_id(VALUE):
        if value.type == "as_pattern":
            caught, *rest = children(value)
            of_type = expression(draft, caught)
            for target in rest:
                bind(draft, target, value=OPAQUE, of_type=of_type)
        else:
            draft.use(line_of(node), expression(draft, value))
    _blocks(draft, node)


def _with(draft: Draft, node: Node) -> None:
    for clause in children(node):
        if clause.type != "with_clause":
            continue
        if clause.child_count and clause.children[0].type == "(":
            cut_parentheses(draft, clause)
        for item in children(clause):
            _with_item(draft, item)
    _blocks(draft, node)


def _with_item(draft: Draft, item: Node) -> None:
    value = item.child_by_field_id(VALUE)
    while value is not None and value.type == "parenthesized_expression":
        draft.cut(value.start_byte, value.start_byte + 1)
        draft.cut(value.end_byte - 1, value.end_byte)
        value = only_child(value)
    if value is None:
        return
    if value.type != "as_pattern":
        draft.steps.append(Step(draft.scope, line_of(item), "enter", outer_value(draft, value)))
        return
    context, *targets = children(value)
    entered = outer_value(draft, context)
    for target in targets:
        inner = only_child(target)
        bind(draft, inner if inner is not None else target, value=entered, kind="enter")


def _match(draft: Draft, node: Node) -> None:
    subjects = [outer_value(draft, subject) for subject in node.children_by_field_id(SUBJECT)]
    subject = subjects[0] if len(subjects) == 1 else OPAQUE
    for other in subjects[1:] and subjects:
        draft.use(line_of(node), other)
    body = node.child_by_field_id(BODY)
    if body is not None:
        match_patterns(draft, node, body=body, subject=subject, walk=block)


_TOP_LEVEL: Final = frozenset({"module", "class"})
_CLAUSES: Final = frozenset({"else_clause", "elif_clause", "except_clause", "except_group_clause"})
_WITHOUT_MARKER: Final = frozenset(
    {"pass_statement", "function_definition", "class_definition", "decorated_definition"}
)

STATEMENTS: Final[dict[str, StatementHandler]] = {
    **IMPORTS,
    "assert_statement": _assert,
    "block": block,
    "break_statement": _jump,
    "class_definition": _definition,
    "continue_statement": _jump,
    "decorated_definition": _definition,
    "delete_statement": _delete,
    "elif_clause": _if,
    "else_clause": _blocks,
    "except_clause": _except,
    "except_group_clause": _except,
    "exec_statement": _python_2,
    "expression_statement": _expression_statement,
    "finally_clause": _finally,
    "for_statement": _for,
    "function_definition": _definition,
    "global_statement": _declare,
    "if_statement": _if,
    "match_statement": _match,
    "nonlocal_statement": _declare,
    "pass_statement": _pass,
    "print_statement": _python_2,
    "raise_statement": _raise,
    "return_statement": _return,
    "try_statement": _blocks,
    "type_alias_statement": _type_alias,
    "while_statement": _while,
    "with_statement": _with,
}
"""How each kind of statement, and of clause in one, is read."""
