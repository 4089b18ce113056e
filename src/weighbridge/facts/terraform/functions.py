"""The functions of the language whose outcome is known once their arguments are."""

import json
import math
import posixpath
from collections.abc import Callable, Mapping
from typing import Any, Final

from weighbridge.facts.terraform.blocks import Expression

_MOST: Final = 10_000


class UnknownValueError(Exception):
    """Only running tells what a value is."""


def known(value: Any) -> Any:  # noqa: ANN401 - any value of HCL
    """The value. Raises `UnknownValueError` where it is an expression."""
    if isinstance(value, Expression):
        raise UnknownValueError
    return value


def text_of(value: object) -> str:
    """A value as it stands in a text. Raises `UnknownValueError` for what cannot stand in one."""
    known(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)
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
    made = parts[0] + "".join(value + part for value, part in zip(given, parts[1:], strict=True))
    return made.replace("\0", "%")


def _merged(*tables: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table in tables:
        held: Any = known(table)
        if not isinstance(held, dict | None):
            raise UnknownValueError
        found |= held or {}
    return found


def _joined(sign: object, *lists: object) -> str:
    return text_of(sign).join(text_of(each) for many in lists for each in _list(many))


def _concatenated(*lists: object) -> list[Any]:
    return [each for many in lists for each in _list(many)]


def _flat(value: object) -> list[Any]:
    found: list[Any] = []
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(each)
        else:
            found.append(known(each))
        if len(found) > _MOST:
            raise UnknownValueError
    return found


def _list(value: object) -> list[Any]:
    known(value)
    if not isinstance(value, list):
        raise UnknownValueError
    return value


def _looked_up(table: object, key: object, *default: object) -> object:
    held: Any = known(table)
    if not isinstance(held, dict):
        raise UnknownValueError
    return known(held.get(known(key), *default)) if default else known(held[known(key)])


def _range(*ends: object) -> list[int]:
    numbers = [each for each in ends if isinstance(each, int) and not isinstance(each, bool)]
    found = range(*numbers) if len(numbers) == len(ends) else range(0)
    if len(numbers) != len(ends) or len(found) > _MOST:
        raise UnknownValueError
    return list(found)


def _as_number(value: object) -> object:
    text = text_of(value)
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _as_bool(value: object) -> bool:
    return {"true": True, "false": False, "1": True, "0": False}[text_of(value)]


def _size(value: object) -> int:
    known(value)
    if not isinstance(value, str | list | dict):
        raise UnknownValueError
    return len(value)


def _replaced(text: object, old: object, *, new: object) -> str:
    if text_of(old).startswith("/"):
        raise UnknownValueError  # a pattern
    return text_of(text).replace(text_of(old), text_of(new))


def _same(value: object) -> object:
    return known(value)


FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    "abs": lambda value: abs(known(value)),
    "basename": lambda path: posixpath.basename(text_of(path)),
    "ceil": lambda value: math.ceil(known(value)),
    "compact": lambda many: [each for each in map(known, _list(many)) if each not in ("", None)],
    "concat": _concatenated,
    "contains": lambda many, value: known(value) in [known(each) for each in _list(many)],
    "distinct": lambda many: list(dict.fromkeys(map(known, _list(many)))),
    "element": lambda many, index: _list(many)[known(index) % len(many)],
    "flatten": _flat,
    "floor": lambda value: math.floor(known(value)),
    "format": _formatted,
    "join": _joined,
    "jsondecode": lambda text: json.loads(text_of(text)),
    "jsonencode": _same,
    "keys": lambda table: sorted(known(table)),
    "length": _size,
    "lookup": _looked_up,
    "lower": lambda text: text_of(text).lower(),
    "max": lambda *many: max(map(known, many)),
    "merge": _merged,
    "min": lambda *many: min(map(known, many)),
    "nonsensitive": _same,
    "range": _range,
    "replace": lambda text, old, new: _replaced(text, old, new=new),
    "sensitive": _same,
    "split": lambda sign, text: text_of(text).split(text_of(sign)),
    "title": lambda text: text_of(text).title(),
    "tobool": _as_bool,
    "tolist": _same,
    "tomap": _same,
    "tonumber": _as_number,
    "toset": lambda many: list(dict.fromkeys(map(known, _list(many)))),
    "tostring": text_of,
    "trimspace": lambda text: text_of(text).strip(),
    "upper": lambda text: text_of(text).upper(),
    "values": lambda table: [table[key] for key in sorted(known(table))],
    "zipmap": lambda names, values: dict(zip(map(text_of, _list(names)), _list(values), strict=True)),
}
