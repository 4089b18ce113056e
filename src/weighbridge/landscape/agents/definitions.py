"""Agents, commands and skills that are written as a text with a head of settings."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.landscape.agents.claude import rule, rules_in
from weighbridge.landscape.agents.model import ALLOW, Grant, Powers
from weighbridge.landscape.agents.nodes import entries, is_false, word, words
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Mark, Node, Scalar
from weighbridge.landscape.documents.reading import document

_FENCE: Final = "---"
_MOST_LINES: Final = 200
_LETS: Final = ("allowed-tools", "allowedTools")


class Definition(Struct, frozen=True, kw_only=True):
    """What such a text may use."""

    unasked: Powers
    """What it uses without anybody being asked."""
    tools: tuple[str, ...] | None
    """The tools that it has at all; None for all."""
    mode: str
    lines: dict[str, int]


NO_DEFINITION: Final = Definition(unasked=Powers(), tools=(), mode="", lines={})


def read_definition(text: str) -> Definition | str:
    """What the head of a text says; why it cannot be read."""
    lines = text.lstrip("\ufeff").split("\n", _MOST_LINES)
    if not lines or lines[0].strip() != _FENCE:
        return Definition(unasked=Powers(), tools=None, mode="", lines={})
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.strip() == _FENCE), 0)
    if not end:
        return "its head of settings has no end"
    try:
        root = document("\n".join(["", *lines[1:end]]).encode())
    except DocumentError as error:
        return _plainly(lines[1:end]) or f"its head is no YAML: {error.message}, at line {error.mark.line}"
    return _read(root) if isinstance(root, Fields) else Definition(unasked=Powers(), tools=None, mode="", lines={})


def _plainly(lines: list[str]) -> Definition | None:
    """A head that is only nearly YAML, as agents' programs let pass: each key with what stands behind it."""
    pairs = [(number, *line.partition(":")[::2]) for number, line in enumerate(lines, start=2) if line[:1].isalpha()]
    found: dict[str, tuple[Scalar, Node]] = {
        key.strip(): (
            Scalar(key.strip(), Mark(line=number, column=1), is_plain=False),
            Scalar(value.strip(), Mark(line=number, column=1), is_plain=False),
        )
        for number, key, value in pairs
    }
    return _read(Fields(found, Mark(line=1, column=1))) if found else None


def _read(root: Fields) -> Definition:
    lines = {name: key.mark.line for name, (key, _) in root.entries.items()}
    grants = [grant for key in _LETS for grant in _grants(root.get(key))]
    return Definition(
        unasked=Powers(grants=tuple(grants)),
        tools=_tools(root.get("tools")),
        mode=word(root.get("permissionMode")),
        lines=lines,
    )


def _grants(node: Node | None) -> Iterator[Grant]:
    for grant in rules_in(node, ALLOW):
        for text in apart(grant.text):
            yield rule(text, ALLOW, line=grant.line)


def _tools(node: Node | None) -> tuple[str, ...] | None:
    if node is None:
        return None
    if isinstance(node, Fields):
        return tuple(sorted(name for name, value, _ in entries(node) if not is_false(value)))
    found = [each for text, _ in words(node) for each in apart(text)]
    return tuple(sorted(set(found))) if found else None


def apart(text: str) -> Iterator[str]:
    """The rules of a list that is written in one line: commas and blanks within brackets belong to a rule."""
    depth, start = 0, 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")" and depth > 0)
        if letter in ", " and depth == 0:
            if piece := text[start:index].strip().strip(","):
                yield piece
            start = index + 1
    if piece := text[start:].strip().strip(","):
        yield piece
