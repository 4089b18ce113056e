"""What is known of a JavaScript file while its syntax tree is walked.

Definitions are *sketched* where they are met and read later, one after the other: their bodies never deepen the walk.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct, field
from tree_sitter import Node

from weighbridge.facts.languages._javascript_digests import Ink
from weighbridge.facts.languages._javascript_source import Parsed
from weighbridge.facts.model import (
    OPAQUE,
    DefinitionKind,
    Either,
    Export,
    Expr,
    Function,
    Import,
    Name,
    Number,
    Parameter,
    Step,
    StepKind,
    Text,
)

NESTING_LIMIT: Final = 100
"""How deep expressions, types and blocks of one definition may nest; what lies deeper is noted as not read."""

DEFINITION_LIMIT: Final = 40
"""How deep definitions may nest: each level reads the bytes of those inside it once more."""

_NAME_LIMIT: Final = 200

FUNCTIONS: Final = frozenset({"arrow_function", "function_expression", "generator_function"})
TRANSPARENT: Final = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression"})
SKIPPED: Final = frozenset({"comment", "html_comment", "hash_bang_line"})


class Sketch(Struct, kw_only=True):
    """A definition in the making; `node` holds its parameters and body, `start` to `end` all that belongs to it."""

    kind: DefinitionKind
    name: str
    parent: int
    node: Node
    start: int
    end: int
    line: int
    end_line: int
    depth: int
    is_exported: bool
    heads: list[tuple[int, int]] = field(default_factory=list)
    """The byte ranges its signature is read from: one per overload."""
    bodies: list[tuple[int, int]] = field(default_factory=list)
    prefix: str = ""
    parameters: tuple[Parameter, ...] = ()
    returns: Expr | None = None
    bases: tuple[Expr, ...] = ()
    decorators: tuple[Expr, ...] = ()
    is_abstract: bool = False

    def take_body(self, node: Node, start: int) -> None:
        """Note where the body lies, and that what stands before it from byte `start` is a signature."""
        body = node.child_by_field_name("body") or node.child_by_field_name("value")
        self.heads.append((start, body.start_byte if body is not None else node.end_byte))
        if body is not None:
            self.bodies.append((body.start_byte, body.end_byte))

    def overload(self, node: Node, extent: Node) -> None:
        """Take a further declaration of the same name into this definition; the last one has the body."""
        self.node, self.end, self.end_line = node, extent.end_byte, extent.end_point[0] + 1
        self.take_body(node, extent.start_byte)


class Draft:
    """Facts in the making, and where the walk stands: the current scope, depth and context."""

    __slots__ = (
        "callee",
        "exports",
        "handlers",
        "imports",
        "ink",
        "inline_modules",
        "is_top",
        "known",
        "names",
        "nesting",
        "object_path",
        "pending",
        "scope",
        "sketches",
        "source",
        "steps",
        "unread",
    )

    def __init__(self, parsed: Parsed, handlers: Mapping[str, Callable[["Draft", Node], Expr]]) -> None:
        self.source = parsed.source
        self.ink = Ink(parsed)
        self.handlers = handlers
        self.sketches: list[Sketch] = []
        self.pending: deque[int] = deque()
        self.steps: list[Step] = []
        self.imports: list[Import] = []
        self.exports: list[Export] = []
        self.unread: list[tuple[int, int]] = []
        self.known: dict[tuple[int, str], int] = {}
        self.names: dict[bytes, Name] = {}
        self.inline_modules: dict[str, str] = {}
        self.scope = 0
        self.nesting = 0
        self.is_top = True
        self.callee = ""
        self.object_path = ""

    def value(self, node: Node) -> Expr:
        """The value of an expression; what it does on the way is noted as steps."""
        kind = node.type
        if kind == "identifier":
            return self.name(node)
        if self.nesting >= NESTING_LIMIT:
            self.not_read(node)
            return OPAQUE
        self.nesting += 1
        handler = self.handlers.get(kind)
        value = handler(self, node) if handler is not None else self.anything_else(node)
        self.nesting -= 1
        return value

    def anything_else(self, node: Node) -> Expr:
        """What is no expression, or a broken one: its parts are evaluated, its value is unknown."""
        for child in children(node):
            self.use(line_of(child), self.value(child))
        return OPAQUE

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

    def step(self, kind: StepKind, line: int, *, value: Expr, target: Expr | None = None) -> None:
        """Note what a statement does."""
        self.steps.append(Step(self.scope, line, kind, value, target))

    def use(self, line: int, value: Expr) -> None:
        """Note that a value is evaluated, unless no name leads anywhere from it."""
        if not is_idle(value):
            self.steps.append(Step(self.scope, line, "use", value))

    def not_read(self, node: Node) -> None:
        """Note that what stands here was not understood."""
        self.unread.append((line_of(node), node.end_point[0] + 1))

    def sketch(self, kind: DefinitionKind, name: str, *, node: Node, extent: Node | None = None) -> int:
        """Begin a definition, to be read later; all of `extent` belongs to it. Its index."""
        whole = extent or node
        parent = self.sketches[self.scope]
        sketch = Sketch(
            kind=kind,
            name=name[:_NAME_LIMIT],
            parent=self.scope,
            node=node,
            start=whole.start_byte,
            end=whole.end_byte,
            line=line_of(whole),
            end_line=whole.end_point[0] + 1,
            depth=parent.depth + 1,
            is_exported=parent.kind == "interface",
        )
        sketch.take_body(node, sketch.start)
        if sketch.depth > DEFINITION_LIMIT:
            self.not_read(node)
        else:
            self.pending.append(len(self.sketches))
        if kind in ("function", "class"):
            self.known[self.scope, sketch.name] = len(self.sketches)
        self.sketches.append(sketch)
        return len(self.sketches) - 1

    def lambda_(self, node: Node) -> Function:
        """Begin a function without a name, called after what it is handed to and its line."""
        named = node.child_by_field_name("name")
        own = self.text(named) if named is not None else self.callee or "lambda"
        return Function(self.sketch("lambda", f"{own}@{line_of(node)}", node=node))


def line_of(node: Node) -> int:
    """The 1-based line a node begins on."""
    return node.start_point[0] + 1


def children(node: Node) -> list[Node]:
    """The named children without comments."""
    return [child for child in node.named_children if child.type not in SKIPPED]


def only_child(node: Node) -> Node | None:
    """The first named child that is no comment."""
    return next(iter(children(node)), None)


def is_idle(value: Expr) -> bool:
    """Whether evaluating `value` uses no name at all, as far as a glance tells."""
    if type(value) is Text:
        return not value.parts
    return value is OPAQUE or type(value) is Number


def either(options: list[Expr]) -> Expr:
    """One of several values, those that lead nowhere left out."""
    telling = tuple(option for option in options if option is not OPAQUE)
    if not telling:
        return OPAQUE
    return telling[0] if len(telling) == 1 else Either(telling)
