"""CBOR as authenticators write it (CTAP2's canonical form, near enough): definite lengths, no floats, no tags."""

from typing import Final

_DEEPEST: Final = 6
_MOST_ITEMS: Final = 256
_SIMPLE: Final = {20: False, 21: True, 22: None}


def read_cbor(data: bytes) -> tuple[object, bytes]:
    """The first value of `data`, and what comes after it.

    Raises:
        ValueError: it is cut short, nested too deeply, or holds what no authenticator writes.
    """
    return _value(data, 0)


def _value(data: bytes, depth: int) -> tuple[object, bytes]:
    if not data or depth > _DEEPEST:
        raise ValueError("no value")
    major, low = data[0] >> 5, data[0] & 0x1F
    if major == 7 and low in _SIMPLE:
        return _SIMPLE[low], data[1:]
    number, rest = _number(low, data[1:])
    if major == 0:
        return number, rest
    if major == 1:
        return -1 - number, rest
    if major in (2, 3):
        if len(rest) < number:
            raise ValueError("cut short")
        raw = rest[:number]
        return raw if major == 2 else raw.decode("utf-8"), rest[number:]
    if major in (4, 5) and number <= _MOST_ITEMS:
        return _items(number, rest, depth=depth + 1) if major == 4 else _map(number, rest, depth=depth + 1)
    raise ValueError("not of a kind that authenticators write")


def _number(low: int, data: bytes) -> tuple[int, bytes]:
    if low < 24:
        return low, data
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(low)
    if size is None or len(data) < size:
        raise ValueError("no length")
    return int.from_bytes(data[:size], "big"), data[size:]


def _items(count: int, data: bytes, *, depth: int) -> tuple[list[object], bytes]:
    found: list[object] = []
    for _ in range(count):
        item, data = _value(data, depth)
        found.append(item)
    return found, data


def _map(count: int, data: bytes, *, depth: int) -> tuple[dict[int | str, object], bytes]:
    found: dict[int | str, object] = {}
    for _ in range(count):
        key, data = _value(data, depth)
        if isinstance(key, bool) or not isinstance(key, int | str) or key in found:
            raise ValueError("a key that stands there twice, or is none")
        found[key], data = _value(data, depth)
    return found, data
