"""Facts of JavaScript and TypeScript, with JSX: one walk over the syntax tree, then digests over what it marked."""

import bisect
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace
from tree_sitter import Node

from weighbridge.facts.extractor import Extractor
from weighbridge.facts.languages import _javascript_expressions, _javascript_jsx
from weighbridge.facts.languages._conditionals import with_courses
from weighbridge.facts.languages._javascript_definitions import read_pending
from weighbridge.facts.languages._javascript_digests import Ink, short_digest
from weighbridge.facts.languages._javascript_draft import Draft, Sketch
from weighbridge.facts.languages._javascript_members import adopt_members
from weighbridge.facts.languages._javascript_modules import mark_exported
from weighbridge.facts.languages._javascript_source import Parsed, is_generated, parse, unread_lines
from weighbridge.facts.languages._javascript_statements import statements
from weighbridge.facts.languages._line_ranges import merged
from weighbridge.facts.languages._texts import TEXT_LIMIT
from weighbridge.facts.model import Definition, EntryPoint, FileFacts, Function

_HANDLERS: Final = {**_javascript_expressions.HANDLERS, **_javascript_jsx.HANDLERS}
_DOCUMENTATION_MARGIN: Final = re.compile(r"^[ \t]*\*? ?", re.MULTILINE)

_RUNTIME: Final = re.compile(rb"#!.*\b(?:node|nodejs|bun|deno|tsx|ts-node|zx)\b")

Extent = tuple[int, int]


def _extract(data: bytes, role: str, *, in_detail: bool) -> FileFacts:
    parsed = parse(data, role)
    lines = parsed.source.count(b"\n") + (not parsed.source.endswith(b"\n") and bool(parsed.source))
    draft = Draft(parsed, _HANDLERS)
    draft.sketches.append(_whole_file(parsed, max(lines, 1)))
    statements(draft, parsed.root.named_children)
    read_pending(draft)
    mark_exported(draft.sketches, draft.exports, imports=draft.imports)
    adopt_members(draft.sketches, draft.steps)
    facts = FileFacts(
        language=role,
        definitions=_definitions(draft, parsed, in_detail=in_detail),
        steps=tuple(draft.steps),
        imports=tuple(draft.imports),
        exports=tuple(draft.exports),
        errors=merged([*unread_lines(parsed.root), *draft.unread, *parsed.spoiled]),
        lines=lines,
        is_generated=is_generated(parsed.source, parsed.root),
        entry_points=_as_script(parsed.source),
    )
    return (
        with_courses(facts, parsed.root, family="javascript" if role == "javascript" else "typescript")
        if in_detail
        else facts
    )


def _as_script(source: bytes) -> tuple[EntryPoint, ...]:
    """A file whose first line names a JavaScript runtime is run itself; its steps do not show that line."""
    if not _RUNTIME.match(source):
        return ()
    return (EntryPoint("main", "{file}", Function(0), 0, 1, "node"),)


def _whole_file(parsed: Parsed, lines: int) -> Sketch:
    return Sketch(
        kind="module",
        name="",
        parent=-1,
        node=parsed.root,
        start=0,
        end=len(parsed.source),
        line=1,
        end_line=lines,
        depth=0,
        is_exported=True,
        bodies=[(0, len(parsed.source))],
    )


def _definitions(draft: Draft, parsed: Parsed, *, in_detail: bool) -> tuple[Definition, ...]:
    """The sketches, in detail with their digests: each body reads the definitions directly inside it as their labels."""
    sketches = draft.sketches
    _tell_apart(sketches)
    found = tuple(_definition(sketch, draft.ink) for sketch in sketches)
    if not in_detail:
        return found
    inside = _directly_inside(sketches)
    documentation = _Documentation(parsed)
    return tuple(
        _with_details(
            each, sketch, inside=inside.get((sketch.start, sketch.end), ()), documentation=documentation, ink=draft.ink
        )
        for each, sketch in zip(found, sketches, strict=True)
    )


def _definition(sketch: Sketch, ink: Ink) -> Definition:
    signature = "; ".join(ink.one_line(start, end) for start, end in sketch.heads)
    return Definition(
        kind=sketch.kind,
        name=sketch.name,
        parent=sketch.parent,
        line=sketch.line,
        end_line=sketch.end_line,
        signature=sketch.prefix + signature,
        parameters=sketch.parameters,
        returns=sketch.returns,
        bases=sketch.bases,
        decorators=sketch.decorators,
        is_exported=sketch.is_exported,
        is_abstract=sketch.is_abstract,
    )


def _with_details(
    definition: Definition,
    sketch: Sketch,
    *,
    inside: Sequence[tuple[int, int, str]],
    documentation: "_Documentation",
    ink: Ink,
) -> Definition:
    comment, words = documentation.above(sketch) if sketch.kind not in ("module", "lambda") else (b"", "")
    text = short_digest(comment + documentation.source[sketch.start : sketch.end])
    return replace(definition, body=ink.body(sketch.bodies, inside), text=text, documentation=words)


def _tell_apart(sketches: list[Sketch]) -> None:
    """Give lambdas on one line names of their own: `then@4`, `then@4:2`."""
    seen: defaultdict[tuple[int, str], int] = defaultdict(int)
    for sketch in sketches:
        if sketch.kind == "lambda":
            seen[sketch.parent, sketch.name] += 1
            if seen[sketch.parent, sketch.name] > 1:
                sketch.name = f"{sketch.name}:{seen[sketch.parent, sketch.name]}"


def _directly_inside(sketches: list[Sketch]) -> dict[Extent, list[tuple[int, int, str]]]:
    """For each extent the named ones directly inside it with their labels, in order; extents nest, for syntax does.

    A lambda has no name that would outlive a moved line: its tokens count for what holds it, as if it were not there.
    """
    labels: dict[Extent, str] = {}
    for sketch in sketches:
        label = "" if sketch.kind == "lambda" else f"{sketch.kind} {sketch.name}"
        extent = (sketch.start, sketch.end)
        labels[extent] = f"{labels[extent]}, {label}" if extent in labels else label
    found: defaultdict[Extent, list[tuple[int, int, str]]] = defaultdict(list)
    around: list[Extent] = []
    for extent in sorted(labels, key=lambda each: (each[0], -each[1])):
        while around and around[-1][1] <= extent[0]:
            around.pop()
        for outer in reversed(around) if labels[extent] else ():
            found[outer].append((*extent, labels[extent]))
            if labels[outer]:
                break
        around.append(extent)
    return found


class _Documentation:
    """The JSDoc comments of a file, to be looked up by what they stand above."""

    def __init__(self, parsed: Parsed) -> None:
        self.source = parsed.source
        comments = [node for node in parsed.literals["comment"] if self._is_documentation(node)]
        self._spans = sorted((node.end_byte, node.start_byte) for node in comments)

    def above(self, sketch: Sketch) -> tuple[bytes, str]:
        """The comment directly above a definition: its bytes and its words; both empty without one."""
        place = bisect.bisect_right(self._spans, (sketch.start, len(self.source))) - 1
        if place < 0:
            return b"", ""
        end, start = self._spans[place]
        if self.source[end : sketch.start].strip():
            return b"", ""
        raw = self.source[start:end]
        text = raw[3:-2][: 4 * TEXT_LIMIT].decode("utf-8", "replace")
        return raw, _DOCUMENTATION_MARGIN.sub("", text).strip()[:TEXT_LIMIT]

    def _is_documentation(self, node: Node) -> bool:
        return self.source.startswith(b"/**", node.start_byte) and node.end_byte - node.start_byte > 4


EXTRACTOR: Final = Extractor(roles=("javascript", "typescript", "tsx"), version=10, extract=_extract)
