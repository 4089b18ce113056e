"""Go's statements as steps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._go_expressions import expression, expressions, is_expression
from weighbridge.facts.languages._go_types import is_type, type_of
from weighbridge.facts.languages._scribe import Scribe, either, indexed
from weighbridge.facts.model import OPAQUE, Expr, Item, Name, Number, Opaque


def statement(scribe: Scribe, node: Node) -> None:
    """Writes down what the statement at `node` does; what it merely holds is visited later."""
    kind = node.type
    write = _STATEMENTS.get(kind)
    if write is not None:
        write(scribe, node)
    elif is_expression(kind) or is_type(kind):
        scribe.use(node, expression(scribe, node))
    else:
        scribe.all_later(node.named_children)


def bind_all(
    scribe: Scribe, targets: Sequence[Node], *, values: Sequence[Expr], annotation: Expr | None = None
) -> None:
    """Gives `values` to `targets`: one each, or the parts of one value; to `_` nothing is given."""
    kept = [not _is_blank(scribe, target) for target in targets]
    if len(values) == 1 < len(targets) and any(kept):
        whole = scribe.taken_apart(targets[0], values[0])
        values = [Item(whole, Number(str(index))) for index in range(len(targets))]
    else:
        for target, value, is_kept in zip(targets, values, kept, strict=False):
            if not is_kept:
                scribe.use(target, value)
                scribe.use(target, annotation or OPAQUE)
    for target, value, is_kept in zip(targets, [*values, *[OPAQUE] * len(targets)], kept, strict=False):
        if is_kept:
            scribe.step("bind", target, value, expression(scribe, target), annotation)


def _is_blank(scribe: Scribe, target: Node) -> bool:
    return scribe.data[target.start_byte : target.end_byte] == b"_"


def values_for(scribe: Scribe, written: Node | None, *, targets: int) -> list[Expr]:
    """The values on the right; `v, ok := x.(T)`, `table[key]` and `<-queue` give the value itself and whether there is one."""
    values = expressions(scribe, written)
    if targets == 2 and len(values) == 1 and written is not None:
        single = written.named_children[0] if written.type == "expression_list" else written
        if single.type in ("type_assertion_expression", "index_expression", "unary_expression"):
            return [values[0], OPAQUE]
    return values


def listed(node: Node | None) -> list[Node]:
    """The expressions of a list."""
    if node is None:
        return []
    if node.type != "expression_list":
        return [node]
    return [part for part in node.named_children if part.type != "comment"]


def _assignment(scribe: Scribe, node: Node) -> None:
    left = node.child_by_field_name("left")
    right = node.child_by_field_name("right")
    targets = listed(left)
    values = values_for(scribe, right, targets=len(targets))
    operator = node.child_by_field_name("operator")
    if operator is not None and operator.type not in ("=", ":=") and len(targets) == 1:
        values = [either([expression(scribe, targets[0]), *values])]
    bind_all(scribe, targets, values=values)


def _increment(scribe: Scribe, node: Node) -> None:
    target = expression(scribe, node.named_children[0])
    if not isinstance(target, Opaque):
        scribe.step("bind", node, either([target]), target)


def _range(scribe: Scribe, node: Node) -> None:
    """The last target takes the elements; a first of two takes positions or keys, which lead nowhere."""
    right = node.child_by_field_name("right")
    values = expressions(scribe, right)
    value = values[0] if values else OPAQUE
    targets = listed(node.child_by_field_name("left"))
    taken = [target for target in targets if scribe.text(target) != "_"]
    for target in taken[:-1] if len(taken) == len(targets) > 1 else ():
        scribe.step("bind", target, OPAQUE, expression(scribe, target))
    if targets and taken and taken[-1] == targets[-1]:
        scribe.step("iterate", node, value, expression(scribe, targets[-1]))
        return
    scribe.use(node, value)
    for target in taken:
        scribe.step("bind", target, OPAQUE, expression(scribe, target))


def _return(scribe: Scribe, node: Node) -> None:
    values = [value for part in node.named_children for value in expressions(scribe, part)]
    if values:
        scribe.step("return", node, values[0] if len(values) == 1 else indexed(values))


def _send(scribe: Scribe, node: Node) -> None:
    channel, value = node.named_children[0], node.named_children[-1]
    given = expression(scribe, value)
    scribe.step("bind", node, given, Item(expression(scribe, channel), OPAQUE))


def _receive(scribe: Scribe, node: Node) -> None:
    right = node.child_by_field_name("right")
    value = expression(scribe, right) if right else OPAQUE
    targets = listed(node.child_by_field_name("left"))
    if targets:
        bind_all(scribe, targets[:1], values=[value])
        bind_all(scribe, targets[1:], values=[OPAQUE] * len(targets[1:]))
    else:
        scribe.use(node, value)


def _type_switch(scribe: Scribe, node: Node) -> None:
    """The value of a switch on types, when no name takes it; then each case does."""
    value = node.child_by_field_name("value")
    alias = node.child_by_field_name("alias")
    if value is not None and alias is None:
        scribe.use(value, expression(scribe, value))
    held = {part.id for part in (value, alias) if part is not None}
    scribe.all_later([part for part in node.named_children if part.id not in held])


def _type_case(scribe: Scribe, node: Node) -> None:
    written = [part for part in node.children_by_field_name("type") if part.is_named]
    types = [type_of(scribe, part) for part in written]
    switch = node.parent
    alias = switch.child_by_field_name("alias") if switch else None
    value = switch.child_by_field_name("value") if switch else None
    if alias is not None and value is not None:
        annotation = types[0] if len(types) == 1 else None
        name = Name(scribe.text(alias))
        scribe.step("bind", node, expression(scribe, value), name, annotation)
    if alias is None or len(types) != 1:
        for part, each in zip(written, types, strict=True):
            scribe.use(part, each)
    held = {part.id for part in written}
    scribe.all_later([part for part in node.named_children if part.id not in held])


def _nothing(_scribe: Scribe, _node: Node) -> None:
    return


_STATEMENTS: Final[Mapping[str, Callable[[Scribe, Node], None]]] = {
    "assignment_statement": _assignment,
    "short_var_declaration": _assignment,
    "inc_statement": _increment,
    "dec_statement": _increment,
    "range_clause": _range,
    "return_statement": _return,
    "send_statement": _send,
    "receive_statement": _receive,
    "type_switch_statement": _type_switch,
    "type_case": _type_case,
    "break_statement": _nothing,
    "continue_statement": _nothing,
    "goto_statement": _nothing,
}
