"""What a value is given to: names, members, and patterns taken apart; the parameters of functions.

A value that is more than a name and goes to several targets is bound to a name of its own first
(`value@line:column`, which no source can spell), so that a call is mentioned once.
"""

from tree_sitter import Node

from weighbridge.facts.languages._javascript_draft import NESTING_LIMIT, Draft, children, either, line_of, only_child
from weighbridge.facts.languages._javascript_types import type_expression
from weighbridge.facts.model import OPAQUE, Attribute, Expr, Item, Name, Number, Parameter, Step, StepKind

_PATTERNS = frozenset({"object_pattern", "array_pattern"})


def bind(draft: Draft, target: Node, *, value: Expr, kind: StepKind = "bind", annotation: Expr | None = None) -> None:
    """Note that `value` (`iterate`: its elements) goes to a target, taken apart as written."""
    if draft.nesting >= NESTING_LIMIT:
        draft.not_read(target)
        return
    draft.nesting += 1
    _bind(draft, target, value=value, kind=kind, annotation=annotation)
    draft.nesting -= 1


def _bind(draft: Draft, target: Node, *, value: Expr, kind: StepKind, annotation: Expr | None) -> None:
    if target.type in _PATTERNS:
        if kind == "bind" and annotation is None and (isinstance(value, Name) or len(children(target)) < 2):
            _take_apart(draft, target, value=value)
            return
        whole = Name(_place_name(target))
        draft.steps.append(Step(draft.scope, line_of(target), kind, value, whole, annotation))
        _take_apart(draft, target, value=whole)
    elif target.type == "assignment_pattern":
        left, given = _with_default(draft, target, value=value)
        bind(draft, left, value=given, kind=kind, annotation=annotation)
    elif target.type in ("rest_pattern", "spread_element", "parenthesized_expression", "non_null_expression"):
        inner = only_child(target)
        if inner is not None:
            bind(draft, inner, value=value, kind=kind, annotation=annotation)
    else:
        goal = draft.name(target) if target.type == "identifier" else draft.value(target)
        draft.steps.append(Step(draft.scope, line_of(target), kind, value, goal, annotation))


def bound_names(target: Node) -> list[Node]:
    """The identifiers a pattern gives values to."""
    found: list[Node] = []
    stack = [target]
    while stack:
        node = stack.pop()
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            found.append(node)
        elif node.type == "pair_pattern":
            stack += node.children_by_field_name("value")
        elif node.type in ("assignment_pattern", "object_assignment_pattern"):
            stack += node.children_by_field_name("left")
        elif node.type in (*_PATTERNS, "rest_pattern"):
            stack += reversed(children(node))
    return found


def parameters(draft: Draft, node: Node) -> tuple[Parameter, ...]:
    """A function's parameters; a pattern goes by its place and is taken apart by the function's first steps."""
    single = node.child_by_field_name("parameter")
    if single is not None:
        return (Parameter(draft.text(single)),)
    listed = node.child_by_field_name("parameters")
    if listed is None:
        return ()
    found: list[Parameter] = []
    for child in children(listed):
        if child.type in ("required_parameter", "optional_parameter"):
            pattern = child.child_by_field_name("pattern")
            if pattern is not None and pattern.type != "this":
                found.append(_typed_parameter(draft, child, pattern=pattern))
        elif child.type == "assignment_pattern":
            left, default = child.child_by_field_name("left"), child.child_by_field_name("right")
            if left is not None and default is not None:
                found.append(_parameter(draft, left, default=draft.value(default)))
        else:
            found.append(_parameter(draft, child, default=None))
    return tuple(found)


def _typed_parameter(draft: Draft, node: Node, *, pattern: Node) -> Parameter:
    """A parameter with its type; one with a modifier is a field of the class as well."""
    annotation = type_expression(draft, node.child_by_field_name("type"))
    value = node.child_by_field_name("value")
    default = draft.value(value) if value is not None else OPAQUE if node.type == "optional_parameter" else None
    is_field = False
    for child in node.children:
        if child.type == "decorator":
            draft.use(line_of(child), decoration(draft, child))
        elif child.type in ("accessibility_modifier", "readonly", "override_modifier"):
            is_field = True
    plain = _parameter(draft, pattern, default=default)
    if is_field:
        target = Attribute(Name("this"), plain.name)
        draft.steps.append(Step(draft.scope, line_of(node), "bind", Name(plain.name), target, annotation))
    return Parameter(plain.name, plain.kind, default, annotation)


def _parameter(draft: Draft, node: Node, *, default: Expr | None) -> Parameter:
    kind = "positional"
    if node.type == "rest_pattern":
        kind = "*"
        node = only_child(node) or node
    if node.type not in _PATTERNS:
        return Parameter(draft.text(node)[:200], kind, default)
    name = _place_name(node)
    bind(draft, node, value=Name(name))
    return Parameter(name, kind, default)


def _place_name(node: Node) -> str:
    """A name for the value that stands here, one that no source can spell."""
    return f"value@{line_of(node)}:{node.start_point[1] + 1}"


def decoration(draft: Draft, node: Node) -> Expr:
    """What a decorator applies."""
    child = only_child(node)
    return OPAQUE if child is None else draft.value(child)


def _take_apart(draft: Draft, target: Node, *, value: Expr) -> None:
    """Give each element of a pattern its part of `value`."""
    if target.type == "array_pattern":
        for place, child in _places(target):
            bind(draft, child, value=value if child.type == "rest_pattern" else Item(value, Number(str(place))))
        return
    for child in children(target):
        match child.type:
            case "shorthand_property_identifier_pattern":
                name = draft.name(child)
                draft.step("bind", line_of(child), value=_member(value, name.id), target=name)
            case "object_assignment_pattern":
                left, default = child.child_by_field_name("left"), child.child_by_field_name("right")
                if left is not None and default is not None:
                    name = draft.name(left)
                    options = [_member(value, name.id), draft.value(default)]
                    draft.step("bind", line_of(child), value=either(options), target=name)
            case "pair_pattern":
                key, inner = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and inner is not None:
                    bind(draft, inner, value=_part(draft, key, value=value))
            case _:
                bind(draft, child, value=value)


def _part(draft: Draft, key: Node, *, value: Expr) -> Expr:
    """The member of `value` that a pattern's key names."""
    if key.type == "computed_property_name":
        inner = only_child(key)
        return Item(value, draft.value(inner) if inner is not None else OPAQUE)
    return _member(value, draft.text(key).strip("'\""))


def _member(value: Expr, name: str) -> Expr:
    return OPAQUE if value is OPAQUE else Attribute(value, name)


def _places(target: Node) -> list[tuple[int, Node]]:
    """The elements of an array pattern with their places: a hole (`[, b]`) counts."""
    found: list[tuple[int, Node]] = []
    place = 0
    for child in target.children:
        if child.type == ",":
            place += 1
        elif child.is_named and child.type != "comment":
            found.append((place, child))
    return found


def _with_default(draft: Draft, target: Node, *, value: Expr) -> tuple[Node, Expr]:
    left, right = target.child_by_field_name("left"), target.child_by_field_name("right")
    if left is None or right is None:
        return target.children[0], value
    return left, either([value, draft.value(right)])
