"""What a value says as a text, through the calls that only wrap one."""

import re
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import (
    UNKNOWN,
    Argument,
    Call,
    Either,
    Form,
    Listed,
    Name,
    Number,
    Statement,
    Text,
    Unknown,
)
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.tools._repeated import repeated

_WRAPS: Final = (
    "text",
    "dedent",
    "cleandoc",
    "strip",
    "lstrip",
    "rstrip",
    "SQL",
    "raw",
    "literal_column",
    "indent",
    "sql",
    "squish",
    "freeze",
)
_FILLS: Final = ("format", "format_map", "replace", "join", "substitute", "bindparams")


def text_of(form: Form | None, names: Names, *, depth: int = 0) -> Text | None:
    """A text that is written in the file; None where none is. One that is filled in with what is not known has holes.

    Of texts one of which is meant, depending on a condition, all stand one behind the other.
    """
    for _ in range(10):
        value = names.of(form)
        if isinstance(value, Either):
            value = _all_of(value, names)
        if isinstance(value, Text):
            return _filled(value, names)
        if not isinstance(value, Call):
            return None
        of = names.of(value.of) if value.of is not None else None
        if value.name in _FILLS and value.name != "bindparams" and isinstance(of, Text):
            if value.name == "join":
                return _joined(of, value, names=names, depth=depth)
            return (
                _formatted(of, value.arguments, names=names) if value.name == "format" else replace(of, has_holes=True)
            )
        if value.name in _FILLS and isinstance(of, Call):
            form = of
        elif value.name in _WRAPS:
            form = (
                of
                if isinstance(of, Text | Call) and not value.arguments
                else value.arguments[0].value
                if value.arguments
                else None
            )
        else:
            return _handed_out(value, names, depth=depth)
    return None


def _handed_out(call: Call, names: Names, *, depth: int) -> Text | None:
    """What a function of the same file hands out that does no more than to put a text together."""
    found = names.function(call.name) if call.of is None and depth < _MOST_FUNCTIONS else None
    if found is None:
        return None
    function, around = found
    before, last = function.body[:-1], function.body[-1:]
    is_long = len(function.takes) > _MOST_TAKEN or len(before) > _MOST_TAKEN
    if is_long or not last or last[0].kind != "return" or not all(map(_only_says, before)):
        return None
    inner = Names(outer=around)
    listed = [each.value for each in call.arguments if not each.name]
    named = {each.name: each.value for each in call.arguments if each.name}
    for at, name in enumerate(function.takes):
        given = named.get(name, listed[at] if at < len(listed) else None)
        inner.give(name, text_of(given, names, depth=depth) or (UNKNOWN if given is None else names.of(given)))
    for each in before:
        inner.bind(each)
        said = (
            text_of(each.value, inner, depth=depth + 1) if each.kind == "bind" and not each.name.endswith("+") else None
        )
        if said is not None:
            inner.give(each.name, said)
    return text_of(last[0].value, inner, depth=depth + 1)


def _only_says(statement: Statement) -> bool:
    """Whether a statement gives a name to something, or is but a text that says what the function is for."""
    return statement.kind == "bind" or (statement.kind == "do" and isinstance(statement.value, Text))


_MOST_FUNCTIONS: Final = 2
"""How far functions are followed that hand out what others do."""
_MOST_TAKEN: Final = 8
"""What a function takes, and the names it gives, where it is followed."""
_MOST_JOINED: Final = 50
"""Texts that are put together within a function; none of them is followed into another."""


def _all_of(either: Either, names: Names) -> Text:
    texts = [_filled(each, names) for each in either.options]
    value = ";\n".join(each.value.rstrip().rstrip(";") for each in texts)
    return Text(value, texts[0].line, texts[-1].end_line, any(each.has_holes for each in texts))


def _filled(text: Text, names: Names) -> Text:
    """A text whose holes are filled with what is written in the file; those of anything else stay."""
    if not any(text.holes) or text.value.count("{}") != len(text.holes):
        return text
    begin, *parts = text.value.split("{}")
    said = [_said(Name(hole), names) if hole else None for hole in text.holes]
    value = begin + "".join(("{}" if one is None else one) + part for one, part in zip(said, parts, strict=True))
    left = tuple(hole for hole, one in zip(text.holes, said, strict=True) if one is None)
    return replace(text, value=value, has_holes=bool(left), holes=left)


def _formatted(text: Text, given: tuple[Argument, ...], *, names: Names) -> Text:
    """A text that `format` fills."""
    listed = [each.value for each in given if not each.name]
    named = {each.name: each.value for each in given}
    count = 0
    is_whole = not text.has_holes

    def put(field: re.Match[str]) -> str:
        nonlocal count, is_whole
        if field[0] in ("{{", "}}"):
            return field[0][0]
        at = int(field[1]) if field[1].isdecimal() else count
        count += not field[1]
        is_listed = not field[1] or field[1].isdecimal()
        form = (listed[at] if at < len(listed) else None) if is_listed else named.get(field[1])
        said = _said(form, names)
        is_whole = is_whole and said is not None
        return "{}" if said is None else said

    value = _FIELD.sub(put, text.value)
    return replace(text, value=value, has_holes=not is_whole, holes=())


_FIELD: Final = LatePattern(r"\{\{|\}\}|\{(\w{0,60})[^{}]{0,60}\}")


def _said(form: Form | None, names: Names) -> str | None:
    """What a value is in a text, where that is written in the file."""
    value = names.of(form)
    if isinstance(value, Number):
        return value.value.replace("_", "")
    if isinstance(value, Text):
        return None if value.has_holes else value.value
    return None


def _joined(by: Text, call: Call, *, names: Names, depth: int) -> Text | None:
    """The texts of a list with one between them; None where something else is in it."""
    given = _made(names.of(call.arguments[0].value if call.arguments else None), names)
    if not isinstance(given, Listed) or (depth and len(given.items) > _MOST_JOINED):
        return None
    found = [text_of(each, names, depth=_MOST_FUNCTIONS if depth else 0) for each in given.items]
    texts = [each for each in found if each is not None]
    if not texts or len(texts) != len(found):
        return None
    value = by.value.join(each.value for each in texts)
    return Text(value, texts[0].line, texts[-1].end_line, any(each.has_holes for each in texts))


def _made(form: Form | None, names: Names) -> Form | None:
    """What a comprehension makes, as a list; None where that is not written, and anything else as it is."""
    inner = form.items[0] if isinstance(form, Listed) and len(form.items) == 1 else form
    if not isinstance(inner, Unknown) or not inner.loops:
        return form
    items = repeated(inner, names)
    return Listed(items) if items else None


def texts_in(form: Form | None, names: Names) -> list[Text] | None:
    """The texts that a list holds, or the one that stands without; a pair of a text and what fills it counts as its text."""
    value = _made(names.of(form), names)
    if value is None:
        return None
    if not isinstance(value, Listed):
        one = text_of(value, names)
        return None if one is None else [one]
    found: list[Text] = []
    for each in value.items:
        inner = names.of(each)
        one = text_of(inner.items[0] if isinstance(inner, Listed) and inner.items else inner, names)
        if one is None:
            return None
        found.append(one)
    return found
