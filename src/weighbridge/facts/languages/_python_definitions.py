"""Python's functions, classes, lambdas and top-level variables as definitions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._python_digests import DEFINITION, Cut, one_line
from weighbridge.facts.languages._python_draft import (
    Draft,
    Handler,
    Variable,
    annotation,
    children,
    expression,
    line_of,
    only_child,
    remembered,
)
from weighbridge.facts.languages._python_expressions import arguments
from weighbridge.facts.languages._python_grammar import BODY, NAME, PARAMETERS, RETURN_TYPE, SUPERCLASSES, TYPE, VALUE
from weighbridge.facts.languages._python_strings import plain_text
from weighbridge.facts.languages._texts import TEXT_LIMIT, joined
from weighbridge.facts.model import (
    OPAQUE,
    Argument,
    Attribute,
    Definition,
    DefinitionKind,
    Expr,
    Function,
    Item,
    Name,
    Parameter,
    Text,
)

Walk = Callable[[Draft, Node], None]

_PARAMETERS: Final[dict[bytes, tuple[Parameter, ...]]] = {}

_ABSTRACT: Final = frozenset({"abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod"})
_BEGINS_STRING: Final = frozenset({b'"', b"'", b"r", b"R", b"b", b"B", b"u", b"U"})
_BEGINS_TEMPLATE: Final = frozenset(b"fFtT")
_ABSTRACT_BASES: Final = frozenset({"ABC", "ABCMeta", "Protocol"})


def define_function(draft: Draft, node: Node, *, outer: Node, walk: Walk) -> None:
    """A `def`, with the decorators of `outer`; `walk` goes through its block."""
    named, listed = node.child_by_field_id(NAME), node.child_by_field_id(PARAMETERS)
    body = node.child_by_field_id(BODY)
    if named is None or listed is None or body is None:
        draft.not_read(outer)
        return
    name = draft.name(named).id
    mark = len(draft.cuts)
    decorators = _decorators(draft, outer)
    found = remembered(draft, listed, memory=_PARAMETERS, read=parameters)
    result = node.child_by_field_id(RETURN_TYPE)
    returns = annotation(draft, result) if result is not None else None
    del draft.cuts[mark:]
    kind: DefinitionKind = "method" if draft.scope_kind == "class" else "function"
    parent, turn = draft.scope, draft.take_turn()
    with _scope(draft, kind) as (index, cuts):
        walk(draft, body)
    draft.definitions[index] = Definition(
        kind=kind,
        name=name,
        parent=parent,
        line=line_of(outer),
        end_line=outer.end_point[0] + 1,
        signature=one_line(draft.source[outer.start_byte : body.start_byte]),
        body=draft.digest(cuts, body),
        text=draft.text_digest(outer),
        parameters=found,
        returns=returns,
        decorators=decorators,
        is_exported=is_public(name),
        documentation=documentation(draft, body),
        is_abstract=not _ABSTRACT.isdisjoint([_last_name(decorator) for decorator in decorators]),
        turn=turn,
    )
    _stand_in(draft, outer, name=name)


def define_class(draft: Draft, node: Node, *, outer: Node, walk: Walk) -> None:
    """A `class`, with the decorators of `outer`; `walk` goes through its block."""
    name, listed, body = (node.child_by_field_id(field) for field in (NAME, SUPERCLASSES, BODY))
    if name is None or body is None:
        draft.not_read(outer)
        return
    mark = len(draft.cuts)
    decorators = _decorators(draft, outer)
    found = arguments(draft, listed) if listed is not None else []
    del draft.cuts[mark:]
    parent = draft.scope
    with _scope(draft, "class") as (index, cuts):
        walk(draft, body)
    bases = tuple(argument.value for argument in found if argument.name in ("", "*"))
    keywords = tuple(argument for argument in found if argument.name not in ("", "*"))
    draft.definitions[index] = Definition(
        kind="class",
        name=draft.name(name).id,
        parent=parent,
        line=line_of(outer),
        end_line=outer.end_point[0] + 1,
        signature=one_line(draft.source[outer.start_byte : body.start_byte]),
        body=draft.digest(cuts, body),
        text=draft.text_digest(outer),
        bases=bases,
        decorators=decorators,
        is_exported=is_public(draft.name(name).id),
        documentation=documentation(draft, body),
        is_abstract=_is_abstract(bases, keywords),
        keywords=keywords,
        turn=draft.take_turn(),
    )
    _stand_in(draft, outer, name=draft.name(name).id)


def define_variables(draft: Draft, statement: Node, *, value: Node | None, names: list[str], mark: int) -> None:
    """Names bound by a top-level statement of a module or class; `mark` tells the cuts that belong to the value."""
    body = text = ""
    if value is not None:
        body = draft.digest(draft.cuts[mark:], value)
        text = draft.text_digest(value)
        del draft.cuts[mark:]
        draft.cut(value.start_byte, value.end_byte, marker=DEFINITION)
    stated = statement.child_by_field_id(TYPE)
    for name in names:
        variable = draft.variables.get((draft.scope, name))
        if variable is None:
            variable = draft.variables[draft.scope, name] = Variable(
                index=len(draft.definitions),
                scope=draft.scope,
                name=name,
                line=line_of(statement),
                end_line=statement.end_point[0] + 1,
                signature=name,
            )
            draft.definitions.append(None)
        if stated is not None:
            variable.signature = f"{name}: {one_line(draft.source[stated.start_byte : stated.end_byte])}"
        variable.bodies.append(body)
        variable.texts.append(text)


def finished_variables(draft: Draft) -> None:
    """Turn what was gathered of each variable into its definition."""
    for variable in draft.variables.values():
        is_single = len(variable.bodies) == 1
        draft.definitions[variable.index] = Definition(
            kind="variable",
            name=variable.name,
            parent=variable.scope,
            line=variable.line,
            end_line=variable.end_line,
            signature=variable.signature,
            body=variable.bodies[0] if is_single else draft.joined_digest(variable.bodies),
            text=variable.texts[0] if is_single else draft.joined_digest(variable.texts),
            is_exported=is_public(variable.name),
        )


def define_type(draft: Draft, statement: Node, *, name: Node, value: Node) -> None:
    """A `type X = …` statement."""
    draft.definitions.append(
        Definition(
            kind="type",
            name=draft.name(name).id,
            parent=draft.scope,
            line=line_of(statement),
            end_line=statement.end_point[0] + 1,
            signature=one_line(draft.source[statement.start_byte : value.start_byte]).rstrip(" ="),
            body=draft.digest((), value),
            text=draft.text_digest(statement),
            is_exported=is_public(draft.name(name).id),
        )
    )
    _stand_in(draft, statement, name=draft.name(name).id)


def parameters(draft: Draft, listed: Node) -> tuple[Parameter, ...]:
    """The parameters of a function or lambda."""
    found: list[Parameter] = []
    kind = "positional"
    for child in children(listed):
        if child.type == "positional_separator":
            found = [Parameter(p.name, "positional-only", p.default, p.annotation) for p in found]
        elif child.type == "keyword_separator":
            kind = "keyword-only"
        else:
            parameter = _parameter(draft, child, kind=kind)
            found.append(parameter)
            kind = "keyword-only" if parameter.kind == "*" else kind
    return tuple(found)


def documentation(draft: Draft, block: Node) -> str:
    """The documentation string a block or file begins with, cut to size; empty when there is none or it is not asked for."""
    if not draft.in_detail:
        return ""
    first = only_child(block)
    value = documentation_value(draft, first, start=first.start_byte) if first is not None else None
    return value.strip()[:TEXT_LIMIT] if value else ""


def documentation_value(draft: Draft, statement: Node, *, start: int) -> str | None:
    """The text of a statement that is nothing but a string without holes; None for any other; it begins at `start`."""
    if draft.source[start : start + 1] not in _BEGINS_STRING or statement.type != "expression_statement":
        return None
    if start not in draft.documented:
        draft.documented[start] = _documentation_value(draft, statement)
    return draft.documented[start]


def _documentation_value(draft: Draft, statement: Node) -> str | None:
    parts = statement.named_children
    if len(parts) != 1:
        return None
    value = parts[0]
    mark = len(draft.cuts)
    text: str | None = None
    if value.type == "string":
        text = "" if not draft.in_detail and _is_no_template(draft, value) else plain_text(draft, value)
    elif value.type == "concatenated_string":
        pieces = [plain_text(draft, child) for child in children(value)]
        text = None if None in pieces else joined([Text(piece or "") for piece in pieces]).value
    del draft.cuts[mark:]
    return text


def _is_no_template(draft: Draft, value: Node) -> bool:
    """Whether a string literal certainly has no holes, by its first two letters."""
    first = value.start_byte
    return _BEGINS_TEMPLATE.isdisjoint(draft.source[first : first + 2])


def is_public(name: str) -> bool:
    """Whether a name is for everybody by Python's convention."""
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _lambda(draft: Draft, node: Node) -> Expr:
    """A lambda: a definition whose tokens also count for the one that holds it."""
    body, listed = node.child_by_field_id(BODY), node.child_by_field_id(PARAMETERS)
    if body is None:
        return OPAQUE
    found = parameters(draft, listed) if listed is not None else ()
    outer_cuts, parent, turn = draft.cuts, draft.scope, draft.take_turn()
    with _scope(draft, "lambda") as (index, cuts):
        draft.step("return", expression(draft, body), line=line_of(body))
    outer_cuts += cuts
    draft.definitions[index] = Definition(
        kind="lambda",
        name=f"lambda@{line_of(node)}",
        parent=parent,
        line=line_of(node),
        end_line=node.end_point[0] + 1,
        signature=one_line(draft.source[node.start_byte : body.start_byte]),
        body=draft.digest(cuts, body),
        text=draft.text_digest(node),
        parameters=found,
        is_exported=False,
        turn=turn,
    )
    return Function(index)


@contextmanager
def _scope(draft: Draft, kind: DefinitionKind) -> Iterator[tuple[int, list[Cut]]]:
    """A new definition's scope: its index, and the cuts noted within."""
    before = draft.scope, draft.scope_kind, draft.cuts
    index = len(draft.definitions)
    draft.definitions.append(None)
    cuts: list[Cut] = []
    draft.scope, draft.scope_kind, draft.cuts = index, kind, cuts
    yield index, cuts
    draft.scope, draft.scope_kind, draft.cuts = before


def _stand_in(draft: Draft, outer: Node, *, name: str) -> None:
    """In the holder's digest, note only that a definition of this name stands here."""
    draft.cut(outer.start_byte, outer.end_byte, marker=DEFINITION + name.encode() + DEFINITION)
    draft.defined.add((draft.scope, name))


def _decorators(draft: Draft, outer: Node) -> tuple[Expr, ...]:
    if outer.type != "decorated_definition":
        return ()
    found = (only_child(child) for child in outer.named_children if child.type == "decorator")
    return tuple(expression(draft, child) for child in found if child is not None)


def _parameter(draft: Draft, node: Node, *, kind: str) -> Parameter:
    if node.type == "identifier":
        return Parameter(draft.name(node).id, kind)
    stated, default = node.child_by_field_id(TYPE), node.child_by_field_id(VALUE)
    of_type = annotation(draft, stated) if stated is not None else None
    given = expression(draft, default) if default is not None else None
    name = node.child_by_field_id(NAME)
    if name is None:
        name = only_child(node) if node.type == "typed_parameter" else node
    if name is not None and name.type in ("list_splat_pattern", "dictionary_splat_pattern"):
        kind = "*" if name.type == "list_splat_pattern" else "**"
        name = only_child(name)
    if name is None or name.type != "identifier":
        draft.not_read(node)
        return Parameter("", kind, given, of_type)
    return Parameter(draft.name(name).id, kind, given, of_type)


def _last_name(value: Expr) -> str:
    while type(value) is Item:
        value = value.of
    if type(value) is Attribute:
        return value.name
    return value.id if type(value) is Name else ""


def _is_abstract(bases: tuple[Expr, ...], keywords: tuple[Argument, ...]) -> bool:
    metaclasses = [argument.value for argument in keywords if argument.name == "metaclass"]
    return any(_last_name(value) in _ABSTRACT_BASES for value in [*bases, *metaclasses])


LAMBDAS: Final[dict[str, Handler]] = {"lambda": _lambda}
"""How the nodes are read that are definitions where a value stands."""
