"""Writes down what a walk over a syntax tree finds, and keeps the walk shallow.

A walk never recurses through statements: what is left to visit waits on a stack. Only an expression is read
recursively, and at most `DEEPEST` levels: what lies deeper becomes a step of its own. So no input, however nested,
exhausts the interpreter's stack, and no mention is lost.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from tree_sitter import Node

from weighbridge.facts.languages._lexis import Lexis, pieces_without, signature, text_digest
from weighbridge.facts.languages._source import comment_above
from weighbridge.facts.model import (
    OPAQUE,
    Collection,
    Definition,
    DefinitionKind,
    Either,
    Element,
    Expr,
    Import,
    Name,
    Number,
    Opaque,
    Parameter,
    Step,
    StepKind,
    Text,
)

DEEPEST: Final = 80
_DEEPEST_DEFINITION: Final = 40
_LONGEST_TEXT: Final = 2_000
_MOST_PLAIN_ELEMENTS: Final = 200
_PLAIN: Final = frozenset({Number, Text, Opaque})

Holes = list[tuple[int, int, bytes]]


class Draft(msgspec.Struct, kw_only=True):
    """A definition on its way: what is known of it before its digests are taken."""

    kind: DefinitionKind
    name: str
    parent: int
    span: tuple[int, int]
    lines: tuple[int, int]
    signature: str = ""
    parameters: tuple[Parameter, ...] = ()
    returns: Expr | None = None
    bases: tuple[Expr, ...] = ()
    decorators: tuple[Expr, ...] = ()
    is_exported: bool = True
    receiver: str = ""
    documentation: str = ""
    is_abstract: bool = False
    depth: int = 0


class Scribe:
    """The notes taken while one file is walked; `scope` is the definition that the walk is in.

    `kind` is what becomes of an expression that is visited as if it were a statement.
    """

    def __init__(self, data: bytes, lexis: Lexis) -> None:
        self.data = data
        self.lexis = lexis
        self.drafts: list[Draft] = [
            Draft(kind="module", name="", parent=-1, span=(0, len(data)), lines=(1, max(1, line_count(data))))
        ]
        self.steps: list[Step] = []
        self.imports: list[Import] = []
        self.scope = 0
        self.kind: StepKind = "use"
        self.depth = 0
        self._on_line: dict[tuple[int, str], int] = {}
        self._waiting: list[tuple[Node, int, StepKind]] = []

    def text(self, node: Node) -> str:
        """The node's source."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def walk(self, root: Node, visit: Callable[["Scribe", Node], None]) -> None:
        """Visits `root` and all that `later` is asked for meanwhile, in source order."""
        self._waiting.append((root, 0, "use"))
        while self._waiting:
            node, self.scope, self.kind = self._waiting.pop()
            self.depth = 0
            visit(self, node)

    def later(self, node: Node, scope: int | None = None, *, kind: StepKind = "use") -> None:
        """Visit `node` once what is being read has been written; `kind` is for an expression that comes as a body."""
        self._waiting.append((node, self.scope if scope is None else scope, kind))

    def all_later(self, nodes: Sequence[Node], scope: int | None = None) -> None:
        """Visit `nodes` in their order, before anything that waits already."""
        within = self.scope if scope is None else scope
        self._waiting.extend((node, within, "use") for node in reversed(nodes))

    def step(
        self, kind: StepKind, node: Node, value: Expr, target: Expr | None = None, annotation: Expr | None = None
    ) -> None:
        """Writes down one step of the present scope."""
        self.steps.append(
            Step(
                scope=self.scope,
                line=node.start_point[0] + 1,
                kind=kind,
                value=value,
                target=target,
                annotation=annotation,
            )
        )

    def taken_apart(self, node: Node, value: Expr) -> Name:
        """A made-up name to which `value` is bound, so that a call stands in one step however often it is named."""
        at = node.start_point
        name = Name(f"value@{at[0] + 1}:{at[1] + 1}")
        self.step("bind", node, value, name)
        return name

    def use(self, node: Node, value: Expr) -> None:
        """Writes down that `value` is evaluated, when that says anything."""
        if type(value) not in _PLAIN or (type(value) is Text and value.parts):
            self.step("use", node, value)

    def draft(self, kind: DefinitionKind, name: str, *, node: Node, head_end: int) -> Draft:
        """A new definition in the present scope, whose head (its signature) ends before byte `head_end`."""
        start = node.start_byte
        return Draft(
            kind=kind,
            name=name,
            parent=self.scope,
            span=(start, node.end_byte),
            lines=(node.start_point[0] + 1, node.end_point[0] + 1),
            signature=self.head(start, head_end),
            documentation="" if kind == "lambda" else comment_above(self.data, start),
        )

    def head(self, start: int, end: int) -> str:
        """The source between two bytes as a signature."""
        return signature(self.data[start:end].decode("utf-8", "replace"))

    def add(self, draft: Draft) -> int:
        """Takes `draft` in; its index. A second one without a name on the same line is told apart by a number."""
        if "@" in draft.name:
            count = self._on_line[draft.parent, draft.name] = self._on_line.get((draft.parent, draft.name), 0) + 1
            draft.name += f":{count}" if count > 1 else ""
        draft.depth = self.drafts[draft.parent].depth + 1
        self.drafts.append(draft)
        return len(self.drafts) - 1

    def is_too_deep(self) -> bool:
        """Whether a definition written here belongs to its surroundings, as nobody nests definitions so deep."""
        return self.drafts[self.scope].depth >= _DEEPEST_DEFINITION

    def definitions(self, *, in_detail: bool) -> tuple[Definition, ...]:
        """All definitions, in detail with their digests."""
        digests = self._digests() if in_detail else {}
        return tuple(
            Definition(
                kind=draft.kind,
                name=draft.name,
                parent=draft.parent,
                line=draft.lines[0],
                end_line=draft.lines[1],
                signature=draft.signature,
                body=digests[draft.span][0] if in_detail else "",
                text=digests[draft.span][1] if in_detail else "",
                parameters=draft.parameters,
                returns=draft.returns,
                bases=draft.bases,
                decorators=draft.decorators,
                is_exported=draft.is_exported,
                receiver=draft.receiver,
                documentation=draft.documentation if in_detail else "",
                is_abstract=draft.is_abstract,
            )
            for draft in self.drafts
        )

    def _digests(self) -> dict[tuple[int, int], tuple[str, str]]:
        """(body, text) of each span; a definition within a span shows as a mark with its name, if it has one.

        Only a lambda's tokens count for what holds it too: what it does is part of what the holder does.
        """
        lambdas: set[tuple[int, int]] = set()
        holes: dict[tuple[int, int], Holes] = {}
        around: list[tuple[int, int]] = []
        for draft in sorted(self.drafts, key=lambda each: (each.span[0], -each.span[1], each.depth)):
            start, end = span = draft.span
            if span in holes:
                continue
            while around and around[-1][1] < end:
                around.pop()
            mark = b"\x01" if "@" in draft.name else b"\x01" + draft.name.encode()
            for outer in reversed(around) if draft.kind != "lambda" else ():
                holes[outer].append((start, end, mark))
                if outer not in lambdas:
                    break
            if draft.kind == "lambda":
                lambdas.add(span)
            holes[span] = []
            around.append(span)
        return {
            span: (
                self.lexis.digest(pieces_without(self.data, span, holes=inside)),
                text_digest(self.data[span[0] : span[1]]),
            )
            for span, inside in holes.items()
        }


def line_count(data: bytes) -> int:
    """How many lines `data` has; a last line without an end counts."""
    return data.count(b"\n") + (not data.endswith(b"\n") and bool(data))


def cut_text(value: str, parts: tuple[Expr, ...] = ()) -> Text:
    """A string of at most 2,000 characters."""
    return Text(value[:_LONGEST_TEXT], parts)


def collection(elements: Sequence[Element]) -> Collection:
    """A collection; beyond 200 elements, plain data is left out: tables of numbers lead nowhere."""
    if len(elements) > _MOST_PLAIN_ELEMENTS:
        rest = [each for each in elements[_MOST_PLAIN_ELEMENTS:] if type(each.value) not in _PLAIN]
        elements = [*elements[:_MOST_PLAIN_ELEMENTS], *rest]
    return Collection(tuple(elements))


def indexed(values: Sequence[Expr]) -> Collection:
    """A collection of values that stand in a row."""
    return collection([Element(str(index), value) for index, value in enumerate(values)])


def either(values: Sequence[Expr]) -> Expr:
    """One of `values` that lead anywhere; opaque when none does."""
    options = tuple(value for value in values if type(value) not in _PLAIN or type(value) is Text)
    return Either(options) if options else OPAQUE


def operator_of(node: Node) -> str:
    """The operator of a binary expression, as written."""
    found = node.child_by_field_name("operator")
    return found.type if found else ""


def operands(node: Node, parts_of: Callable[[Node], list[Node]]) -> list[Node]:
    """The operands of one operator's chain, found without recursing: `a + b + c` leans left."""
    operator = operator_of(node)
    right: list[Node] = []
    left = node
    while left.type == "binary_expression" and (operator_of(left) == "+") == (operator == "+"):
        parts = parts_of(left)
        if len(parts) < 2:
            break
        right.append(parts[-1])
        left = parts[0]
    return [left, *reversed(right)] if right else node.named_children


def joined(values: Sequence[Expr]) -> Expr:
    """What `+` makes of `values`: a string with holes as soon as one of them is a string."""
    if not any(value.__class__ is Text for value in values):
        return either(values)
    words: list[str] = []
    holes: list[Expr] = []
    for value in values:
        if type(value) is Text:
            words.append(value.value)
            holes.extend(value.parts)
        else:
            words.append(value.value if type(value) is Number else "{}")
            holes.extend([] if type(value) is Number else [value])
    return cut_text("".join(words), tuple(holes))
