"""What values a condition can meet: the shapes of the view's fields, read from its types."""

from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import UnionType
from typing import Final, Union, get_args, get_origin, get_type_hints

from msgspec import Struct, UnsetType, field

from weighbridge.policy.view.view import View


class Text(Struct, frozen=True):
    """A text; one of `words` where only some are possible. `is_long` ones are written by people without a bound."""

    words: tuple[str, ...] = ()
    is_long: bool = False


class Whole(Struct, frozen=True):
    """A whole number."""


class Number(Struct, frozen=True):
    """A number with a fraction."""


class Flag(Struct, frozen=True):
    """True or false."""


class Moment(Struct, frozen=True):
    """A point in time."""


class Span(Struct, frozen=True):
    """A length of time."""


class Listing(Struct, frozen=True):
    """A list; `of` is None for an empty one."""

    of: "Shape | None" = None


class Record(Struct, frozen=True, eq=False):
    """Named fields; `optional` ones can be absent."""

    name: str
    fields: dict[str, "Shape"] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()


class Unclear(Struct, frozen=True):
    """What nothing is known of, because it was wrong and has been said to be: it fits everywhere."""


Shape = Text | Whole | Number | Flag | Moment | Span | Listing | Record | Unclear

_PLAIN: Final[dict[object, Shape]] = {
    str: Text(),
    int: Whole(),
    float: Number(),
    bool: Flag(),
    datetime: Moment(),
}
_LONG: Final = frozenset({"description", "message", "subject", "title"})
_NOT_FOR_CONDITIONS: Final = "missing"


_WORDS: Final[dict[type[Shape], str]] = {
    Text: "text",
    Whole: "a whole number",
    Number: "a number with a fraction",
    Flag: "true or false",
    Moment: "a moment",
    Span: "a length of time",
    Listing: "a list",
    Record: "a record",
    Unclear: "something unclear",
}


def in_words(shape: Shape) -> str:
    """What a shape is called in a message."""
    return _WORDS[type(shape)]


@lru_cache(maxsize=1)
def names() -> dict[str, Shape]:
    """The names that a condition may use, with what they stand for."""
    record = record_of(View)
    return {name: shape for name, shape in record.fields.items() if name != _NOT_FOR_CONDITIONS}


@lru_cache(maxsize=256)
def record_of(kind: type) -> Record:
    """The shape of one of the view's types."""
    shapes: dict[str, Shape] = {}
    optional: set[str] = set()
    for name, hint in get_type_hints(kind, include_extras=True).items():
        if name.startswith("_") or name == _NOT_FOR_CONDITIONS:
            continue
        parts = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        if UnsetType in parts:
            optional.add(name)
        shape = _shape_of(next(part for part in parts if part is not UnsetType))
        shapes[name] = Text(is_long=True) if shape == Text() and name in _LONG else shape
    return Record(kind.__name__, shapes, frozenset(optional))


def _shape_of(hint: object) -> Shape:
    if get_origin(hint) is tuple:
        return Listing(_shape_of(get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Text(words=tuple(hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return record_of(hint)
    return _PLAIN[hint]
