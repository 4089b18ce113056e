"""JavaScript's expressions, from the syntax tree to the form all languages share.

An expression may itself do things: assignments bind, `yield` hands out, a function is a definition. These become steps
and definitions of their own, noted before the step of the statement they stand in.
"""

from collections.abc import Callable, Sequence
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._javascript_draft import (
    FUNCTIONS,
    TRANSPARENT,
    Draft,
    children,
    either,
    is_idle,
    line_of,
    only_child,
)
from weighbridge.facts.languages._javascript_patterns import bind
from weighbridge.facts.languages._javascript_strings import string, template
from weighbridge.facts.languages._texts import TEXT_LIMIT, joined
from weighbridge.facts.model import (
    OPAQUE,
    Argument,
    Attribute,
    Call,
    Collection,
    Either,
    Element,
    Expr,
    Function,
    Import,
    Item,
    Name,
    Number,
    Regex,
    Text,
)
from weighbridge.facts.names import last_name
from weighbridge.facts.special_methods import DELETED

_CHAIN_LIMIT: Final = 60
"""How many members and calls one after the other make one expression; a longer chain is cut into several."""

_ELEMENTS_IN_FULL: Final = 200
"""A longer collection keeps only those further elements that a name leads from."""

_ADDRESS: Final = Name("URL")
_HERE: Final = Attribute(Name("import.meta"), "url")
"""Where a module says that it lies itself."""

_DEFINING: Final = frozenset({"defineProperty", "defineGetter"})
_HANDED_OUT: Final = ("exports", "module.exports")

_LINKS: Final = frozenset({"member_expression", "call_expression", "subscript_expression", "non_null_expression"})


def named_value(draft: Draft, node: Node, *, name: str, extent: Node | None = None) -> Expr:
    """The value of an expression that goes by `name`: a function is a definition of that name, an object holds some."""
    while node.type in TRANSPARENT:
        inner = only_child(node)
        if inner is None:
            return OPAQUE
        node = inner
    if node.type in FUNCTIONS:
        return Function(draft.sketch("function", name, node=node, extent=extent))
    if node.type == "class":
        return Function(draft.sketch("class", name, node=node, extent=extent))
    if node.type == "object":
        return _object(draft, node, name=name)
    return draft.value(node)


def _inner(draft: Draft, node: Node) -> Expr:
    child = only_child(node)
    return draft.value(child) if child is not None else OPAQUE


def _opaque(_draft: Draft, _node: Node) -> Expr:
    return OPAQUE


def _regex(draft: Draft, node: Node) -> Expr:
    pattern, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
    value = draft.text(pattern)[:TEXT_LIMIT] if pattern is not None else ""
    return Regex(value, draft.text(flags)[:20] if flags is not None else "", line_of(node))


def _word(draft: Draft, node: Node) -> Expr:
    return draft.name(node)


def _chain(draft: Draft, node: Node) -> Expr:
    """`a.b(c)?.d[e]`: links are taken off in a loop, for chains grow long where nothing nests."""
    links: list[Node] = []
    base: Node | None = node
    while base is not None and base.type in _LINKS:
        links.append(base)
        base = base.child_by_field_name("object") or base.child_by_field_name("function") or only_child(base)
    cost = min(len(links), _CHAIN_LIMIT) // 2
    draft.nesting += cost
    value = draft.value(base) if base is not None else OPAQUE
    for count, link in enumerate(reversed(links), 1):
        value = _linked(draft, link, value=value)
        if count % _CHAIN_LIMIT == 0 and count < len(links):
            draft.use(line_of(node), value)
            value = OPAQUE
    draft.nesting -= cost
    return value


def _linked(draft: Draft, link: Node, *, value: Expr) -> Expr:
    """`value` with one link of a chain more."""
    match link.type:
        case "member_expression":
            name = link.child_by_field_name("property")
            return Attribute(value, draft.name(name).id) if name is not None else value
        case "subscript_expression":
            index = link.child_by_field_name("index")
            return Item(value, draft.value(index) if index is not None else OPAQUE)
        case "call_expression":
            return _called(draft, link, function=value)
        case _:
            return value


def _called(draft: Draft, node: Node, *, function: Expr) -> Expr:
    of, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    line = of.end_point[0] + 1 if of is not None else line_of(node)
    if listed is None:
        return Call(function, (), line)
    if listed.type == "template_string":
        return Call(function, (Argument("", draft.value(listed)),), line)
    if isinstance(function, Name) and function.id in ("require", "import"):
        return _inline_import(draft, node, function=function, listed=listed)
    if last_name(function) in _DEFINING and (defined := _defined(draft, node, function=function)):
        return defined
    return Call(function, _arguments(draft, listed, callee=last_name(function)), line)


def _defined(draft: Draft, node: Node, *, function: Expr) -> Expr | None:
    """`Object.defineProperty(req, "fresh", { get() {} })`: a function that becomes an object's member, as if it were assigned.

    None where it is not told of what, or which member, or that is what a module hands out.
    """
    listed = node.child_by_field_name("arguments")
    of, named, *given = [None, None] if listed is None else (*children(listed), None, None)
    owner = draft.text(of) if of is not None and of.type in ("identifier", "member_expression") else ""
    key = draft.text(named).strip("'\"") if named is not None and named.type == "string" else ""
    value = given[0] if given else None
    if of is None or value is None or not owner or owner in _HANDED_OUT or not key.isidentifier():
        return None
    member = _accessor(value)
    if member is None:
        return None
    defined = Function(draft.sketch("function", f"{owner}.{key}", node=member, extent=node))
    draft.step("bind", line_of(node), value=defined, target=Attribute(draft.value(of), key))
    return Call(function, (Argument("", draft.value(of)), Argument("", Text(key))), line_of(node))


def _accessor(node: Node) -> Node | None:
    """The function that a property is got by or is, where nothing is said of it but that and what it may be used for."""
    if node.type in FUNCTIONS:
        return node
    found: list[Node] = []
    for child in children(node) if node.type == "object" else ():
        value = child.child_by_field_name("value") if child.type == "pair" else child
        if value is not None and (value.type in FUNCTIONS or value.type == "method_definition"):
            found.append(value)
        elif child.type != "pair" or value is None or value.type not in ("true", "false"):
            return None
    return found[0] if len(found) == 1 else None


def _inline_import(draft: Draft, node: Node, *, function: Name, listed: Node) -> Expr:
    """`require("m")`, `import("m")`: the module goes by the text of the call, a name that no source can bind."""
    given = _arguments(draft, listed, callee=function.id)
    match given:
        case [Argument(name="", value=Text(value=module, parts=())), *_]:
            alias = f'{function.id}("{module}")'
            draft.inline_modules[alias] = module
            draft.imports.append(Import(draft.scope, module, "", alias, line_of(node)))
            return Name(alias)
        case _:
            return Call(function, given, line_of(node))


def _arguments(draft: Draft, listed: Node, *, callee: str) -> tuple[Argument, ...]:
    was, draft.callee = draft.callee, callee
    found = tuple(
        Argument("*", _inner(draft, child)) if child.type == "spread_element" else Argument("", draft.value(child))
        for child in children(listed)
    )
    draft.callee = was
    return found


def _new(draft: Draft, node: Node) -> Expr:
    of, listed = node.child_by_field_name("constructor"), node.child_by_field_name("arguments")
    if of is None:
        return draft.anything_else(node)
    function = draft.value(of)
    given = _arguments(draft, listed, callee=last_name(function)) if listed is not None else ()
    if function == _ADDRESS:
        _address(draft, node, given=given)
    return Call(function, given, line_of(node))


def _address(draft: Draft, node: Node, *, given: Sequence[Argument]) -> None:
    """`new URL("./w.ts", import.meta.url)` names a file by where this one lies: a worker that is loaded, or what is bundled along."""
    match given:
        case [Argument(value=Text(value=place, parts=())), Argument(value=value)] if value == _HERE and _is_near(place):
            module = place if place.startswith(".") else f"./{place}"
            draft.imports.append(Import(draft.scope, module, "", "", line_of(node)))
        case _:
            return


def _is_near(place: str) -> bool:
    """Whether an address is that of a file as seen from another."""
    return bool(place) and not place.startswith(("/", "#", "?")) and ":" not in place


def _number(draft: Draft, node: Node) -> Expr:
    return Number(draft.text(node)[:100])


def _array(draft: Draft, node: Node) -> Expr:
    found: list[Element] = []
    for index, child in enumerate(children(node)):
        is_spread = child.type == "spread_element"
        value = _inner(draft, child) if is_spread else draft.value(child)
        if index < _ELEMENTS_IN_FULL or not is_idle(value):
            found.append(Element("*" if is_spread else str(index), value))
    return Collection(tuple(found))


def _object(draft: Draft, node: Node, *, name: str) -> Expr:
    """An object literal; functions in it are definitions named after the way to them, never by a bare name in scope."""
    found: list[Element] = []
    for index, child in enumerate(children(node)):
        element = _property(draft, child, owner=name)
        if index < _ELEMENTS_IN_FULL or not is_idle(element.value):
            found.append(element)
    return Collection(tuple(found))


def _property(draft: Draft, node: Node, *, owner: str) -> Element:
    match node.type:
        case "shorthand_property_identifier" | "identifier":
            name = draft.name(node)
            return Element(name.id, name)
        case "spread_element":
            return Element("*", _inner(draft, node))
        case "pair" | "method_definition":
            key = _key(draft, node)
            value = node.child_by_field_name("value") if node.type == "pair" else None
            path = f"{owner}.{key or 'computed'}"
            if value is None:
                return Element(key, Function(draft.sketch("function", path, node=node)))
            return Element(key, _nested_value(draft, value, path=path, pair=node))
        case _:
            return Element("", draft.value(node))


def _nested_value(draft: Draft, value: Node, *, path: str, pair: Node) -> Expr:
    """The value of a property: objects in objects nest the walk as any expression does."""
    if value.type in FUNCTIONS or value.type == "class":
        return named_value(draft, value, name=path, extent=pair)
    if value.type != "object":
        return draft.value(value)
    was, draft.object_path = draft.object_path, path
    found = draft.value(value)
    draft.object_path = was
    return found


def _key(draft: Draft, node: Node) -> str:
    """A property's key as text; a computed one is evaluated on its own."""
    key = node.child_by_field_name("key") or node.child_by_field_name("name")
    if key is None:
        return ""
    if key.type != "computed_property_name":
        return draft.text(key).strip("'\"")[:200]
    value = _inner(draft, key)
    if isinstance(value, Text) and not value.parts:
        return value.value
    draft.use(line_of(key), value)
    return ""


def _function(draft: Draft, node: Node) -> Expr:
    return draft.lambda_(node)


def _class(draft: Draft, node: Node) -> Expr:
    named = node.child_by_field_name("name")
    name = draft.text(named) if named is not None else f"class@{line_of(node)}"
    return Function(draft.sketch("class", name, node=node))


def _operands(draft: Draft, node: Node) -> Expr:
    """The operands of a chain of operators, flat; texts that are added are one text."""
    chain: list[Node] = []
    is_sum = True
    while node.type == "binary_expression":
        left, operator, right = (node.child_by_field_name(field) for field in ("left", "operator", "right"))
        if left is None or right is None:
            return draft.anything_else(node)
        is_sum = is_sum and operator is not None and operator.type == "+"
        chain.append(right)
        node = left
    chain.append(node)
    options = [draft.value(operand) for operand in reversed(chain)]
    if is_sum and any(isinstance(option, Text) for option in options):
        return joined(options)
    return either(options)


def _unary(draft: Draft, node: Node) -> Expr:
    value = _inner(draft, node)
    if node.children[0].type == "delete":
        return Either((value,), DELETED)
    return Number(draft.text(node)[:100]) if isinstance(value, Number) else value


def _update(draft: Draft, node: Node) -> Expr:
    target = only_child(node)
    if target is None:
        return OPAQUE
    value = draft.value(target)
    draft.step("bind", line_of(node), value=value, target=value)
    return value


def _assignment(draft: Draft, node: Node) -> Expr:
    """Binds; what it is worth goes by its target from then on, so that a call is mentioned once."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return draft.anything_else(node)
    name = draft.text(left) if left.type in ("member_expression", "identifier") else ""
    bind(draft, left, value=named_value(draft, right, name=name, extent=node) if name else draft.value(right))
    return draft.value(left) if name else OPAQUE


def _augmented(draft: Draft, node: Node) -> Expr:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return draft.anything_else(node)
    target = draft.value(left)
    draft.step("bind", line_of(node), value=either([target, draft.value(right)]), target=target)
    return target


def _ternary(draft: Draft, node: Node) -> Expr:
    """`a ? b : c ? d : e`: the values; the conditions are evaluated on their own."""
    options: list[Expr] = []
    current: Node | None = node
    while current is not None and current.type == "ternary_expression":
        condition, value = current.child_by_field_name("condition"), current.child_by_field_name("consequence")
        if condition is not None:
            draft.use(line_of(condition), draft.value(condition))
        if value is not None:
            options.append(draft.value(value))
        current = current.child_by_field_name("alternative")
    if current is not None:
        options.append(draft.value(current))
    return either(options)


def _sequence(draft: Draft, node: Node) -> Expr:
    """`a, b`: all are evaluated, the last is the value."""
    stack, operands = [node], list[Node]()
    while stack:
        current = stack.pop()
        if current.type == "sequence_expression":
            stack += reversed(children(current))
        else:
            operands.append(current)
    value: Expr = OPAQUE
    for operand in operands:
        draft.use(line_of(node), value)
        value = draft.value(operand)
    return value


def _yield(draft: Draft, node: Node) -> Expr:
    """Hands out its value, or with `*` each element of it; what comes back is unknown."""
    value = _inner(draft, node)
    is_delegated = any(child.type == "*" for child in node.children)
    draft.step("yield", line_of(node), value=Item(value, OPAQUE) if is_delegated else value)
    return OPAQUE


def _object_literal(draft: Draft, node: Node) -> Expr:
    path, draft.object_path = draft.object_path, ""
    return _object(draft, node, name=path or draft.callee or "object")


HANDLERS: Final[dict[str, Callable[[Draft, Node], Expr]]] = {
    "array": _array,
    "arrow_function": _function,
    "as_expression": _inner,
    "assignment_expression": _assignment,
    "augmented_assignment_expression": _augmented,
    "await_expression": _inner,
    "binary_expression": _operands,
    "call_expression": _chain,
    "class": _class,
    "false": _opaque,
    "function_expression": _function,
    "generator_function": _function,
    "import": _word,
    "instantiation_expression": _inner,
    "member_expression": _chain,
    "meta_property": _word,
    "new_expression": _new,
    "non_null_expression": _chain,
    "null": _opaque,
    "number": _number,
    "object": _object_literal,
    "parenthesized_expression": _inner,
    "private_property_identifier": _word,
    "property_identifier": _word,
    "regex": _regex,
    "satisfies_expression": _inner,
    "sequence_expression": _sequence,
    "shorthand_property_identifier": _word,
    "spread_element": _inner,
    "string": string,
    "subscript_expression": _chain,
    "super": _word,
    "template_string": template,
    "ternary_expression": _ternary,
    "this": _word,
    "true": _opaque,
    "type_arguments": _opaque,
    "type_assertion": lambda draft, node: draft.value(children(node)[-1]) if children(node) else OPAQUE,
    "unary_expression": _unary,
    "undefined": _opaque,
    "update_expression": _update,
    "yield_expression": _yield,
}
