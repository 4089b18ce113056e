"""What Django's `Q` asks of rows, in SQL as far as a rule may need it."""

from typing import Final

from weighbridge.facts.calls.forms import Argument, Call, Form, Listed, Name, Number, Text
from weighbridge.facts.sql.acts import Value
from weighbridge.landscape.sql.bound_names import Names

_SIGNS: Final = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "exact": "="}


def condition(form: Form | None, names: Names) -> Value | None:
    """A condition; `…` stands for what is not told. None where there is none."""
    value = names.of(form)
    if value is None:
        return None
    if isinstance(value, Call) and value.name == "Q" and len(value.arguments) == 1:
        given = value.arguments[0]
        column, _, how = given.name.rpartition("__")
        if how == "isnull" and isinstance(given.value, Name):
            return Value(f"{column} IS {'' if given.value.id == 'True' else 'NOT '}NULL")
        if how in _SIGNS and isinstance(given.value, Number):
            return Value(f"{column} {_SIGNS[how]} {given.value.value}")
        listed = names.of(given.value)
        if how == "in" and isinstance(listed, Listed) and all(isinstance(each, Text | Number) for each in listed.items):
            said = ", ".join(_literal(each) for each in listed.items)
            return Value(f"{column} IN ({said})")
        if given.name and isinstance(given.value, Text | Number):
            said = given.value.value
            return Value(f"{given.name} = {said!r}" if isinstance(given.value, Text) else f"{given.name} = {said}")
    return Value("…")


def _literal(form: Form) -> str:
    return f"'{form.value}'" if isinstance(form, Text) else form.value if isinstance(form, Number) else "…"


def where_of(call: Call, names: Names) -> Value | None:
    """What `filter` or `exclude` asks; None where it asks nothing."""
    if not call.arguments:
        return None
    parts = [_asked(each, names) for each in call.arguments]
    text = " AND ".join(parts)
    if call.name == "exclude":
        return Value(f"NOT ({text})")
    return Value(text)


def _asked(given: Argument, names: Names) -> str:
    """What one argument asks, with `…` for what is not told."""
    said = condition(Call(name="Q", arguments=(given,), line=0, end_line=0), names)
    if said is not None and said.text != "…":
        return said.text
    column, _, how = given.name.rpartition("__")
    if how == "in":
        return f"{column} IN (…)"
    if how in _SIGNS:
        return f"{column} {_SIGNS[how]} …"
    value = names.of(given.value)
    if isinstance(value, Call) and value.name == "Q" and len(value.arguments) > 1:
        return " AND ".join(_asked(each, names) for each in value.arguments)
    return f"{given.name} = …" if given.name else "…"
