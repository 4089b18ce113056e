"""The one byte form of a decision (RFC 8785), and the digest that approvals bind to.

Values become JSON as they stand: structs as objects, tuples as arrays, enumerations as their text. Times are
RFC 3339 in UTC. Text that is not valid Unicode (a lone surrogate) is written with the replacement character, so that
every decision has a canonical form. Whoever holds a package's JSON gets the same digest by canonicalising `decision`.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import msgspec
import rfc8785

from weighbridge.domain.ids import Digest, digest
from weighbridge.domain.package import Decision

_LARGEST: Final = 2**53 - 1
"""Beyond, a whole number has no exact form in JSON as RFC 8785 reads it."""

_IN_DIGITS: Final = (1e-4, 1e16)
"""Between these, Python and ECMAScript both write a fraction without an exponent, and with the same digits."""


def rfc3339(moment: datetime) -> str:
    """`moment` in UTC with a `Z`, with a fraction only where it has one; a time without a zone is read as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def valid_text(text: str) -> str:
    """`text` with each lone surrogate replaced by U+FFFD; itself in all usual cases."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def plain(value: object) -> dict[str, object]:
    """A struct as plain JSON values: texts valid, times in UTC."""
    built = _plain(msgspec.to_builtins(value, builtin_types=(datetime,)))
    assert isinstance(built, dict), "a struct becomes an object"
    return built


def _plain(value: object) -> object:
    if isinstance(value, str):
        return valid_text(value)
    if isinstance(value, Mapping):
        return {valid_text(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return rfc3339(value) if isinstance(value, datetime) else value


def canonical(value: object) -> bytes:
    """The RFC 8785 form of plain JSON values.

    Raises:
        rfc8785.CanonicalizationError: a number has no exact JSON form, or the value is not JSON.
    """
    return _alike(value) or rfc8785.dumps(value)  # type: ignore[arg-type]  # its recursive type cannot be spelled from outside


def canonical_decision(decision: Decision) -> bytes:
    """The bytes whose digest stands for `decision`."""
    return _alike(msgspec.to_builtins(decision, builtin_types=(datetime,)), moment=rfc3339) or canonical(
        plain(decision)
    )


def _alike(value: object, *, moment: Callable[[datetime], str] | None = None) -> bytes | None:
    """What Python's own writer makes, which takes a tenth of the time; None where RFC 8785 may ask for other bytes.

    Times are written as `moment` says.
    """
    if not _is_written_alike(value, plain=_PLAIN if moment is None else _PLAIN_OR_TIMES):
        return None
    with suppress(UnicodeEncodeError):  # a lone surrogate: the library says which error that is
        return json.dumps(
            value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False, default=moment
        ).encode()
    return None


_PLAIN: Final[frozenset[type]] = frozenset({str, bool, type(None)})
_PLAIN_OR_TIMES: Final = _PLAIN | {datetime}


def _is_written_alike(value: object, *, plain: frozenset[type]) -> bool:
    """Whether all numbers and keys are such that Python's writer puts them down, and in an order, as RFC 8785 asks."""
    pending = [value]
    while pending:
        each = pending.pop()
        kind = type(each)
        if kind in plain:
            continue
        if isinstance(each, dict):  # keys are put in order by UTF-16 there, by code points here
            if not all(type(key) is str and key.isascii() for key in each):
                return False
            pending += each.values()
        elif isinstance(each, list | tuple):
            pending += each
        elif not _is_number_alike(each):
            return False
    return True


def _is_number_alike(value: object) -> bool:
    if type(value) is int:
        return abs(value) <= _LARGEST
    return type(value) is float and _IN_DIGITS[0] <= abs(value) < _IN_DIGITS[1] and not value.is_integer()


def decision_digest(decision: Decision) -> Digest:
    """What approvals bind to."""
    return digest(canonical_decision(decision))
