"""Checks an expression against the view's names and types, all of it at once, and makes what is run.

- Every name, field and word is known; every operator and function gets what it takes.
- What is run is the expression itself, except for what the library cannot do fast or safely: those calls are written
  in its own words here.
- Nothing of the library's type checker is used: it needs message descriptors, whose runtime takes longer to import than
  two hundred conditions to compile, and in which a field that is absent reads as empty.
"""

from collections.abc import Mapping
from typing import Final

from weighbridge.policy.conditions.cost import Cost, Size, each
from weighbridge.policy.conditions.flaws import suggestion
from weighbridge.policy.conditions.functions import MACROS, wrong_macro
from weighbridge.policy.conditions.functions import RULES as FUNCTIONS
from weighbridge.policy.conditions.fusion import gathering_of, walk
from weighbridge.policy.conditions.guards import guard_of
from weighbridge.policy.conditions.nodes import (
    BOOL,
    DOUBLE,
    INT,
    STRING,
    UINT,
    Call,
    Elements,
    Literal,
    Loop,
    Name,
    Node,
    Select,
    answer_node,
)
from weighbridge.policy.conditions.notes import Called, Notes
from weighbridge.policy.conditions.operators import RULES as OPERATORS
from weighbridge.policy.conditions.operators import joined
from weighbridge.policy.conditions.seen import Seen, cost_of, plain
from weighbridge.policy.conditions.shapes import (
    Flag,
    Listing,
    Moment,
    Number,
    Record,
    Shape,
    Text,
    Unclear,
    Whole,
    in_words,
    names,
)

_LITERALS: Final[dict[int, Shape]] = {BOOL: Flag(), INT: Whole(), DOUBLE: Number(), STRING: Text()}
_NEVER: Final = {1: "nothing is null here: ask has(...) whether it is there", UINT: "write whole numbers without `u`"}
_LARGEST: Final = 1e15
"""No sum of numbers up to it grows beyond all bounds, where comparing would say nothing."""
_NO_NAMES: Final[Mapping[str, Seen]] = {}
_LONG: Final = (Listing, Text)
_SHORT: Final = Size()
_STEP: Final = Cost(1)


def check(node: Node, notes: Notes, *, scope: Mapping[str, Seen] = _NO_NAMES) -> Seen:
    """What is known of `node`, and what is run for it; `scope` are the names that loops around it bring."""
    if isinstance(node, Call):
        return _call(node, notes, scope=scope)
    if isinstance(node, Literal):
        return _literal(node, notes)
    if isinstance(node, Name):
        return _name(node, notes, scope=scope)
    if isinstance(node, Select):
        return _select(node, notes, scope=scope)
    return _rare(node, notes, scope=scope)


def _rare(node: Node, notes: Notes, *, scope: Mapping[str, Seen]) -> Seen:
    if isinstance(node, Loop):
        return _loop(node, notes, scope=scope)
    if isinstance(node, Elements):
        return _elements(node, notes, scope=scope)
    return notes.flaw(node, "conditions make no maps and messages")


def _literal(node: Literal, notes: Notes) -> Seen:
    shape = _LITERALS.get(node.kind)
    if shape is None:
        return notes.flaw(node, _NEVER.get(node.kind, "conditions have no bytes"))
    if isinstance(node.value, float) and not abs(node.value) <= _LARGEST:
        return notes.flaw(node, "a number with a fraction lies within a million billions of 0")
    return Seen(node=node, shape=shape, literals=(node,))


def _name(node: Name, notes: Notes, *, scope: Mapping[str, Seen]) -> Seen:
    if one := scope.get(node.name):
        return Seen(node=node, shape=one.shape, path=one.path, of=one.of, size=one.size)
    shape = names().get(node.name)
    if shape is None:
        known = {*names(), *(name for name in scope if not name.startswith("@"))}
        return notes.flaw(node, f"`{node.name}` is not known: {suggestion(node.name, known)}")
    return _at(node, notes, shape=shape, path=node.name)


def _at(node: Node, notes: Notes, *, shape: Shape, path: str, cost: Cost = _STEP) -> Seen:
    """What lies at `path` of the view."""
    if not isinstance(shape, Record):
        notes.reads[path] = True
    size = Size(0, (path,)) if isinstance(shape, _LONG) else _SHORT
    return Seen(node=node, shape=shape, path=path, of=f"{path}[]", size=size, cost=cost)


def _select(node: Select, notes: Notes, *, scope: Mapping[str, Seen]) -> Seen:
    owner = check(node.operand, notes, scope=scope)
    shape = owner.shape
    if isinstance(shape, Unclear):
        return Seen(node=node, shape=shape)
    if not isinstance(shape, Record):
        hint = ": ask its elements, as in .exists(one, one...)" if isinstance(shape, Listing) else ""
        return notes.flaw(node, f"{in_words(shape)} has no field `{node.name}`{hint}")
    found = shape.fields.get(node.name)
    if found is None:
        owned = owner.path.replace("[]", "") or "it"
        return notes.flaw(node, f"`{owned}` has no field `{node.name}`: {suggestion(node.name, shape.fields)}")
    made = node
    if owner.node is not node.operand:
        made = Select(id=node.id, operand=owner.node, name=node.name, is_test=node.is_test)
    path = f"{owner.path}.{node.name}"
    if node.is_test:
        notes.reads.setdefault(path, False)
        return plain(made, Flag(), owner)
    run: Node = made
    if isinstance(found, Moment):  # the document holds moments as texts
        run = Call(id=node.id, target=None, function="timestamp", args=(made,))
    return _at(run, notes, shape=found, path=path, cost=cost_of((owner,)))


def _call(node: Call, notes: Notes, *, scope: Mapping[str, Seen]) -> Seen:
    rule = OPERATORS.get(node.function) or FUNCTIONS.get(node.function)
    if rule is None and node.function in MACROS:
        return wrong_macro(notes, node)
    target = check(node.target, notes, scope=scope) if node.target else None
    if rule is None:
        known = suggestion(node.function, {*FUNCTIONS, *MACROS, "has"})
        wrong = notes.flaw(node, f"there is no function `{node.function}`: {known}")
        if not _brings_name(node, scope):
            for arg in node.args:
                check(arg, notes, scope=scope)
        return wrong
    return rule(notes, Called(node, target, tuple([check(arg, notes, scope=scope) for arg in node.args])))


def _brings_name(node: Call, scope: Mapping[str, Seen]) -> bool:
    """Whether it was meant to go over a list: its first value is then a name of its own, which means nothing here."""
    first = node.args[0] if len(node.args) > 1 and node.target else None
    return isinstance(first, Name) and first.name not in scope and first.name not in names()


def _elements(node: Elements, notes: Notes, *, scope: Mapping[str, Seen]) -> Seen:
    parts = tuple([check(item, notes, scope=scope) for item in node.items])
    shape: Shape | None = None
    wrong: Seen | None = None
    for part in parts:
        common = joined(shape, part.shape)
        if common is None:
            wrong = notes.flaw(part.node, f"a list holds values of one kind; {in_words(part.shape)} is another")
        else:
            shape = common
    if wrong is not None:
        return wrong
    made = node
    if any(part.node is not item for part, item in zip(parts, node.items, strict=True)):
        made = Elements(id=node.id, items=tuple(part.node for part in parts))
    return Seen(
        node=made,
        shape=Listing(shape),
        of=parts[0].path if parts else "",
        size=Size(len(parts)),
        cost=cost_of(parts),
        literals=tuple(one for part in parts for one in part.literals),
    )


def _loop(node: Loop, notes: Notes, *, scope: Mapping[str, Seen]) -> Seen:
    over = check(node.over, notes, scope=scope)
    if not isinstance(over.shape, Listing | Unclear):
        wrong = notes.flaw(node.over, f"this is {in_words(over.shape)}; only a list has elements to ask")
        known = dict.fromkeys((node.variable, node.gathered), wrong)
        check(node.step, notes, scope={**scope, **known})
        return wrong
    start = check(node.start, notes, scope=scope)
    gathered = Seen(node=Name(id=node.id, name=node.gathered), shape=start.shape)
    inner = {**scope, node.variable: _element(node, over), node.gathered: gathered}
    goes_on = _going_on(node.goes_on, notes, scope=inner)
    step = check(node.step, notes, scope=inner)
    gathered = Seen(node=gathered.node, shape=step.shape, of=step.of)
    result = check(node.result, notes, scope={**scope, node.gathered: gathered})
    walked = walk(_remade(node, over=over.node, step=step.node), over, turn=goes_on + step.cost)
    made: Node = walked.loop
    cost = walked.cost + result.cost
    if guard := guard_of(walked.loop, walked.over, text=notes.text):
        notes.guards.append(guard)
        made = Call(id=node.id, target=None, function="_&&_", args=(answer_node(node.id, guard.key), made))
    gathering = gathering_of(walked)
    if gathering:  # each element is put to the end of a new copy
        cost += each(walked.over.size, each(walked.over.size, Cost(2)))
    return Seen(
        node=made,
        shape=result.shape,
        of=result.of,
        size=walked.over.size,
        cost=cost,
        gathering=gathering,
    )


def _going_on(node: Node, notes: Notes, *, scope: Mapping[str, Seen]) -> Cost:
    """What it takes to ask whether a loop goes on. The parser writes that, of nothing but what was gathered."""
    match node:
        case Literal():
            return _STEP
        case Call(function="@not_strictly_false", args=(Name(),)):
            return Cost(2)
        case Call(function="@not_strictly_false", args=(Call(args=(Name(),)),)):
            return Cost(3)
        case _:
            return check(node, notes, scope=scope).cost


def _element(node: Loop, over: Seen) -> Seen:
    shape = (over.shape.of if isinstance(over.shape, Listing) else None) or Unclear()
    size = Size(0, (over.of,)) if isinstance(shape, Listing | Text) and over.of else Size()
    return Seen(node=Name(id=node.id, name=node.variable), shape=shape, path=over.of, of=f"{over.of}[]", size=size)


def _remade(node: Loop, *, over: Node, step: Node) -> Loop:
    """The loop with what is run for its parts; the others are the parser's own."""
    if over is node.over and step is node.step:
        return node
    return Loop(
        id=node.id,
        variable=node.variable,
        over=over,
        gathered=node.gathered,
        start=node.start,
        goes_on=node.goes_on,
        step=step,
        result=node.result,
    )
