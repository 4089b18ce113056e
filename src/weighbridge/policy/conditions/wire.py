"""The parser's message, read from and written to the bytes that the library passes (Protocol Buffers, `cel.expr.ParsedExpr`).

Only the fields that are used are known here, so that no library for messages need be loaded: it would take longer than
two hundred conditions.
"""

import struct
from collections.abc import Iterator
from typing import Final

from weighbridge.policy.conditions.nodes import (
    BOOL,
    DOUBLE,
    INT,
    STRING,
    Alien,
    Call,
    Elements,
    Literal,
    Loop,
    Name,
    Node,
    Select,
)

MOST_LEVELS: Final = 64
"""How deep an expression may be nested: an operator, a call, a field are a level each."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_CONST, _IDENT, _SELECT, _CALL, _LIST, _COMPREHENSION = 3, 4, 5, 6, 7, 9
_TYPE: Final = b"type.googleapis.com/cel.expr.ParsedExpr"
_SIGN: Final = 1 << 63


class TooDeepError(Exception):
    """The expression is nested deeper than is looked at."""


def read(message: bytes) -> tuple[Node, dict[int, int]]:
    """The expression in a serialised one, and where each of its nodes stands in the text, by id.

    Raises:
        TooDeepError: if it is nested too deep.
    """
    parsed = _last(message, 2)
    return _node(_last(parsed, 2), 0), _places(_last(parsed, 3))


def write(node: Node) -> bytes:
    """The serialised form of an expression, without the places."""
    return _field(1, _TYPE) + _field(2, _field(2, _written(node)))


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _BYTES:
            size, at = _varint(data, at)
            yield key >> 3, data[at : at + size]
            at += size
        elif kind == _VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value
        else:
            size = 8 if kind == _FIXED64 else 4
            yield key >> 3, data[at : at + size]
            at += size


def _last(data: bytes, wanted: int) -> bytes:
    found = b""
    for number, value in _fields(data):
        if number == wanted and isinstance(value, bytes):
            found = value
    return found


def _places(source: bytes) -> dict[int, int]:
    places: dict[int, int] = {}
    for number, entry in _fields(source):
        if number == 4 and isinstance(entry, bytes):
            pair = dict(_fields(entry))
            places[int(pair.get(1, 0))] = int(pair.get(2, 0))
    return places


def _node(data: bytes, level: int) -> Node:
    if level > MOST_LEVELS:
        raise TooDeepError
    node_id = 0
    for number, value in _fields(data):
        if isinstance(value, int):
            node_id = value
            continue
        match number:
            case 3:
                return _literal(node_id, value)
            case 4:
                return Name(id=node_id, name=_last(value, 1).decode("utf-8"))
            case 5:
                return _select(node_id, value, level + 1)
            case 6:
                return _call(node_id, value, level + 1)
            case 7:
                items = tuple(_node(v, level + 1) for n, v in _fields(value) if n == 1 and isinstance(v, bytes))
                return Elements(id=node_id, items=items)
            case 9:
                return _loop(node_id, value, level + 1)
            case _:
                break
    return Alien(id=node_id)


def _literal(node_id: int, data: bytes) -> Literal:
    value: str | int | float | bool | bytes | None = None
    kind = 1
    for number, found in _fields(data):
        kind, value = number, found
    if kind == BOOL:
        value = bool(value)
    elif kind == INT and isinstance(value, int) and value >= _SIGN:
        value -= 1 << 64
    elif kind == DOUBLE and isinstance(value, bytes):
        value = float(struct.unpack("<d", value)[0])
    elif kind == STRING and isinstance(value, bytes):
        value = value.decode("utf-8")
    return Literal(id=node_id, kind=kind, value=value)


def _select(node_id: int, data: bytes, level: int) -> Select:
    operand: Node = Alien(id=node_id)
    name = ""
    is_test = False
    for number, value in _fields(data):
        if isinstance(value, int):
            is_test = bool(value)
        elif number == 1:
            operand = _node(value, level)
        else:
            name = value.decode("utf-8")
    return Select(id=node_id, operand=operand, name=name, is_test=is_test)


def _call(node_id: int, data: bytes, level: int) -> Call:
    target: Node | None = None
    function = ""
    args: list[Node] = []
    for number, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        if number == 1:
            target = _node(value, level)
        elif number == 2:
            function = value.decode("utf-8")
        else:
            args.append(_node(value, level))
    return Call(id=node_id, target=target, function=function, args=tuple(args))


def _loop(node_id: int, data: bytes, level: int) -> Node:
    found = {number: value for number, value in _fields(data) if isinstance(value, bytes)}
    if 8 in found:  # a second variable: a form of newer libraries
        return Alien(id=node_id)
    over, start, goes_on, step, result = (_node(found[number], level) for number in (2, 4, 5, 6, 7))
    return Loop(
        id=node_id,
        variable=found[1].decode("utf-8"),
        over=over,
        gathered=found[3].decode("utf-8"),
        start=start,
        goes_on=goes_on,
        step=step,
        result=result,
    )


def _written(node: Node) -> bytes:
    match node:
        case Literal():
            said = _field(3, _constant(node))
        case Name(name=name):
            said = _field(4, _field(1, name.encode("utf-8")))
        case Select():
            test = b"\x18\x01" if node.is_test else b""
            said = _field(5, _field(1, _written(node.operand)) + _field(2, node.name.encode("utf-8")) + test)
        case Call():
            target = _field(1, _written(node.target)) if node.target else b""
            args = b"".join(_field(3, _written(arg)) for arg in node.args)
            said = _field(6, target + _field(2, node.function.encode("utf-8")) + args)
        case Elements(items=items):
            said = _field(7, b"".join(_field(1, _written(item)) for item in items))
        case Loop():
            parts = zip((2, 4, 5, 6, 7), (node.over, node.start, node.goes_on, node.step, node.result), strict=True)
            named = _field(1, node.variable.encode("utf-8")) + _field(3, node.gathered.encode("utf-8"))
            said = _field(9, named + b"".join(_field(number, _written(part)) for number, part in parts))
        case _:
            raise AssertionError("an expression with other forms was refused before")
    return b"\x10" + _number(node.id) + said


def _constant(node: Literal) -> bytes:
    value = node.value
    match node.kind:
        case 2 | 3 | 4:
            assert isinstance(value, int), "what is counted is a number"
            return _number(node.kind << 3) + _number(value & ((1 << 64) - 1))
        case 5:
            return b"\x29" + struct.pack("<d", value)
        case _:
            assert isinstance(value, str), "nothing else passes the check"
            return _field(6, value.encode("utf-8"))


def _field(number: int, data: bytes) -> bytes:
    return _number(number << 3 | _BYTES) + _number(len(data)) + data


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
