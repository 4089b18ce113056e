"""The functions of the language whose outcome is known once their arguments are."""

import csv
import json
import math
import posixpath
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from itertools import islice
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression

LONGEST: Final = 200_000
"""Characters of a text, and of an expression, beyond which nothing is made of it."""
_MOST: Final = 10_000
_LARGEST: Final = 10**30
"""Numbers beyond it, either way, count as unknown."""
_NUMBER: Final = LatePattern(r"-?[0-9]{1,31}(\.[0-9]{1,31})?([eE][+-]?[0-9]{1,2})?")


class UnknownValueError(Exception):
    """Only running tells what a value is."""


class MissingValueError(UnknownValueError):
    """There is no such value, whatever running tells: what looks there fails."""


def known(value: Any) -> Any:  # noqa: ANN401 - any value of HCL
    """The value. Raises `UnknownValueError` where it is an expression."""
    if isinstance(value, Expression):
        raise UnknownValueError
    return value


def number_of(value: object) -> int | float:
    """A number that can be computed with. Raises `UnknownValueError` for what is none, is too large or has no end."""
    if isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST:
        return value
    raise UnknownValueError


def text_of(value: object) -> str:
    """A value as it stands in a text. Raises `UnknownValueError` for what cannot stand in one."""
    known(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return str(number_of(value))


def _together(texts: Iterable[str], *, sign: str = "") -> str:
    """The texts as one, made only where it does not become too long."""
    found: list[str] = []
    room = LONGEST
    for text in texts:
        room -= len(text) + len(sign) + (not text)
        if room < 0:
            raise UnknownValueError
        found.append(text)
    return sign.join(found)


def _few(*many: list[Any] | dict[str, Any]) -> None:
    if sum(map(len, many)) > _MOST:
        raise UnknownValueError


def _formatted(pattern: object, *values: object) -> str:
    text, given = text_of(pattern), [text_of(each) for each in values]
    parts = (
        text.replace("%%", "\0").split("%s")
        if "%d" not in text
        else text.replace("%%", "\0").replace("%d", "%s").split("%s")
    )
    if len(parts) != len(given) + 1 or any("%" in part for part in parts):
        raise UnknownValueError
    made = _together([parts[0], *(each for pair in zip(given, parts[1:], strict=True) for each in pair)])
    return made.replace("\0", "%")


def _merged(*tables: object) -> dict[str, Any]:
    given = [_table(table) for table in tables if table is not None]
    _few(*given)
    return {name: each for table in given for name, each in table.items()}


def _joined(sign: object, *lists: object) -> str:
    return _together((text_of(each) for many in lists for each in _list(many)), sign=text_of(sign))


def _concatenated(*lists: object) -> list[Any]:
    given = [_list(many) for many in lists]
    _few(*given)
    return [each for many in given for each in many]


def _flat(value: object) -> list[Any]:
    found: list[Any] = []
    waiting = [value]
    seen = 0
    while waiting:
        each = waiting.pop()
        seen += 1
        if isinstance(each, list):
            waiting += reversed(each)
        else:
            found.append(known(each))
        if seen > 2 * _MOST or len(waiting) > 2 * _MOST:
            raise UnknownValueError
    return found


def _list(value: object) -> list[Any]:
    known(value)
    if not isinstance(value, list):
        raise UnknownValueError
    return value


def _table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnknownValueError
    return value


def _looked_up(table: object, key: object, *default: object) -> object:
    held: Any = _table(table)
    return known(held.get(known(key), *default)) if default else known(held[known(key)])


def _range(*ends: object) -> list[int]:
    numbers = [each for each in ends if isinstance(each, int) and not isinstance(each, bool)]
    found = range(*numbers) if len(numbers) == len(ends) else range(0)
    if len(numbers) != len(ends) or len(found) > _MOST:
        raise UnknownValueError
    return list(found)


def _as_number(value: object) -> object:
    found = _NUMBER.fullmatch(text_of(value))
    if found is None:
        raise UnknownValueError
    return number_of(float(found[0]) if found[1] or found[2] else int(found[0]))


def _decoded(text: object) -> object:
    return json.loads(text_of(text), parse_constant=_endless)


def _endless(_word: str) -> object:
    raise UnknownValueError


def _as_bool(value: object) -> bool:
    return {"true": True, "false": False, "1": True, "0": False}[text_of(value)]


def _element(many: object, index: object) -> object:
    given, at = _list(many), number_of(index)
    if not isinstance(at, int):
        raise UnknownValueError
    return given[at % len(given)]


def _size(value: object) -> int:
    known(value)
    if not isinstance(value, str | list | dict):
        raise UnknownValueError
    return len(value)


def _replaced(text: object, old: object, *, new: object) -> str:
    whole, was, becomes = text_of(text), text_of(old), text_of(new)
    is_pattern = was.startswith("/")
    if is_pattern or len(whole) + whole.count(was) * (len(becomes) - len(was)) > LONGEST:
        raise UnknownValueError
    return whole.replace(was, becomes)


def _rows(text: object) -> list[dict[str, str]]:
    try:
        found = list(
            islice(csv.DictReader(StringIO(text_of(text), newline=""), restkey="", restval="", strict=True), _MOST)
        )
    except csv.Error:
        raise UnknownValueError from None
    if len(found) == _MOST or any("" in row for row in found):
        raise UnknownValueError
    return found


def _without(many: object, *others: object) -> list[Any]:
    gone = _concatenated(*others)
    return [each for each in map(known, _list(many)) if each not in gone]


def _sole(many: object) -> object:
    given = _list(many)
    if len(given) > 1:
        raise UnknownValueError
    return known(given[0]) if given else None


def _encoded(value: object) -> object:
    """The text in base 64; of one with parts to fill in, that it is so."""
    if isinstance(value, Expression) and value.is_template:
        return Expression(f"base64encode({value.text})")
    return b64encode(text_of(value).encode()).decode()


def _same(value: object) -> object:
    return known(value)


FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    "abs": lambda value: abs(number_of(value)),
    "base64encode": _encoded,
    "basename": lambda path: posixpath.basename(text_of(path)),
    "ceil": lambda value: math.ceil(number_of(value)),
    "compact": lambda many: [each for each in map(known, _list(many)) if each not in ("", None)],
    "concat": _concatenated,
    "contains": lambda many, value: known(value) in [known(each) for each in _list(many)],
    "csvdecode": _rows,
    "dirname": lambda path: posixpath.dirname(text_of(path)),
    "distinct": lambda many: list(dict.fromkeys(map(known, _list(many)))),
    "element": _element,
    "endswith": lambda text, end: text_of(text).endswith(text_of(end)),
    "flatten": _flat,
    "floor": lambda value: math.floor(number_of(value)),
    "format": _formatted,
    "join": _joined,
    "jsondecode": _decoded,
    "jsonencode": _same,
    "keys": lambda table: sorted(_table(table)),
    "length": _size,
    "lookup": _looked_up,
    "lower": lambda text: text_of(text).lower(),
    "max": lambda *many: max(map(number_of, many)),
    "merge": _merged,
    "min": lambda *many: min(map(number_of, many)),
    "nonsensitive": _same,
    "one": _sole,
    "range": _range,
    "replace": lambda text, old, new: _replaced(text, old, new=new),
    "reverse": lambda many: list(reversed(_list(many))),
    "sensitive": _same,
    "setsubtract": _without,
    "setunion": lambda *lists: list(dict.fromkeys(map(known, _concatenated(*lists)))),
    "sort": lambda many: sorted(map(text_of, _list(many))),
    "split": lambda sign, text: text_of(text).split(text_of(sign)),
    "startswith": lambda text, start: text_of(text).startswith(text_of(start)),
    "strcontains": lambda text, part: text_of(part) in text_of(text),
    "title": lambda text: text_of(text).title(),
    "tobool": _as_bool,
    "tolist": _same,
    "tomap": _same,
    "tonumber": _as_number,
    "toset": lambda many: list(dict.fromkeys(map(known, _list(many)))),
    "tostring": text_of,
    "trimprefix": lambda text, start: text_of(text).removeprefix(text_of(start)),
    "trimspace": lambda text: text_of(text).strip(),
    "trimsuffix": lambda text, end: text_of(text).removesuffix(text_of(end)),
    "upper": lambda text: text_of(text).upper(),
    "values": lambda table: [table[key] for key in sorted(_table(table))],
    "yamlencode": _same,
    "zipmap": lambda names, values: dict(zip(map(text_of, _list(names)), _list(values), strict=True)),
}
