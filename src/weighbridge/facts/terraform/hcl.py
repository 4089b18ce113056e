"""Reads `.tf` and `.tofu` files: the syntax tree of HCL as blocks with values."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Block, Dynamic, Expression, SourceFile, nested

_DEEPEST: Final = 40
"""Levels of lists and objects whose values are read; what lies deeper stands as it is written."""
_ESCAPE: Final = LatePattern(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))|([$%])\4\{")
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t"}
_NUMBER: Final = LatePattern(r"-?\d{1,15}(?:\.\d{1,15})?")
_WORDS: Final = {"true": True, "false": False, "null": None}


@cache
def language() -> Language:
    """The grammar."""
    return Language(tree_sitter_hcl.language())


def read_hcl(data: bytes) -> SourceFile:
    """The blocks of a file; what the grammar cannot read is told by its lines."""
    root = Parser(language()).parse(data.removeprefix(b"\xef\xbb\xbf")).root_node
    blocks: list[Block] = []
    for body in root.children:
        nodes = body.children if body.type == "body" else [body]
        blocks += [_block(node) for node in nodes if node.type == "block"]
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for attribute in (node for body in root.children if body.type == "body" for node in body.children):
        if attribute.type == "attribute":
            name = _text(attribute.children[0])
            values[name], lines[name] = _value(attribute.children[-1], depth=0), attribute.start_point[0] + 1
    return SourceFile(blocks=tuple(blocks), values=values, lines=lines, unread=tuple(_unread(root)))


def value_of(node: Node) -> object:
    """What the tree of an expression is, if that needs no running; else the expression."""
    return _value(node, depth=0)


def _unread(root: Node) -> Iterator[tuple[int, int]]:
    waiting = [root] if root.has_error else []
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            yield node.start_point[0] + 1, node.end_point[0] + 1
        else:
            waiting += [child for child in node.children if child.has_error]


def _block(node: Node) -> Block:
    head = [child for child in node.children if child.type in ("identifier", "string_lit")]
    values, lines = _body(node, depth=0)
    return Block(
        type=_text(head[0]) if head else "",
        labels=tuple(_string(each) if each.type == "string_lit" else _text(each) for each in head[1:]),
        line=node.start_point[0] + 1,
        end_line=node.end_point[0] + 1,
        values=values,
        lines=lines,
    )


def _body(node: Node, *, depth: int) -> tuple[dict[str, Any], dict[str, int]]:
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    bodies = [child for child in node.children if child.type == "body"]
    for child in (each for body in bodies for each in body.children):
        line = child.start_point[0] + 1
        if child.type == "attribute":
            name = _text(child.children[0])
            lines.setdefault(name, line)
            values[name] = _value(child.children[-1], depth=depth)
        elif child.type == "block" and depth < _DEEPEST:
            head = [each for each in child.children if each.type in ("identifier", "string_lit")]
            words = [_string(each) if each.type == "string_lit" else _text(each) for each in head]
            if not words:
                continue
            is_dynamic = words[0] == "dynamic" and len(words) > 1
            name = words[1] if is_dynamic else words[0]
            within: Any = _body(child, depth=depth + 1)[0]
            if is_dynamic:
                within = _dynamic(within, name)
            elif len(words) > 1:
                within = {"": words[1:], **within}
            lines.setdefault(name, line)
            known = values.setdefault(name, [])
            if isinstance(known, list):
                known.append(within)
    return values, lines


def _dynamic(values: Mapping[str, Any], name: str) -> Dynamic:
    called = values.get("iterator")
    content = nested(values, "content")
    return Dynamic(
        each=values.get("for_each"),
        name=called.text if isinstance(called, Expression) else name,
        content=content[0] if content else {},
    )


def _value(node: Node, *, depth: int) -> object:
    """What an expression is, if that needs no running; else the expression."""
    while (
        node.type in ("expression", "collection_value", "literal_value", "template_expr")
        and node.named_child_count == 1
    ):
        inner = node.named_child(0)
        if inner is None:
            break
        node = inner
    reader = _READERS.get(node.type)
    if reader is not None and depth <= _DEEPEST:
        return reader(node, depth)
    text = _text(node)
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return Expression(_joined(node))


def _tuple(node: Node, depth: int) -> list[Any]:
    return [_value(child, depth=depth + 1) for child in node.named_children if child.type == "expression"]


def _object(node: Node, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in node.named_children:
        parts = [child for child in element.named_children if child.type == "expression"]
        if element.type != "object_elem" or len(parts) < 2:
            continue
        key = _value(parts[0], depth=depth + 1)
        name = key.text if isinstance(key, Expression) else str(key)
        found[name] = _value(parts[1], depth=depth + 1)
    return found


_TRANSPARENT: Final = frozenset(
    {"jsonencode", "toset", "tolist", "tomap", "tostring", "tonumber", "tobool", "sensitive"}
)
"""Functions whose outcome says what their argument says."""


def _call(node: Node, depth: int) -> object:
    name = _text(node.children[0])
    arguments = next((child for child in node.children if child.type == "function_arguments"), None)
    given = [child for child in arguments.named_children if child.type == "expression"] if arguments else []
    if name in _TRANSPARENT and len(given) == 1:
        return _value(given[0], depth=depth + 1)
    return Expression(_joined(node))


def _template(node: Node) -> object:
    """Text without parts to fill in, or a template as it is written."""
    parts = [c for c in node.named_children if c.type in ("template_interpolation", "template_directive")]
    if node.type == "heredoc_template":
        body = _text(node).partition("\n")[2].rpartition("\n")[0]
        return Expression(body, is_template=True) if parts else body
    raw = _text(node)
    inner = raw[1:-1] if len(raw) > 1 else raw
    return Expression(inner, is_template=True) if parts else _unescaped(inner)


def _string(node: Node) -> str:
    raw = _text(node)
    return _unescaped(raw[1:-1] if len(raw) > 1 and raw[0] == raw[-1] == '"' else raw)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text or "{" in text else text


def _character(found: re.Match[str]) -> str:
    if found[4]:
        return f"{found[4]}{{"
    if digits := found[1] or found[2]:
        number = int(digits, 16)
        return chr(number) if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else "\N{REPLACEMENT CHARACTER}"
    return _ESCAPED.get(found[3], found[3])


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _joined(node: Node) -> str:
    return " ".join(_text(node).split())


_READERS: Final[Mapping[str, Callable[[Node, int], object]]] = {
    "string_lit": lambda node, _: _string(node),
    "quoted_template": lambda node, _: _template(node),
    "heredoc_template": lambda node, _: _template(node),
    "tuple": _tuple,
    "object": _object,
    "function_call": _call,
}
