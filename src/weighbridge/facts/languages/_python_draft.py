"""What is known of a Python file while its syntax tree is walked."""

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from msgspec import Struct, field
from tree_sitter import Node

from weighbridge.facts.languages._python_digests import Cut, code_digest, short_digest
from weighbridge.facts.languages._python_grammar import LAYOUT
from weighbridge.facts.model import (
    OPAQUE,
    Attribute,
    Branch,
    Definition,
    DefinitionKind,
    Either,
    Export,
    Expr,
    Import,
    Name,
    Number,
    Step,
    StepKind,
    Text,
)

DEPTH_LIMIT: Final = 120
"""How deep expressions and blocks may nest together; what lies deeper is noted as not read."""

T = TypeVar("T")

_KEPT: Final = 1 << 15
"""How many values of one kind a process remembers by their text."""

_SHORT: Final = 100
_SHALLOW: Final = 20
"""Texts up to 100 bytes are remembered, which cannot reach the depth limit from this depth on."""

_ANNOTATIONS: Final[dict[bytes, Expr]] = {}

_LONGEST_PATH: Final = 30
_PATH: Final = re.compile(rb"(?!(?:None|True|False)\b)[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){1,%d}" % _LONGEST_PATH)
"""A member of a member of a name, as nearly all are written: its text alone says what it is."""


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
        "documented",
        "errors",
        "exports",
        "handlers",
        "imports",
        "in_detail",
        "is_annotation",
        "is_type_only",
        "names",
        "parse_annotation",
        "remembers",
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
        self.documented: dict[int, str | None] = {}
        """What the statement that begins at this byte says as documentation, if it is any."""
        self.cuts: list[Cut] = []
        self.scope = 0
        self.scope_kind: DefinitionKind = "module"
        self.depth = 0
        self.is_annotation = False
        self.is_type_only = False
        self.in_detail = True
        """Whether digests and documentation are asked for, which tell two versions of a definition apart."""
        self.remembers = False
        """Whether equal texts are read alike wherever they stand: not so in a file with errors."""

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

    def branch(self, *, is_loop: bool = False, is_never: bool = False) -> "OpenBranch":
        """What is noted while the branch is open may be passed over when the file is run, or done again, or is never run."""
        return OpenBranch(self, is_loop=is_loop, is_never=is_never)

    def noted(self) -> int:
        """How much has been noted so far; it never becomes less."""
        return len(self.steps) + self.turns_taken + len(self.errors) + len(self.cuts) + len(self.branches)

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

    def digest(self, cuts: Sequence[Cut], node: Node) -> str:
        """The digest of a node's code under these cuts; empty where no details are asked for."""
        return code_digest(self.source, cuts, start=node.start_byte, end=node.end_byte) if self.in_detail else ""

    def text_digest(self, node: Node) -> str:
        """The digest of a node as it is written."""
        return short_digest(self.source[node.start_byte : node.end_byte]) if self.in_detail else ""

    def joined_digest(self, digests: Iterable[str]) -> str:
        """One digest for several."""
        return short_digest(" ".join(digests).encode()) if self.in_detail else ""


class OpenBranch:
    """A branch from when it is entered until it is left; one in which nothing was noted is none."""

    __slots__ = ("_draft", "_first", "_index", "_is_loop", "_is_never")

    def __init__(self, draft: Draft, *, is_loop: bool, is_never: bool) -> None:
        self._draft = draft
        self._is_loop = is_loop
        self._is_never = is_never
        self._first = draft.turn
        self._index = len(draft.branches)

    def __enter__(self) -> None:
        self._draft.branches.append(None)

    def __exit__(self, *_raised: object) -> None:
        end = self._draft.turn
        if end > self._first:
            self._draft.branches[self._index] = Branch(
                self._draft.scope, self._first, end, self._is_loop, self._is_never
            )


Handler = Callable[[Draft, Node], Expr]


def expression(draft: Draft, node: Node) -> Expr:
    """The value of an expression node."""
    kind = node.type
    if kind == "identifier":
        return draft.names.get(draft.source[node.start_byte : node.end_byte]) or draft.name(node)
    if kind == "attribute" and draft.depth < DEPTH_LIMIT - _LONGEST_PATH:
        path = _path(draft.source[node.start_byte : node.end_byte])
        if path is not None:
            return path
    if draft.depth >= DEPTH_LIMIT:
        draft.not_read(node)
        return OPAQUE
    draft.depth += 1
    value = draft.handlers.get(kind, evaluated_parts)(draft, node)
    draft.depth -= 1
    return value


@functools.lru_cache(maxsize=_KEPT)
def _path(code: bytes) -> Attribute | None:
    """The value of an attribute that is written with names and dots alone; None for any other."""
    if not _PATH.fullmatch(code):
        return None
    name, *members, last = code.decode("ascii").split(".")
    value: Name | Attribute = Name(name)
    for member in members:
        value = Attribute(value, member)
    return Attribute(value, last)


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
    return remembered(draft, node, memory=_ANNOTATIONS, read=_annotation)


def _annotation(draft: Draft, node: Node) -> Expr:
    was, draft.is_annotation = draft.is_annotation, True
    value = expression(draft, node)
    draft.is_annotation = was
    return value


def remembered(draft: Draft, node: Node, *, memory: dict[bytes, T], read: Callable[[Draft, Node], T]) -> T:
    """What `read` makes of a node, or made of an equal text before, in this file or another.

    Only short texts are remembered, and only what is all in its value: whose reading noted nothing and met no call,
    which knows its line.
    """
    code = draft.source[node.start_byte : node.end_byte]
    if not draft.remembers or draft.depth > _SHALLOW or len(code) > _SHORT or code.find(b"(", 1) > 0:
        return read(draft, node)
    found = memory.get(code)
    if found is None:
        noted = draft.noted()
        found = read(draft, node)
        if draft.noted() == noted:
            if len(memory) >= _KEPT:
                memory.clear()
            memory[code] = found
    return found


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
        if child.kind_id in LAYOUT:
            return [child for child in found if child.kind_id not in LAYOUT]
    return found


def only_child(node: Node) -> Node | None:
    """The first named child that is no comment."""
    for child in node.named_children:
        if child.kind_id not in LAYOUT:
            return child
    return None


def line_of(node: Node) -> int:
    """The 1-based line a node begins on."""
    return node.start_point[0] + 1


def is_idle(value: Expr) -> bool:
    """Whether evaluating `value` uses no name at all, as far as a glance tells."""
    if type(value) is Text:
        return not value.parts
    return value is OPAQUE or type(value) is Number


def either(options: list[Expr], operator: str = "") -> Expr:
    """One of several values, those without a name or text left out."""
    telling = tuple(option for option in options if option is not OPAQUE)
    if not telling:
        return OPAQUE
    return telling[0] if len(telling) == 1 else Either(telling, operator)
