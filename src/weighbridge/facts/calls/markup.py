"""Reads XML and YAML into elements with their lines; nothing that a document points at is fetched or filled in."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

MOST_DEEP: Final = 30
MOST_BYTES_OF_YAML: Final = 300_000
_TAG: Final = LatePattern(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)|<[?!][^>]*>|</(?P<closed>[\w:.-]+)\s*>"
    r"|<(?P<opened>[\w:.-]+)(?P<stated>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
_STATED: Final = LatePattern(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTITY: Final = LatePattern(r"&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class Element(Struct, kw_only=True, gc=False):
    """An element: `stated` by name, the text directly in it with its first line, and what it holds."""

    name: str
    line: int
    end_line: int = 0
    stated: dict[str, str] = {}
    text: str = ""
    text_line: int = 0
    children: "list[Element]" = []

    def get(self, name: str) -> str:
        """What is stated under a name; empty where nothing is."""
        return self.stated.get(name, "")

    def named(self, *names: str) -> "Iterator[Element]":
        """Its children by name."""
        return (each for each in self.children if each.name in names)


class UnreadableError(Exception):
    """The document is not well-formed; the message says where."""


def read_xml(text: str) -> Element:
    """The elements of a document, in one that stands for it.

    Raises:
        UnreadableError: an element is never closed, or another is.
    """
    root = Element(name="", line=1, children=[])
    opened = [root]
    at, line = 0, 1
    for match in _TAG.finditer(text):
        between = text[at : match.start()]
        _say(opened[-1], between, line=line, is_data=False)
        line += between.count("\n")
        if match["data"] is not None:
            _say(opened[-1], match["data"], line=line, is_data=True)
        elif match["closed"] is not None:
            if len(opened) == 1 or opened[-1].name != _local(match["closed"]):
                raise UnreadableError(f"`{match['closed']}` is closed on line {line} and not open there")
            opened.pop().end_line = line
        elif match["opened"] is not None:
            _open(opened, match, line=line)
        line += match[0].count("\n")
        at = match.end()
    if len(opened) > 1:
        raise UnreadableError(f"`{opened[-1].name}` of line {opened[-1].line} is never closed")
    return root


def _open(opened: list[Element], match: re.Match[str], *, line: int) -> None:
    stated = match["stated"]
    is_empty = stated.endswith("/")
    named = {_local(each[1]): _plain(each[2] if each[2] is not None else each[3]) for each in _STATED.finditer(stated)}
    end_line = line + match[0].count("\n")
    made = Element(name=_local(match["opened"]), line=line, end_line=end_line, stated=named, children=[])
    opened[-1].children.append(made)
    if not is_empty:
        opened.append(made)


def _say(element: Element, text: str, *, line: int, is_data: bool) -> None:
    if not text.strip():
        return
    if not element.text:
        element.text_line = line
    element.text += text if is_data else _plain(text)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _plain(text: str) -> str:
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda m: _NAMED[m[1]] if m[1] else _sign(int(m[2] or m[3], 10 if m[2] else 16)), text)


def _sign(number: int) -> str:
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def read_yaml(text: str) -> Element:
    """The mappings of a document as elements: scalars are stated, what is nested is held.

    Raises:
        UnreadableError: it is no YAML, too large or too deep.
    """
    import yaml  # noqa: PLC0415 - few changes have such a document

    if len(text) > MOST_BYTES_OF_YAML:
        raise UnreadableError("it is too large to be read")
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnreadableError("it is not well-formed YAML") from error
    root = Element(name="", line=1, children=[])
    budget = [100_000]
    _fill(root, node, depth=0, budget=budget)
    return root


def _fill(element: Element, node: object, *, depth: int, budget: list[int]) -> None:
    import yaml  # noqa: PLC0415 - loaded by now

    budget[0] -= 1
    if depth > MOST_DEEP or budget[0] < 0:
        raise UnreadableError("it is too deep to be read")
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            _fill(element, each, depth=depth + 1, budget=budget)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            line = key.start_mark.line + 1
            if isinstance(value, yaml.ScalarNode):
                element.stated[name] = value.value
                if "\n" in value.value or name in ("sql", "rollback"):
                    row = value.start_mark.line + (2 if value.style in ("|", ">") else 1)
                    made = Element(
                        name=name,
                        line=line,
                        end_line=value.end_mark.line + 1,
                        text=value.value,
                        text_line=row,
                        stated={},
                        children=[],
                    )
                    element.children.append(made)
                continue
            made = Element(name=name, line=line, end_line=max(line, value.end_mark.line), stated={}, children=[])
            element.children.append(made)
            _fill(made, value, depth=depth + 1, budget=budget)
