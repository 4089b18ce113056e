"""What Alembic's `create_table` holds rows to besides its columns: keys, and what they refer to."""

from typing import Final

from weighbridge.facts.calls.forms import Arguments, Call, Form, Listed, Text
from weighbridge.facts.sql.acts import Constraint, ConstraintKind, Reference
from weighbridge.landscape.sql.bound_names import Names

_KEYS: Final = {"UniqueConstraint": ConstraintKind.UNIQUE, "PrimaryKeyConstraint": ConstraintKind.PRIMARY_KEY}


def constraint_of(call: Call, names: Names) -> Constraint | None:
    """The key that a call states; None where it states none, or not in words that stand there."""
    given = Arguments(call)
    last = call.name.rpartition(".")[2]
    if last in _KEYS:
        listed = [_text(each, names) for each in given.listed]
        return Constraint(kind=_KEYS[last], name=named(given, names), columns=tuple(listed)) if all(listed) else None
    if last != "ForeignKeyConstraint":
        return None
    own, to = (_texts(given.get(name, at), names) for at, name in enumerate(("columns", "refcolumns")))
    if not to or not all(to):
        return None
    reference = Reference(to[0].rpartition(".")[0], tuple(each.rpartition(".")[2] for each in to))
    kind = ConstraintKind.FOREIGN_KEY
    return Constraint(kind=kind, name=named(given, names), columns=own, reference=reference)


def named(given: Arguments, names: Names) -> str:
    """The name that a constraint is given; empty where none stands there."""
    value = names.of(given.named.get("name"))
    if isinstance(value, Call) and value.arguments:  # `op.f("…")`
        value = names.of(value.arguments[0].value)
    return value.value if isinstance(value, Text) else ""


def _texts(form: Form | None, names: Names) -> tuple[str, ...]:
    value = names.of(form)
    return tuple(_text(each, names) for each in value.items) if isinstance(value, Listed) else ()


def _text(form: Form, names: Names) -> str:
    value = names.of(form)
    return value.value if isinstance(value, Text) else ""
