"""What a value says as a text, through the calls that only wrap one."""

from typing import Final

from msgspec.structs import replace

from weighbridge.facts.calls.forms import Call, Form, Listed, Text
from weighbridge.landscape.sql.bound_names import Names

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


def text_of(form: Form | None, names: Names) -> Text | None:
    """A text that is written in the file; None where none is. One that is filled in has holes."""
    for _ in range(10):
        value = names.of(form)
        if isinstance(value, Text):
            return value
        if not isinstance(value, Call):
            return None
        of = names.of(value.of) if value.of is not None else None
        if value.name in _FILLS and value.name != "bindparams" and isinstance(of, Text):
            if value.name == "join":
                return _joined(of, value, names=names)
            return replace(of, has_holes=True)
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
            return None
    return None


def _joined(by: Text, call: Call, *, names: Names) -> Text | None:
    """The texts of a list with one between them; None where something else is in it."""
    given = names.of(call.arguments[0].value if call.arguments else None)
    found = [text_of(each, names) for each in given.items] if isinstance(given, Listed) else []
    texts = [each for each in found if each is not None]
    if not texts or len(texts) != len(found):
        return None
    value = by.value.join(each.value for each in texts)
    return Text(value, texts[0].line, texts[-1].end_line, any(each.has_holes for each in texts))


def texts_in(form: Form | None, names: Names) -> list[Text] | None:
    """The texts that a list holds, or the one that stands without; a pair of a text and what fills it counts as its text."""
    value = names.of(form)
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
