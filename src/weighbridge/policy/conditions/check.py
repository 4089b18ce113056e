"""Checks an expression against the view's names and types, all of it at once, and makes what is run.

- Every name, field and word is known; every operator and function gets what it takes; the whole is true or false.
- What is run is the expression itself, except for what the library cannot do fast or safely: those calls are written
  in its own words here.
- Nothing of the library's type checker is used: it needs message descriptors, whose runtime takes longer to import than
  two hundred conditions to compile, and in which a field that is absent reads as empty.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct, field

from weighbridge.policy.conditions import functions, operators
from weighbridge.policy.conditions.asks import Ask
from weighbridge.policy.conditions.cost import Cost, Size, each
from weighbridge.policy.conditions.flaws import Flaw, suggestion
from weighbridge.policy.conditions.nodes import (
    BOOL,
    DOUBLE,
    INT,
    STRING,
    UINT,
    Alien,
    Call,
    Elements,
    Literal,
    Loop,
    Name,
    Node,
    Select,
)
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


class Checker(Struct, eq=False):
    """Collects everything wrong with one expression, and what it reads and asks."""

    text: str
    places: dict[int, int]
    flaws: list[Flaw] = field(default_factory=list)
    reads: dict[str, bool] = field(default_factory=dict)
    """The paths that are read, in order; false for those of which only the presence is asked."""
    asks: dict[Ask, None] = field(default_factory=dict)
    scope: dict[str, Seen] = field(default_factory=dict)

    def flaw(self, node: Node, message: str) -> Seen:
        """Note what is wrong with `node`, which from then on fits everywhere."""
        self.flaws.append(Flaw(offset=self.places.get(node.id, 0), message=message))
        return Seen(node=node, shape=Unclear())

    def see(self, node: Node) -> Seen:
        """What is known of `node`."""
        match node:
            case Literal():
                return self._literal(node)
            case Name():
                return self._name(node)
            case Select():
                return self._select(node)
            case Call():
                return self._call(node)
            case Elements():
                return self._elements(node)
            case Loop():
                return self._loop(node)
            case Alien():
                return self.flaw(node, "conditions make no maps and messages")

    def _literal(self, node: Literal) -> Seen:
        shape = _LITERALS.get(node.kind)
        if shape is None:
            return self.flaw(node, _NEVER.get(node.kind, "conditions have no bytes"))
        return Seen(node=node, shape=shape, literals=(node,))

    def _name(self, node: Name) -> Seen:
        if node.name in self.scope:
            return self.scope[node.name]
        shape = names().get(node.name)
        if shape is None:
            return self.flaw(
                node, f"`{node.name}` is not known: {suggestion(node.name, {*names(), *self._variables()})}"
            )
        return self._at(node, shape, node.name)

    def _variables(self) -> list[str]:
        return [name for name in self.scope if not name.startswith("@")]

    def _at(self, node: Node, shape: Shape, path: str) -> Seen:
        """What lies at `path` of the view."""
        if not isinstance(shape, Record):
            self.reads[path] = True
        size = Size(0, (path,)) if isinstance(shape, Listing | Text) else Size()
        return Seen(node=node, shape=shape, path=path, of=f"{path}[]", size=size)

    def _select(self, node: Select) -> Seen:
        owner = self.see(node.operand)
        shape = owner.shape
        if isinstance(shape, Unclear):
            return Seen(node=node, shape=shape)
        if not isinstance(shape, Record):
            hint = ": ask its elements, as in .exists(one, one...)" if owner.is_list else ""
            return self.flaw(node, f"{in_words(shape)} has no field `{node.name}`{hint}")
        found = shape.fields.get(node.name)
        if found is None:
            owned = owner.path.replace("[]", "") or "it"
            return self.flaw(node, f"`{owned}` has no field `{node.name}`: {suggestion(node.name, shape.fields)}")
        made = Select(id=node.id, operand=owner.node, name=node.name, is_test=node.is_test)
        path = f"{owner.path}.{node.name}"
        if node.is_test:
            self.reads.setdefault(path, False)
            return plain(made, Flag(), owner)
        seen = self._at(made, found, path)
        run: Node = Call(id=node.id, target=None, function="timestamp", args=(made,)) if found == Moment() else made
        return Seen(node=run, shape=found, path=path, of=seen.of, size=seen.size, cost=cost_of((owner,)))

    def _call(self, node: Call) -> Seen:
        if rule := operators.RULES.get(node.function):
            return rule(self, node, tuple(self.see(arg) for arg in node.args))
        function: Callable[[Checker, Call], Seen] | None = functions.RULES.get(node.function)
        if function is None:
            return self.flaw(
                node, f"there is no function `{node.function}`: {suggestion(node.function, functions.RULES)}"
            )
        return function(self, node)

    def _elements(self, node: Elements) -> Seen:
        parts = tuple(self.see(item) for item in node.items)
        shape: Shape | None = None
        for part in parts:
            joined = operators.joined(shape, part.shape)
            if joined is None:
                return self.flaw(part.node, f"a list holds values of one kind; {in_words(part.shape)} is another")
            shape = joined
        return Seen(
            node=Elements(id=node.id, items=tuple(part.node for part in parts)),
            shape=Listing(shape),
            of=parts[0].path if parts else "",
            size=Size(len(parts)),
            cost=cost_of(parts),
            literals=tuple(one for part in parts for one in part.literals),
        )

    def _loop(self, node: Loop) -> Seen:
        over = self.see(node.over)
        if not isinstance(over.shape, Listing | Unclear):
            return self.flaw(node.over, f"this is {in_words(over.shape)}; only a list has elements to ask")
        element = over.shape.of if isinstance(over.shape, Listing) else None
        outer = self.scope
        start = self.see(node.start)
        shape = element or Unclear()
        size = Size(0, (over.of,)) if isinstance(shape, Listing | Text) and over.of else Size()
        one = Seen(node=Name(id=node.id, name=node.variable), shape=shape, path=over.of, of=f"{over.of}[]", size=size)
        gathered = Seen(node=Name(id=node.id, name=node.gathered), shape=start.shape)
        self.scope = {**outer, node.variable: one, node.gathered: gathered}
        goes_on = self.see(node.goes_on)
        step = self.see(node.step)
        self.scope = {**outer, node.gathered: Seen(node=gathered.node, shape=step.shape, of=step.of)}
        result = self.see(node.result)
        self.scope = outer
        made = Loop(
            id=node.id,
            variable=node.variable,
            over=over.node,
            gathered=node.gathered,
            start=start.node,
            goes_on=goes_on.node,
            step=step.node,
            result=result.node,
        )
        turning = each(over.size, Cost(3) + goes_on.cost + step.cost)
        cost = over.cost + turning + result.cost
        return Seen(node=made, shape=result.shape, of=result.of, size=over.size, cost=cost)
