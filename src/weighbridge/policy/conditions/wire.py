"""The parser's message, read from and written to the bytes that the library passes (Protocol Buffers, `cel.expr.ParsedExpr`).

Only the fields that are used are known here, so that no library for messages need be loaded: it would take longer than
two hundred conditions.
"""

import struct
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

_VARINT, _FIXED64, _BYTES = 0, 1, 2
_TYPE: Final = b"type.googleapis.com/cel.expr.ParsedExpr"
_ID: Final = b"\x10"
_FUNCTION, _ARGUMENT, _STRING = 2 << 3 | _BYTES, 3 << 3 | _BYTES, STRING << 3 | _BYTES
_SIGN: Final = 1 << 63
_ONE_BYTE: Final = [bytes((value,)) for value in range(0x80)]


class TooDeepError(Exception):
    """The expression is nested deeper than is looked at."""


def read(message: bytes) -> Node:
    """The expression in a serialised one.

    Raises:
        TooDeepError: if it is nested too deep.
    """
    return _node(_last(_last(message, 2), 2), 0)


def places(message: bytes) -> dict[int, int]:
    """Where each node of a serialised expression stands in its text, by id."""
    found: dict[int, int] = {}
    for number, entry in _fields(_last(_last(message, 2), 3)):
        if number == 4 and isinstance(entry, bytes):
            pair = dict(_fields(entry))
            found[int(pair.get(1, 0))] = int(pair.get(2, 0))
    return found


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


def _fields(data: bytes, at: int = 0) -> list[tuple[int, int | bytes]]:
    """Every field from `at` on with its number, which is below 16 in these messages: a byte holds it."""
    found: list[tuple[int, int | bytes]] = []
    end = len(data)
    while at < end:
        key = data[at]
        kind = key & 7
        if kind == _FIXED64:
            at, size = at + 1, 8
        else:
            size = data[at + 1]
            at += 2
            if size > 0x7F:
                size, at = _varint(data, at - 1)
            if kind == _VARINT:
                found.append((key >> 3, size))
                continue
        found.append((key >> 3, data[at : at + size]))
        at += size
    return found


def _last(data: bytes, wanted: int) -> bytes:
    found = b""
    for number, value in _fields(data):
        if number == wanted and isinstance(value, bytes):
            found = value
    return found


def _node(raw: bytes, level: int) -> Node:
    """The node in `raw`: first its id, if it is not 0; then what it is, which goes on to the end."""
    if level > MOST_LEVELS:
        raise TooDeepError
    at, node_id = 0, 0
    if raw[:1] == _ID:
        node_id, at = (raw[1], 2) if raw[1] < 0x80 else _varint(raw, 1)
    if at == len(raw):
        return Alien(id=node_id)
    form = raw[at] >> 3
    at = _behind_size(raw, at + 1)
    match form:
        case 6:
            node: Node = _call(node_id, raw, at=at, level=level + 1)
        case 3:
            node = _literal(node_id, raw, at=at)
        case 4:
            node = Name(id=node_id, name=raw[_behind_size(raw, at + 1) :].decode(), raw=raw)
        case 5:
            node = _select(node_id, raw, at=at, level=level + 1)
        case 7:
            parts = _fields(raw, at)
            items = [_node(part, level + 1) for number, part in parts if number == 1 and isinstance(part, bytes)]
            node = Elements(id=node_id, items=tuple(items), raw=raw)
        case 9:
            node = _loop(node_id, raw, at=at, level=level + 1)
        case _:
            node = Alien(id=node_id)
    return node


def _behind_size(raw: bytes, at: int) -> int:
    """Where what begins whose size stands at `at`; it goes on to the end."""
    while raw[at] > 0x7F:
        at += 1
    return at + 1


def _literal(node_id: int, raw: bytes, *, at: int) -> Literal:
    if raw[at] == _STRING:
        return Literal(id=node_id, kind=STRING, value=raw[_behind_size(raw, at + 1) :].decode(), raw=raw)
    kind, value = _fields(raw, at)[-1]
    said: str | int | float | bool | bytes | None = value
    if isinstance(value, bytes):
        if kind == DOUBLE:
            said = float(struct.unpack("<d", value)[0])
    elif kind == BOOL:
        said = bool(value)
    elif kind == INT and value >= _SIGN:
        said = value - (1 << 64)
    return Literal(id=node_id, kind=kind, value=said, raw=raw)


def _select(node_id: int, raw: bytes, *, at: int, level: int) -> Select:
    operand: Node = Alien(id=node_id)
    name = ""
    is_test = False
    for number, value in _fields(raw, at):
        if isinstance(value, int):
            is_test = bool(value)
        elif number == 1:
            operand = _node(value, level)
        else:
            name = value.decode()
    return Select(id=node_id, operand=operand, name=name, is_test=is_test, raw=raw)


def _call(node_id: int, raw: bytes, *, at: int, level: int) -> Call:
    """A call, whose fields are all texts or nodes; they are the most of every expression."""
    target: Node | None = None
    function = ""
    args: list[Node] = []
    end = len(raw)
    while at < end:
        key, size = raw[at], raw[at + 1]
        at += 2
        if size > 0x7F:
            size, at = _varint(raw, at - 1)
        value = raw[at : at + size]
        at += size
        if key == _ARGUMENT:
            args.append(_node(value, level))
        elif key == _FUNCTION:
            function = value.decode()
        else:
            target = _node(value, level)
    return Call(id=node_id, target=target, function=function, args=tuple(args), raw=raw)


def _loop(node_id: int, raw: bytes, *, at: int, level: int) -> Node:
    found = {number: value for number, value in _fields(raw, at) if isinstance(value, bytes)}
    if found.keys() != {1, 2, 3, 4, 5, 6, 7}:  # a second variable: a form of newer libraries
        return Alien(id=node_id)
    return Loop(
        id=node_id,
        variable=found[1].decode(),
        over=_node(found[2], level),
        gathered=found[3].decode(),
        start=_node(found[4], level),
        goes_on=_node(found[5], level),
        step=_node(found[6], level),
        result=_node(found[7], level),
        raw=raw,
    )


def _written(node: Node) -> bytes:
    if not isinstance(node, Alien) and node.raw:
        return node.raw
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
    size = len(data)
    return _ONE_BYTE[number << 3 | _BYTES] + (_ONE_BYTE[size] if size < 0x80 else _number(size)) + data


def _number(value: int) -> bytes:
    if value < 0x80:
        return _ONE_BYTE[value]
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
