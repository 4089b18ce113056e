"""The one byte form of a payload: RFC 8785.

Most payloads are ASCII that needs no escapes, and hold no numbers. Of these RFC 8785 asks only that names are in order and
that nothing stands between tokens, which msgspec writes thirty times as fast as the reference does.
"""

from typing import Final

import msgspec
import rfc8785

from weighbridge.ledger.errors import MalformedError


def canonical_json(value: object) -> bytes:
    """The RFC 8785 form of plain JSON values. Raises `MalformedError` where there is none (NaN, lone surrogates)."""
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # its recursive type cannot be spelled from outside
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise MalformedError(f"this has no canonical JSON form (RFC 8785): {error}") from None


def read_canonical_json(data: bytes) -> object:
    """The values of a text in canonical form, and of no other: no two readers can take it for two things.

    Raises:
        MalformedError: it is not JSON, or not in canonical form.
    """
    try:
        value = msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise MalformedError("the payload is not JSON") from None
    if not _is_plainly_canonical(data, value) and canonical_json(value) != data:
        raise MalformedError("the payload is JSON, and not in canonical form (RFC 8785): it could be read in two ways")
    return value


_sorted: Final = msgspec.json.Encoder(order="sorted").encode


def _is_plainly_canonical(data: bytes, value: object) -> bool:
    """Whether it is canonical for sure: it is so plain that both forms are one, and msgspec writes just that."""
    return data.isascii() and b"\\" not in data and not _holds_numbers(value) and _sorted(value) == data


def _holds_numbers(value: object) -> bool:
    values = [value]
    while values:
        one = values.pop()
        if isinstance(one, dict):
            values.extend(one.values())
        elif isinstance(one, list):
            values.extend(one)
        elif isinstance(one, int | float) and not isinstance(one, bool):
            return True
    return False
