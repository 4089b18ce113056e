"""What two versions of a schema's bounds, patterns, formats, defaults and conditions break."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final

from weighbridge.domain.places import Side
from weighbridge.landscape.contracts.breaks import Level
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.contracts.schema_conditionals import CONDITIONAL, conditional_breaks
from weighbridge.landscape.contracts.schemas import Schema
from weighbridge.landscape.contracts.two import Two
from weighbridge.landscape.documents.nodes import plain_value

_UPPER: Final = ("maximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_LOWER: Final = ("minimum", "minLength", "minItems", "minProperties", "minContains")
_FROM_NOTHING: Final = ("minLength", "minItems", "minProperties")
"""What begins at nothing where it is not said."""

_CHECKS: Final = {
    "maximum": "max",
    "minimum": "min",
    "maxLength": "max-length",
    "minLength": "min-length",
    "maxItems": "max-items",
    "minItems": "min-items",
    "maxProperties": "max-properties",
    "minProperties": "min-properties",
    "maxContains": "max-contains",
    "minContains": "min-contains",
}
_SPOKEN: Final = {
    "maximum": "at most {}",
    "minimum": "at least {}",
    "maxLength": "at most {} characters long",
    "minLength": "at least {} characters long",
    "maxItems": "at most {} items",
    "minItems": "at least {} items",
    "maxProperties": "at most {} fields",
    "minProperties": "at least {} fields",
    "maxContains": "at most {} items of those that it must contain",
    "minContains": "at least {} items of those that it must contain",
}
_WIDER: Final = frozenset(
    {
        ("int32", "int64"),
        ("float", "double"),
        ("int32", ""),
        ("float", ""),
        ("int64", ""),
        ("", "int64"),
        ("", "double"),
    }
)
"""Formats of numbers, and those that hold all of theirs; what is said of the widest says nothing new."""
_OF_NUMBERS: Final = frozenset({"int32", "int64", "float", "double"})
_APART: Final = frozenset({"date", "date-time", "time", "uuid", "ipv4", "ipv6", "email", "uri", "byte", "binary"})
"""Formats of texts of which hardly any value is of two."""

_WHOLE: Final = frozenset({"integer"})


def limit_breaks(two: Two) -> None:
    """Tell of everything that is narrower for who sends and wider for who gets."""
    if two.old.limits != two.new.limits or two.old.exclusive != two.new.exclusive:
        for key in (*_UPPER, *_LOWER):
            _bound(two, key)
        _pattern(two)
        _format(two)
        _default(two)
        _unique(two)
    _conditions(two)


def _bound(two: Two, key: str) -> None:
    old, is_old_strict = _limit(two.old, key)
    new, is_new_strict = _limit(two.new, key)
    if is_old_strict != is_new_strict and old is not None and new is not None:
        old, is_old_strict = _of_whole_numbers(two.old, key, bound=old, is_strict=is_old_strict)
        new, is_new_strict = _of_whole_numbers(two.new, key, bound=new, is_strict=is_new_strict)
    if is_old_strict == is_new_strict and (old == new or _is_rounded(old, new)):
        return
    is_upper = key in _UPPER
    if old is not None and new is not None:
        is_narrower = (new < old if is_upper else new > old) or (new == old and is_new_strict)
    else:
        is_narrower = new is not None
    exclusive = "exclusive-" if (is_new_strict or is_old_strict) else ""
    said = _SPOKEN[key].format(new)
    if two.is_request and is_narrower:
        is_set = old is None
        check = exclusive + _CHECKS[key] + ("-set" if is_set else "-decreased" if is_upper else "-increased")
        level = Level.WARNING if is_set else Level.ERROR
        words = (
            f"{two.label} must be {said}" + ("" if is_set else f", not {old}") + ": requests beyond that are refused"
        )
        two.add("request-narrowed", check, level=level, words=words, line=_line(two.new, key))
    elif not two.is_request and not is_narrower:
        is_unset = new is None
        check = exclusive + _CHECKS[key] + ("-unset" if is_unset else "-increased" if is_upper else "-decreased")
        before = _SPOKEN[key].format(old)
        words = f"{two.label} is no longer always {before} in answers" + ("" if is_unset else f", only {said}")
        side = Side.BASE if is_unset else Side.HEAD
        two.add(
            "response-widened",
            check,
            level=Level.ERROR,
            words=words,
            line=_line(two.old if is_unset else two.new, key),
            side=side,
        )


def _is_rounded(old: Decimal | None, new: Decimal | None) -> bool:
    """Whether two bounds are one that a tool has written as a number of 64 bits with a fraction."""
    return old is not None and new is not None and float(old) == float(new)


def _limit(schema: Schema, key: str) -> tuple[Decimal | None, bool]:
    """A bound, and whether it is itself left out: said by a flag beside it before 3.1, by a bound of its own since."""
    value = _number(schema.said(key))
    if key not in ("maximum", "minimum"):
        if key == "minContains" and value is None and "contains" in schema.conditions:
            value = Decimal(1)  # what must be contained must be so once
        return (None if key in _FROM_NOTHING and value == 0 else value), False
    strict = schema.exclusive.get("exclusiveM" + key[1:])
    if strict is None:
        return value, False
    if strict.value.lower() in ("true", "false"):
        return value, strict.value.lower() == "true" and value is not None
    bound = _number(strict.value)
    if bound is None:
        return value, False
    if value is None:
        return bound, True
    tighter = min if key == "maximum" else max
    return (bound, True) if tighter(bound, value) == bound else (value, False)


def _of_whole_numbers(
    schema: Schema, key: str, *, bound: Decimal | None, is_strict: bool
) -> tuple[Decimal | None, bool]:
    """A bound that is left out as the one next to it, where there is a next one."""
    if bound is None or not is_strict or schema.types != _WHOLE or bound != bound.to_integral_value():
        return bound, is_strict
    return (bound - 1 if key == "maximum" else bound + 1), False


def _line(schema: Schema, key: str) -> int:
    strict = schema.exclusive.get("exclusiveM" + key[1:]) if key in ("maximum", "minimum") else None
    return strict.line if strict and key not in schema.limits else schema.line_of(key)


def _number(text: str) -> Decimal | None:
    if not text or len(text) > 60:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _pattern(two: Two) -> None:
    old, new = two.old.said("pattern"), two.new.said("pattern")
    if not two.is_request or old == new or not new or new in (".*", "^.*$"):
        return
    if old and two.takes_all_of(new, old):
        return
    check, level = ("pattern-changed", Level.WARNING) if old else ("pattern-added", Level.ERROR)
    words = (
        f"{two.label} must match `{new[:80]}`"
        + (f" instead of `{old[:80]}`" if old else "")
        + ": other values are refused"
    )
    two.add("request-narrowed", check, level=level, words=words, line=two.new.line_of("pattern"))


def _format(two: Two) -> None:
    old, new = two.old.said("format"), two.new.said("format")
    if old == new:
        return
    is_wider, is_narrower = (old, new) in _WIDER, (new, old) in _WIDER
    is_sure = bool({old, new} & _OF_NUMBERS) or {old, new} <= _APART
    before, after = (f"of the format `{each}`" if each else "of any format" for each in (old, new))

    if two.is_request and new and not is_wider:
        level = Level.ERROR if is_sure and old else Level.WARNING
        words = f"{two.label} must be {after}, where values {before} were right"
        two.add("request-type-changed", "type-changed", level=level, words=words, line=two.new.line_of("format"))
    elif not two.is_request and old and not is_narrower:
        level = Level.ERROR if is_sure and new else Level.WARNING if new else Level.NOTE
        words = f"{two.label} is {after} in answers, where clients expect one {before}"
        two.add("response-type-changed", "type-changed", level=level, words=words, line=two.new.line_of("format"))


def _default(two: Two) -> None:
    old, new = two.old.said("default"), two.new.said("default")
    if old == new or not two.is_request:
        return
    check = "default-value-changed" if old and new else "default-value-added" if new else "default-value-removed"
    level = Level.NOTE if two.part != "parameter" else Level.ERROR if old and new else Level.WARNING
    before, after = (f"`{each[:60]}`" if each else "no default" for each in (old, new))
    words = f"whoever leaves {two.label} out gets {after} instead of {before}"
    two.add("default-changed", check, level=level, words=words, line=two.new.line_of("default"))


def _unique(two: Two) -> None:
    is_new = two.new.said("uniqueItems").lower() == "true"
    if two.is_request and is_new and two.old.said("uniqueItems").lower() != "true":
        words = f"{two.label} must not hold anything twice: requests that do are refused"
        two.add(
            "request-narrowed",
            "unique-items-set",
            level=Level.WARNING,
            words=words,
            line=two.new.line_of("uniqueItems"),
        )


def _conditions(two: Two) -> None:
    old, new = (
        {key: spot for key, spot in each.conditions.items() if key not in CONDITIONAL} for each in (two.old, two.new)
    )
    if not two.old.conditions.keys() | two.new.conditions.keys() <= old.keys() | new.keys():
        conditional_breaks(two)
    if two.is_request:
        for key in _otherwise(new, old, is_same=_alike):
            if key == "patternProperties" and two.new.by_pattern.keys() <= two.old.by_pattern.keys():
                continue  # what stands behind each pattern is compared itself
            if key == "multipleOf" and _divides(new[key], old.get(key)):
                continue
            words = f"{two.label} must keep to `{key}`, which is " + ("otherwise" if key in old else "new") + " now"
            is_unsure = key == "not" or (key == "multipleOf" and key not in old)
            level = Level.WARNING if is_unsure else Level.ERROR
            check = _dashed(key) + ("-changed" if key in old else "-added")
            two.add("request-narrowed", check, level=level, words=words, line=new[key].line)
    else:
        for key in _otherwise(old, new, is_same=_alike):
            if key in new:
                continue
            words = f"{two.label} no longer keeps to `{key}` in answers"
            two.add(
                "response-widened",
                _dashed(key) + "-removed",
                level=Level.ERROR,
                words=words,
                line=old[key].line,
                side=Side.BASE,
            )


def _otherwise(one: dict[str, Spot], other: dict[str, Spot], *, is_same: Callable[[Spot, Spot], bool]) -> list[str]:
    return [key for key, spot in one.items() if key not in other or not is_same(spot, other[key])]


def _alike(one: Spot, other: Spot) -> bool:
    return plain_value(one.node) == plain_value(other.node)


def _divides(one: Spot, other: Spot | None) -> bool:
    """Whether every multiple of the other is one of the one."""
    step, steps = _number(one.text()), _number(other.text()) if other else None
    return bool(step) and steps is not None and step is not None and steps % step == 0


def _dashed(key: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in key)
