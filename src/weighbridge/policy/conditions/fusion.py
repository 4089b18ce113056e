"""Walks over a list in one go: what `filter` and `map` gather is asked where it lies, and no list is made of it.

The library copies a list whenever something is put to its end: gathering ten thousand elements takes it seconds. So
`files.filter(f, P).exists(g, Q)` is run as `files.exists(f, P && Q)`, `files.filter(f, P).size()` counts, and
`x in files.map(f, f.path)` asks each. The answers are the same, and where one is given that a list could not have been
made for, it does not depend on what was absent. What remains of gathering is costed as what it is: a square.
"""

from msgspec import Struct

from weighbridge.policy.conditions.cost import Cost, Size, each
from weighbridge.policy.conditions.nodes import BOOL, INT, Call, Elements, Literal, Loop, Name, Node, Select
from weighbridge.policy.conditions.seen import Gathering, Seen


class Walk(Struct, frozen=True, kw_only=True):
    """A loop over a list that is there: `over` what it walks, `loop` what is run, `turn` what one round takes."""

    over: Seen
    loop: Loop
    turn: Cost

    @property
    def cost(self) -> Cost:
        """What it takes in all."""
        return self.over.cost + each(self.over.size, Cost(5) + self.turn)


def walk(loop: Loop, over: Seen, *, turn: Cost) -> Walk:
    """The loop over what `over` was gathered from, if it was; `turn` is the cost of one round of its own."""
    gathering = over.gathering
    if gathering is None:
        return Walk(over=over, loop=loop, turn=turn)
    uses = max(1, _uses(loop.step, loop.variable))
    step = _put(loop.step, loop.variable, value=gathering.value)
    fused = Loop(
        id=loop.id,
        variable=gathering.variable,
        over=gathering.over.node,
        gathered=loop.gathered,
        start=loop.start,
        goes_on=loop.goes_on,
        step=_where(gathering.condition, step, gathered=loop.gathered),
        result=loop.result,
    )
    return Walk(over=gathering.over, loop=fused, turn=turn + each(Size(uses), gathering.turn))


def gathering_of(walked: Walk) -> Gathering | None:
    """What a loop gathers into a list, if it is `filter` or `map`."""
    loop = walked.loop
    if not (isinstance(loop.start, Elements) and not loop.start.items):
        return None
    condition: Node | None = None
    step = loop.step
    while isinstance(step, Call) and step.function == "_?_:_":  # one of its own, and one of what it walks
        condition = step.args[0] if condition is None else _call(loop.id, "_&&_", condition, step.args[0])
        step = step.args[1]
    match step:
        case Call(function="_+_", args=(Name(name=loop.gathered), Elements(items=(value,)))):
            name = f"@{loop.id}"  # nobody can write it, so that it means the same wherever it is put
            one = Name(id=loop.id, name=name)
            return Gathering(
                variable=name,
                over=walked.over,
                condition=None if condition is None else _put(condition, loop.variable, value=one),
                value=_put(value, loop.variable, value=one),
                turn=walked.turn,
            )
        case _:
            return None


def counted(gathering: Gathering, node_id: int) -> tuple[Node, Cost]:
    """What counts the elements that are gathered."""
    gathered = Name(id=node_id, name="@result")
    more = _call(node_id, "_+_", gathered, Literal(id=node_id, kind=INT, value=1))
    loop = Loop(
        id=node_id,
        variable=gathering.variable,
        over=gathering.over.node,
        gathered="@result",
        start=Literal(id=node_id, kind=INT, value=0),
        goes_on=Literal(id=node_id, kind=BOOL, value=True),
        step=_where(gathering.condition, more, gathered="@result"),
        result=gathered,
    )
    return loop, gathering.over.cost + each(gathering.over.size, Cost(6) + gathering.turn)


def contained(gathering: Gathering, asked: Seen, *, node_id: int) -> tuple[Node, Cost]:
    """What asks whether `asked` is among the elements that are gathered."""
    gathered = Name(id=node_id, name="@result")
    equal = _call(node_id, "_==_", gathering.value, asked.node)
    loop = Loop(
        id=node_id,
        variable=gathering.variable,
        over=gathering.over.node,
        gathered="@result",
        start=Literal(id=node_id, kind=BOOL, value=False),
        goes_on=_call(node_id, "@not_strictly_false", _call(node_id, "!_", gathered)),
        step=_where(gathering.condition, _call(node_id, "_||_", gathered, equal), gathered="@result"),
        result=gathered,
    )
    return loop, gathering.over.cost + each(gathering.over.size, Cost(8) + gathering.turn + asked.cost)


def _where(condition: Node | None, step: Node, *, gathered: str) -> Node:
    """The step, only for elements that the condition holds for."""
    if condition is None:
        return step
    match step:
        case Call(function="_||_", args=(Name(name=name) as result, asked)) if name == gathered:
            return _call(step.id, "_||_", result, _call(step.id, "_&&_", condition, asked))
        case _:
            return _call(step.id, "_?_:_", condition, step, Name(id=step.id, name=gathered))


def _call(node_id: int, function: str, *args: Node) -> Call:
    return Call(id=node_id, target=None, function=function, args=args)


def _uses(node: Node, name: str) -> int:
    match node:
        case Name():
            return node.name == name
        case Select(operand=operand):
            return _uses(operand, name)
        case Call(target=target, args=args):
            return sum(_uses(part, name) for part in (*((target,) if target else ()), *args))
        case Elements(items=items):
            return sum(_uses(item, name) for item in items)
        case Loop():
            return sum(_uses(part, name) for part in (node.over, node.start, node.goes_on, node.step, node.result))
        case _:
            return 0


def _put(node: Node, name: str, *, value: Node) -> Node:
    """The node with `value` for each `name` that is not another's of a loop inside."""
    match node:
        case Name():
            put: Node = value if node.name == name else node
        case Select():
            operand = _put(node.operand, name, value=value)
            put = Select(id=node.id, operand=operand, name=node.name, is_test=node.is_test)
        case Call():
            target = _put(node.target, name, value=value) if node.target else None
            args = tuple([_put(arg, name, value=value) for arg in node.args])
            put = Call(id=node.id, target=target, function=node.function, args=args)
        case Elements():
            put = Elements(id=node.id, items=tuple([_put(item, name, value=value) for item in node.items]))
        case Loop():
            put = _put_in_loop(node, name, value=value)
        case _:
            put = node
    return put


def _put_in_loop(node: Loop, name: str, *, value: Node) -> Loop:
    is_own = name in (node.variable, node.gathered)
    return Loop(
        id=node.id,
        variable=node.variable,
        over=_put(node.over, name, value=value),
        gathered=node.gathered,
        start=_put(node.start, name, value=value),
        goes_on=node.goes_on if is_own else _put(node.goes_on, name, value=value),
        step=node.step if is_own else _put(node.step, name, value=value),
        result=node.result if name == node.gathered else _put(node.result, name, value=value),
    )
