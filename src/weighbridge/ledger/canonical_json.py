"""The one byte form of a payload: RFC 8785."""

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
    if canonical_json(value) != data:
        raise MalformedError("the payload is JSON, and not in canonical form (RFC 8785): it could be read in two ways")
    return value
