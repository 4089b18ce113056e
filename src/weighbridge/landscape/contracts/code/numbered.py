"""The numbers that names of Go, TypeScript, Python and Java stand for by their order, read from files as they are."""

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Call, Expr, FileFacts, Name, Number
from weighbridge.facts.names import last_name

_STILL: Final = LatePattern(r"//[^\n]*|/\*.*?(?:\*/|\Z)|`[^`]*`|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_BLOCK: Final = LatePattern(r"(?m)^const\s*\((?P<lines>[^()]*(?:\([^()]*\)[^()]*)*)\)")
_LINE: Final = LatePattern(r"(?P<names>\w+(?:\s*,\s*\w+)*)(?:\s+(?P<type>[\w.]+))?(?:\s*=\s*(?P<value>.+))?")
_ENUM: Final = LatePattern(r"\benum\s+(?P<name>\w{1,200})[^{};]{0,300}\{(?P<members>[^{}]{0,60000})\}")
_JAVA: Final = LatePattern(r"\benum\s+(?P<name>\w{1,200})[^{};]{0,300}\{(?P<members>[^;{}]{0,60000})[;{}]")
_MEMBER: Final = LatePattern(r"\s*(?P<name>\w+)\s*(?:=\s*(?P<value>.+?))?\s*", re.DOTALL)
_CONSTANT: Final = LatePattern(r"(?:@\w+(?:\([^)]*\))?\s*)*(?P<name>[A-Za-z_]\w*)\s*(?:\(.*)?", re.DOTALL)
_ENUMS: Final = frozenset({"Enum", "IntEnum", "Flag", "IntFlag"})
_INTEGERS: Final = frozenset({"IntEnum", "IntFlag", "Flag"})
_BITS: Final = frozenset({"Flag", "IntFlag"})
_MOST: Final = 2_000
_DEEPEST: Final = 20
_SIGNS: Final[Mapping[type, Callable[[int, int], int]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_WIDEST: Final = 64


class Numbered(Struct, kw_only=True):
    """Names that get their numbers by one count: `type` is what they are of."""

    type: str
    values: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    """Those whose number is not written out."""
    is_number: bool = True
    """Whether it is used as a number: of Java's constants, and of Python's that are mere names, the number is seldom asked for."""


def numbered_in(data: bytes, facts: FileFacts) -> list[Numbered]:
    """Every count of a file."""
    if facts.language == "python":
        return [*_of_python(facts)]
    text = data.decode("utf-8", "replace")
    plain = _STILL.sub(
        lambda found: re.sub(r"[^\n]", " ", found[0]) if found[0][0] == "/" else '"' + "_" * (len(found[0]) - 2) + '"',
        text,
    )
    if facts.language == "go":
        return [*_of_go(plain)] if "iota" in plain else []
    found = (_JAVA if facts.language == "java" else _ENUM).finditer(plain)
    of = _constants if facts.language == "java" else _members
    return [of(each, plain) for each in found]


def _of_go(text: str) -> Iterator[Numbered]:
    for block in _BLOCK.finditer(text):
        counts: dict[str, Numbered] = {}
        value = kind = ""
        first = text.count("\n", 0, block.start("lines")) + 1
        at = 0
        for number, raw in enumerate(block["lines"].split("\n")[:_MOST]):
            match = _LINE.fullmatch(raw.strip().rstrip(";"))
            if match is None:
                continue
            if match["value"]:
                value, kind = match["value"], match["type"] or _converts(match["value"])
            names, parts = match["names"].replace(" ", "").split(","), value.split(",")
            for name, part in zip(names, parts, strict=False):
                result = number_of(part, {"iota": at})
                if result is not None and "iota" in part and name != "_":
                    counted = counts.setdefault(kind, Numbered(type=kind))
                    counted.values[name], counted.lines[name] = result, first + number
                    counted.counted.add(name)
                elif result is not None:
                    counted = counts.setdefault(kind, Numbered(type=kind))
                    counted.values[name], counted.lines[name] = result, first + number
            at += 1
        yield from counts.values()


def _converts(value: str) -> str:
    """`State(iota)` says its type itself."""
    match = re.match(r"([A-Za-z_]\w*)\s*\(", value)
    return match[1] if match else ""


def _members(found: re.Match[str], text: str) -> Numbered:
    numbered = Numbered(type=found["name"])
    following: int | None = 0
    start = found.start("members")
    for part in found["members"].split(",")[:_MOST]:
        match = _MEMBER.fullmatch(part)
        if match is not None:
            name, value = match["name"], match["value"]
            number = following if value is None else number_of(value, numbered.values)
            if number is not None:
                numbered.values[name] = number
                numbered.lines[name] = text.count("\n", 0, start + match.start("name")) + 1
                if value is None:
                    numbered.counted.add(name)
            following = None if number is None else number + 1
        start += len(part) + 1
    return numbered


def _constants(found: re.Match[str], text: str) -> Numbered:
    numbered = Numbered(type=found["name"], is_number=False)
    plain = found["members"]
    for _ in range(_DEEPEST):
        plain = re.sub(r"\([^()]{0,2000}\)", lambda each: "_" * len(each[0]), plain)
    start = found.start("members")
    for part in plain.split(",")[:_MOST]:
        match = _CONSTANT.fullmatch(part.strip().rstrip("_"))
        if match is not None:
            name = match["name"]
            numbered.lines[name] = text.count("\n", 0, start + part.find(name)) + 1
            numbered.values[name] = len(numbered.values)
            numbered.counted.add(name)
        start += len(part) + 1
    return numbered


def _of_python(facts: FileFacts) -> Iterator[Numbered]:
    for index, definition in enumerate(facts.definitions):
        bases = {last_name(each) for each in definition.bases}
        if definition.kind != "class" or bases.isdisjoint(_ENUMS):
            continue
        numbered = Numbered(type=definition.name, is_number=not bases.isdisjoint(_INTEGERS))
        last = 0
        for step in facts.steps:
            if step.scope == index and step.kind == "bind" and type(step.target) is Name:
                number = _python_number(step.value, last, by_bits=not bases.isdisjoint(_BITS))
                if number is not None:
                    name = step.target.id
                    numbered.values[name], numbered.lines[name] = number, step.line
                    last = max(last, number)
                    if type(step.value) is Call:
                        numbered.counted.add(name)
        yield numbered


def _python_number(value: Expr, last: int, *, by_bits: bool) -> int | None:
    if type(value) is Number and value.value.isdecimal():
        return int(value.value)
    if type(value) is not Call or last_name(value.function) != "auto" or value.arguments:
        return None
    return (1 << last.bit_length()) if by_bits else last + 1


def number_of(written: str, known: Mapping[str, int]) -> int | None:
    """What a sum of numbers and known names comes to; None for all else. Nothing is run."""
    try:
        tree = ast.parse(written.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _value(tree.body, known)


def _value(node: ast.expr, known: Mapping[str, int], *, depth: int = 0) -> int | None:
    value: int | None = None
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            value = number
        case ast.Name(id=name):
            value = known.get(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner) if depth < _DEEPEST:
            found = _value(inner, known, depth=depth + 1)
            value = None if found is None else -found
        case ast.Call(func=ast.Name(), args=[inner], keywords=[]) if depth < _DEEPEST:
            value = _value(inner, known, depth=depth + 1)
        case ast.BinOp(left=left, op=sign, right=right) if depth < _DEEPEST:
            one, other = (_value(each, known, depth=depth + 1) for each in (left, right))
            value = None if one is None or other is None else _joined(one, sign, other=other)
    return value


def _joined(one: int, sign: ast.operator, *, other: int) -> int | None:
    if isinstance(sign, ast.LShift):
        return one << other if 0 <= other <= _WIDEST and abs(one) < 1 << _WIDEST else None
    how = _SIGNS.get(type(sign))
    return how(one, other) if how and max(abs(one), abs(other)) < 1 << 2 * _WIDEST else None
