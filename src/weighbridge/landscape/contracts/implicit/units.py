"""What says that a number is given in another unit than it was: it is multiplied or divided by what one unit holds of another."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Attribute, Call, Either, Expr, Name, Number, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import form

_FACTORS: Final = frozenset({60, 100, 1_000, 1_024, 3_600, 86_400, 1_000_000, 1_000_000_000, 60_000, 3_600_000})
_PARTS: Final = {0.01: 100, 0.001: 1_000}
_TIMES: Final = frozenset({"*"})
_BY: Final = frozenset({"/", "//"})
_NAMED: Final = (
    LatePattern(r"(?i)(?:^|_)(?:ms|millis|milliseconds|msec)$|(?<=[a-z])(?:Ms|Millis|Milliseconds)$"),
    LatePattern(r"(?i)(?:^|_)(?:s|sec|secs|seconds)$|(?<=[a-z])(?:Sec|Secs|Seconds)$"),
    LatePattern(r"(?i)(?:^|_)(?:min|mins|minutes)$|(?<=[a-z])(?:Mins|Minutes)$"),
    LatePattern(r"(?i)(?:^|_)hours$|(?<=[a-z])Hours$"),
    LatePattern(r"(?i)(?:^|_)days$|(?<=[a-z])Days$"),
    LatePattern(r"(?i)(?:^|_)cents$|(?<=[a-z])Cents$"),
    LatePattern(r"(?i)(?:^|_)bytes$|(?<=[a-z])Bytes$"),
    LatePattern(r"(?i)(?:^|_)(?:kb|kib)$|(?<=[a-z])K[bB]$"),
    LatePattern(r"(?i)(?:^|_)(?:mb|mib)$|(?<=[a-z])M[bB]$"),
)
_WORDS: Final = (
    "milliseconds",
    "seconds",
    "minutes",
    "hours",
    "days",
    "cents",
    "bytes",
    "kilobytes",
    "megabytes",
)
_AROUND: Final = frozenset({"int", "float", "round", "str", "Number", "floor", "Decimal"})


def unit_of(name: str) -> str:
    """The unit that a name ends with, in one word for all its spellings; empty where it says none."""
    return next((word for pattern, word in zip(_NAMED, _WORDS, strict=True) if pattern.search(name)), "")


def factor_between(before: Expr, after: Expr) -> str:
    """`* 1000` or `/ 100` where one expression is the other in another unit, as seen from the first; else nothing."""
    before, after = _bare(before), _bare(after)
    if (more := _scaled(before, after)) or (more := _turned(_scaled(after, before))):
        return more
    one, other = unit_of(_name(before)), unit_of(_name(after))
    if one and other and one != other and _stem(before) == _stem(after):
        return f"in {other}, not in {one}"
    return ""


def scale_of(expr: Expr) -> str:
    """`* 1000` or `/ 100` where an expression is something times, or by, what one unit holds of another."""
    expr = _bare(expr)
    if type(expr) is not Either or len(expr.options) != len(("a", "b")):
        return ""
    for at, factor in enumerate(expr.options):
        if type(factor) is Number and (sign := _sign(number_of(factor.value), expr.operator, is_first=at == 1)):
            return sign
    return ""


def factor_of_numbers(before: Expr, after: Expr) -> str:
    """The same of two numbers that are written out."""
    if type(before) is not Number or type(after) is not Number:
        return ""
    was, now = number_of(before.value), number_of(after.value)
    if not was or not now:
        return ""
    more, less = now / was, was / now
    if more in _FACTORS or round(more, 6) in _FACTORS:
        return f"* {round(more):g}"
    return f"/ {round(less):g}" if less in _FACTORS or round(less, 6) in _FACTORS else ""


def number_of(written: str) -> float:
    """What a number is that is written so; 0 where it cannot be told."""
    try:
        return float(written.replace("_", "").rstrip("fFdDlLnN"))
    except ValueError:
        return 0


def _scaled(plain: Expr, other: Expr) -> str:
    """Whether an expression is a plain one times, or by, what one unit holds of another."""
    if type(other) is not Either or len(other.options) != len(("a", "b")):
        return ""
    wanted = form(plain)
    for at, option in enumerate(other.options):
        factor = other.options[1 - at]
        if form(_bare(option)) == wanted and type(factor) is Number:
            return _sign(number_of(factor.value), other.operator, is_first=at == 0)
    return ""


def _sign(factor: float, operator: str, *, is_first: bool) -> str:
    if operator in _BY and is_first and factor in _FACTORS:
        return f"/ {factor:.0f}"
    if operator in _TIMES and factor in _FACTORS:
        return f"* {factor:.0f}"
    return f"/ {_PARTS[factor]}" if operator in _TIMES and factor in _PARTS else ""


def _turned(sign: str) -> str:
    return sign.replace("*", "#").replace("/", "*").replace("#", "/")


def _bare(expr: Expr) -> Expr:
    """An expression without what only makes a number of it."""
    while type(expr) is Call and last_name(expr.function) in _AROUND and expr.arguments:
        expr = expr.arguments[0].value
    return expr


def _name(expr: Expr) -> str:
    return last_name(expr) if type(expr) is Name or type(expr) is Attribute else ""


def _stem(expr: Expr) -> str:
    name = _name(expr)
    for pattern in _NAMED:
        name = str(pattern.sub("", name))
    return name


_TEXTS: Final = frozenset(
    {
        "isoformat",
        "strftime",
        "toISOString",
        "toString",
        "str",
        "String",
        "toDateString",
        "toJSON",
        "hex",
        "Format",
        "toFixed",
    }
)
_NUMBERS: Final = frozenset(
    {
        "int",
        "float",
        "Number",
        "getTime",
        "timestamp",
        "parseInt",
        "parseFloat",
        "len",
        "valueOf",
        "Unix",
        "UnixMilli",
        "mktime",
    }
)


def kind_of(expr: Expr) -> str:
    """What an expression certainly is: a text or a number; empty where it is not said."""
    if type(expr) is Text:
        return "a text"
    if type(expr) is Number:
        return "a number"
    name = last_name(expr.function) if type(expr) is Call else ""
    return "a text" if name in _TEXTS else "a number" if name in _NUMBERS else ""


def changes_of(before: Expr, after: Expr) -> Iterator[str]:
    """What is otherwise in a value that takes the place of another, in words: its kind, or its unit."""
    one, other = kind_of(before), kind_of(after)
    if one and other and one != other:
        yield f"is {other} now, not {one}"
    elif factor := factor_between(before, after):
        yield f"is given {factor}," if factor.startswith("in ") else f"is given `{factor}` now, in another unit,"
