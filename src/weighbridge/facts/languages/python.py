"""Python: facts from tree-sitter's syntax tree."""

import functools
import re
from typing import Final

from msgspec.structs import replace
from tree_sitter import Node, Parser

from weighbridge.facts.extractor import Extractor
from weighbridge.facts.languages._conditionals import with_courses
from weighbridge.facts.languages._line_ranges import merged
from weighbridge.facts.languages._python_bindings import BINDINGS
from weighbridge.facts.languages._python_definitions import (
    LAMBDAS,
    documentation,
    documentation_value,
    finished_variables,
)
from weighbridge.facts.languages._python_draft import Draft, children, expression
from weighbridge.facts.languages._python_expressions import EXPRESSIONS
from weighbridge.facts.languages._python_grammar import LANGUAGE
from weighbridge.facts.languages._python_source import is_generated_header, read_source
from weighbridge.facts.languages._python_statements import statements
from weighbridge.facts.model import Definition, Expr, FileFacts

_HANDLERS: Final = {**EXPRESSIONS, **BINDINGS, **LAMBDAS}

_SIMPLE_TYPE: Final = re.compile(r"[\w.\[\], |]{1,300}")


def extract(data: bytes, role: str, *, in_detail: bool) -> FileFacts:
    """The facts of one Python file.

    Raises:
        ExtractionError: Python would not run these bytes, or would run other code than they show.
    """
    source = read_source(data)
    root = _parser().parse(source).root_node
    draft = Draft(source, handlers=_HANDLERS, parse_annotation=_type_in_string)
    draft.in_detail = in_detail
    draft.remembers = not root.has_error
    draft.definitions.append(None)
    statements(draft, root)
    draft.definitions[0] = _file(draft, root)
    finished_variables(draft)
    if root.has_error:
        _note_errors(draft, root)
    facts = FileFacts(
        language=role,
        definitions=_exported(draft),
        steps=tuple(draft.steps),
        imports=tuple(draft.imports),
        branches=tuple(branch for branch in draft.branches if branch is not None),
        exports=tuple(draft.exports),
        errors=merged(draft.errors),
        lines=source.count(b"\n") + (not source.endswith(b"\n") and source != b""),
        is_generated=is_generated_header(_header(draft, root)),
    )
    return with_courses(facts, root, family="python") if in_detail else facts


@functools.cache
def _parser() -> Parser:
    return Parser(LANGUAGE)


@functools.lru_cache(maxsize=4_096)
def _type_in_string(text: str) -> Expr | None:
    """The type a string annotation spells, when it is made of names, dots, brackets and bars."""
    if not _SIMPLE_TYPE.fullmatch(text):
        return None
    source = text.strip().encode()
    root = _parser().parse(source).root_node
    found = children(root)
    if root.has_error or len(found) != 1 or found[0].type != "expression_statement":
        return None
    draft = Draft(source, handlers=_HANDLERS, parse_annotation=lambda _text: None)
    value = [expression(draft, child) for child in children(found[0])]
    return value[0] if len(value) == 1 and not draft.steps and not draft.errors else None


def _file(draft: Draft, root: Node) -> Definition:
    """The file itself as a definition."""
    return Definition(
        kind="module",
        name="",
        parent=-1,
        line=1,
        end_line=max(1, draft.source.count(b"\n") + (not draft.source.endswith(b"\n"))),
        signature="",
        body=draft.digest(draft.cuts, root),
        text=draft.text_digest(root),
        documentation=documentation(draft, root),
    )


def _exported(draft: Draft) -> tuple[Definition, ...]:
    """All definitions; when the file lists its exports, of the outermost ones exactly those are exported."""
    found = tuple(definition for definition in draft.definitions if definition is not None)
    assert len(found) == len(draft.definitions), "every reserved definition is filled in"
    listed = {export.name for export in draft.exports}
    if not listed:
        return found
    return tuple(_with_export(each, is_exported=each.name in listed) if each.parent == 0 else each for each in found)


def _with_export(definition: Definition, *, is_exported: bool) -> Definition:
    if definition.is_exported == is_exported:
        return definition
    return replace(definition, is_exported=is_exported)


def _note_errors(draft: Draft, root: Node) -> None:
    """Note where the grammar could not go on; an empty place where something is missing counts as its line."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            draft.not_read(node)
        else:
            waiting += [child for child in node.children if child.has_error]


def _header(draft: Draft, root: Node) -> bytes:
    """What stands before the first statement that does anything."""
    for child in children(root):
        if documentation_value(draft, child, start=child.start_byte) is None:
            return draft.source[: child.start_byte]
    return draft.source


EXTRACTOR: Final = Extractor(roles=("python",), version=10, extract=extract)
