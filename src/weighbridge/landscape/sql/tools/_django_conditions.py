"""What Django's `Q` asks of rows, in SQL as far as a rule may need it."""

from typing import Final

from weighbridge.facts.calls.forms import Call, Form, Listed, Name, Number, Text
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
    said = condition(Call(name="Q", arguments=call.arguments, line=call.line, end_line=call.end_line), names)
    if said is None or said.text == "…":
        return Value(", ".join(f"{each.name or '…'}" for each in call.arguments))
    return said
