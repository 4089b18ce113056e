"""What a condition compares with texts that are written in it: names of rules, environments and checks, of which some are misspelt."""

from collections.abc import Iterator, Mapping

from weighbridge.policy.conditions.flaws import Flawed
from weighbridge.policy.conditions.nodes import Call, Elements, Literal, Loop, Name, Node, Select
from weighbridge.policy.conditions.parse import parse, take_apart

_NO_LOOPS: Mapping[str, str] = {}


def texts_compared(text: str) -> Iterator[tuple[str, str]]:
    """Each path of the document that is held against a text with `==` or `in`, with that text; `[]` stands for any element."""
    parsed = parse(text)
    root = parsed if isinstance(parsed, Flawed) else take_apart(parsed)
    if not isinstance(root, Flawed):
        yield from _within(root, _NO_LOOPS)


def _within(node: Node, loops: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    match node:
        case Call(function="_==_", args=(one, other)):
            yield from _pairs(one, other, loops=loops)
            yield from _pairs(other, one, loops=loops)
        case Call(function="@in", args=(one, other)):
            yield from _pairs(one, other, loops=loops)
            yield from ((f"{path}[]", text) for path, text in _pairs(other, one, loops=loops))
        case Loop():
            inner = {**loops, node.variable: f"{_path(node.over, loops)}[]"}
            yield from _within(node.over, loops)
            yield from _within(node.step, inner)
            return
        case _:
            pass
    for part in _parts(node):
        yield from _within(part, loops)


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Call(target=target, args=args):
            return args if target is None else (target, *args)
        case Select(operand=operand):
            return (operand,)
        case Elements(items=items):
            return items
        case _:
            return ()


def _pairs(value: Node, texts: Node, *, loops: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    path = _path(value, loops)
    for item in texts.items if isinstance(texts, Elements) else (texts,):
        if path and isinstance(item, Literal) and isinstance(item.value, str):
            yield path, item.value


def _path(node: Node, loops: Mapping[str, str]) -> str:
    """Where in the document a value lies; empty where it is none of its."""
    match node:
        case Name(name=name):
            return loops.get(name, name)
        case Select(operand=operand, name=name, is_test=False):
            owner = _path(operand, loops)
            return f"{owner}.{name}" if owner else ""
        case _:
            return ""
