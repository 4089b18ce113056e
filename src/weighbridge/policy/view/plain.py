"""The document as plain values: what conditions are asked of, made of a view or read from what somebody wrote.

Whoever writes a document for a test says what the test is about. What it does not say is absent, as it is in a view.
"""

import operator
import re
from functools import lru_cache
from types import GenericAlias, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Struct, UnsetType, defstruct, field

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.view.view import View

_NUL: Final = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class PlainDocument(Struct, frozen=True, eq=False):
    """`values` by name, with absent fields left out; `missing` says why, by path such as `risk.percentile`.

    No text in it holds what ends or breaks those of the library that runs conditions: NUL, and halves of characters.
    """

    values: dict[str, Any]
    missing: dict[str, CouldNotLook] = field(default_factory=dict)


class DocumentError(Exception):
    """What somebody wrote is no document: what is wrong, and where in it."""


def plain(view: View) -> PlainDocument:
    """The view as plain values."""
    try:
        data = msgspec.json.encode(view)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_whole_characters(msgspec.to_builtins(view)))
    values = _decoded(data)
    del values["missing"]
    return PlainDocument(values, view.missing)


def plain_from(written: object) -> PlainDocument:
    """The document that somebody wrote in JSON or YAML, as the values these are read to; parts of it are enough.

    Raises:
        DocumentError: if something in it has another name or type than in a view.
    """
    try:
        read = msgspec.convert(_whole_characters(written), _partial(View))
        values = _decoded(msgspec.json.encode(read))
    except (msgspec.ValidationError, RecursionError) as error:
        raise DocumentError(str(error).replace("`$.", "`").replace("Object contains", "it contains")) from None
    missing = msgspec.convert(values.pop("missing", {}), dict[str, CouldNotLook])
    for name in _records():  # a view always holds them, however little is in them
        values.setdefault(name, {})
    return PlainDocument(values, missing)


def _decoded(data: bytes) -> dict[str, Any]:
    if b"\\u0000" in data:
        data = _NUL.sub(rb"\1\\ufffd", data)
    values: dict[str, Any] = msgspec.json.decode(data)
    return values


def _whole_characters(value: object) -> object:
    match value:
        case str():
            return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
        case dict():
            return {key: _whole_characters(one) for key, one in value.items()}
        case list() | tuple():
            return [_whole_characters(one) for one in value]
        case _:
            return value


@lru_cache(maxsize=1)
def _records() -> tuple[str, ...]:
    hints = get_type_hints(View).items()
    return tuple(name for name, hint in hints if isinstance(hint, type) and issubclass(hint, Struct))


@lru_cache(maxsize=256)
def _partial(kind: type[Struct]) -> type[Struct]:
    """The same type with every field optional."""
    hints = get_type_hints(kind).items()
    parts = [(name, operator.or_(_partial_hint(hint), UnsetType), UNSET) for name, hint in hints]
    return defstruct(kind.__name__, parts, forbid_unknown_fields=True)


def _partial_hint(hint: object) -> object:
    if get_origin(hint) in (Union, UnionType):
        return _partial_hint(next(part for part in get_args(hint) if part is not UnsetType))
    if get_origin(hint) is tuple:
        return GenericAlias(tuple, (_partial_hint(get_args(hint)[0]), ...))
    return _partial(hint) if isinstance(hint, type) and issubclass(hint, Struct) and hint is not CouldNotLook else hint
