"""What is known of a Python file while its syntax tree is walked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from msgspec import Struct, field
from tree_sitter import Node

from weighbridge.facts.languages._python_digests import Cut, code_digest
from weighbridge.facts.model import (
    OPAQUE,
    Branch,
    Definition,
    DefinitionKind,
    Either,
    Export,
    Expr,
    Import,
    Name,
    Number,
    Opaque,
    Step,
    StepKind,
    Text,
)

DEPTH_LIMIT: Final = 120
"""How deep expressions and blocks may nest together; what lies deeper is noted as not read."""

_LAYOUT: Final = frozenset({"comment", "line_continuation"})


class Variable(Struct, kw_only=True):
    """A name bound at the top level of a module or class, with every value it is given there."""

    index: int
    scope: int
    name: str
    line: int
    end_line: int
    signature: str
    bodies: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


class Draft:
    """Facts in the making, and where the walk stands: the current scope, depth and context."""

    __slots__ = (
        "branches",
        "cuts",
        "defined",
        "definitions",
        "depth",
        "errors",
        "exports",
        "handlers",
        "imports",
        "is_annotation",
        "is_type_only",
        "names",
        "parse_annotation",
        "scope",
        "scope_kind",
        "source",
        "steps",
        "turns_taken",
        "variables",
    )

    def __init__(
        self, source: bytes, *, handlers: "Mapping[str, Handler]", parse_annotation: Callable[[str], Expr | None]
    ) -> None:
        self.source = source
        self.handlers = handlers
        """How each kind of expression node is read."""
        self.parse_annotation = parse_annotation
        """The type a string spells where an annotation stands, if it spells a simple one."""
        self.definitions: list[Definition | None] = []
        self.defined: set[tuple[int, str]] = set()
        """The names of functions and classes met so far, with the scope they stand in."""
        self.steps: list[Step] = []
        self.branches: list[Branch | None] = []
        self.turns_taken = 0
        """Turns of imports and definitions so far."""
        self.imports: list[Import] = []
        self.exports: list[Export] = []
        self.errors: list[tuple[int, int]] = []
        self.variables: dict[tuple[int, str], Variable] = {}
        self.names: dict[bytes, Name] = {}
        self.cuts: list[Cut] = []
        self.scope = 0
        self.scope_kind: DefinitionKind = "module"
        self.depth = 0
        self.is_annotation = False
        self.is_type_only = False

    def text(self, node: Node) -> str:
        """The node's text."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def name(self, node: Node) -> Name:
        """The bare name an identifier spells; equal names are one value."""
        raw = self.source[node.start_byte : node.end_byte]
        found = self.names.get(raw)
        if found is None:
            found = self.names[raw] = Name(raw.decode("utf-8", "replace"))
        return found

    def step(self, kind: StepKind, value: Expr, *, line: int, target: Expr | None = None) -> None:
        """Note what a statement does."""
        self.steps.append(Step(self.scope, line, kind, value, target))

    @property
    def turn(self) -> int:
        """The turn that comes next."""
        return len(self.steps) + self.turns_taken

    def take_turn(self) -> int:
        """The turn of an import or a definition."""
        turn = self.turn
        self.turns_taken += 1
        return turn

    @contextmanager
    def branch(self, *, is_loop: bool = False) -> Iterator[None]:
        """What is noted meanwhile may be passed over when the file is run, or done again."""
        first, index = self.turn, len(self.branches)
        self.branches.append(None)
        yield
        if self.turn > first:
            self.branches[index] = Branch(self.scope, first, self.turn, is_loop)

    def use(self, line: int, value: Expr) -> None:
        """Note that a value is evaluated, unless no name leads anywhere from it."""
        if not is_idle(value):
            self.steps.append(Step(self.scope, line, "use", value))

    def mark(self, at: int, marker: bytes) -> None:
        """Read `marker` here in the body's digest."""
        self.cuts.append((at, at, marker))

    def cut(self, start: int, end: int, *, marker: bytes = b"") -> None:
        """Read `marker` instead of these bytes in the body's digest."""
        self.cuts.append((start, end, marker))

    def not_read(self, node: Node) -> None:
        """Note that what stands here was not understood."""
        self.errors.append((line_of(node), node.end_point[0] + 1))

    def digest_between(self, start: int, end: int) -> str:
        """The digest of code in this range under the cuts noted so far."""
        return code_digest(self.source, self.cuts, start=start, end=end)


Handler = Callable[[Draft, Node], Expr]


def expression(draft: Draft, node: Node) -> Expr:
    """The value of an expression node."""
    kind = node.type
    if kind == "identifier":
        return draft.names.get(draft.source[node.start_byte : node.end_byte]) or draft.name(node)
    if draft.depth >= DEPTH_LIMIT:
        draft.not_read(node)
        return OPAQUE
    draft.depth += 1
    value = draft.handlers.get(kind, evaluated_parts)(draft, node)
    draft.depth -= 1
    return value


def outer_value(draft: Draft, node: Node) -> Expr:
    """The value of an expression that a statement holds: parentheses around the whole of it mean nothing."""
    kind = node.type
    while kind == "parenthesized_expression":
        draft.cut(node.start_byte, node.start_byte + 1)
        draft.cut(node.end_byte - 1, node.end_byte)
        inner = only_child(node)
        if inner is None:
            return OPAQUE
        node, kind = inner, inner.type
    if kind == "tuple" and node.child_count > 2:
        cut_parentheses(draft, node)
    return expression(draft, node)


def cut_parentheses(draft: Draft, node: Node, *, opening: Node | None = None) -> None:
    """Let a node's parentheses, and a comma before the last one unless it makes a tuple, not count."""
    first = opening if opening is not None else node.children[0]
    draft.cut(first.start_byte, first.end_byte)
    last, before = node.children[-1], node.children[-2]
    is_extra = before.type == "," and (node.named_child_count > 1 or node.type not in ("tuple", "tuple_pattern"))
    draft.cut(before.start_byte if is_extra else last.start_byte, last.end_byte)


def annotation(draft: Draft, node: Node) -> Expr:
    """The value of a type annotation; names in strings are read as names."""
    was, draft.is_annotation = draft.is_annotation, True
    value = expression(draft, node)
    draft.is_annotation = was
    return value


def evaluated_parts(draft: Draft, node: Node) -> Expr:
    """What is no expression, or a broken one: its parts are evaluated, its value is unknown."""
    for child in children(node):
        draft.use(line_of(child), expression(draft, child))
    return OPAQUE


def first_value(draft: Draft, node: Node) -> Expr:
    """The value of the first child, unknown when there is none."""
    child = only_child(node)
    return expression(draft, child) if child is not None else OPAQUE


def children(node: Node) -> list[Node]:
    """The named children without comments."""
    found = node.named_children
    for child in found:
        if child.type in _LAYOUT:
            return [child for child in found if child.type not in _LAYOUT]
    return found


def only_child(node: Node) -> Node | None:
    """The first named child that is no comment."""
    for child in node.named_children:
        if child.type not in _LAYOUT:
            return child
    return None


def line_of(node: Node) -> int:
    """The 1-based line a node begins on."""
    return node.start_point[0] + 1


def is_idle(value: Expr) -> bool:
    """Whether evaluating `value` uses no name at all, as far as a glance tells."""
    if isinstance(value, Text):
        return not value.parts
    return isinstance(value, Opaque | Number)


def either(options: list[Expr], operator: str = "") -> Expr:
    """One of several values, those without a name or text left out."""
    telling = tuple(option for option in options if option is not OPAQUE)
    if not telling:
        return OPAQUE
    return telling[0] if len(telling) == 1 else Either(telling, operator)
