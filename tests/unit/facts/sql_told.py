"""Acts as one line each, so that a table of statements can say what is read of them."""

from msgspec import Struct
from msgspec.structs import fields

from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, Column, Constraint, Type, Value
from weighbridge.facts.sql.reading import read_deeds

_PLACE = ("line", "end_line")


def acts_in(sql: str, dialect: Dialect | None = None) -> list[str]:
    """What a script does, one line for each act."""
    return [told(act) for deed in read_deeds(sql, dialect=dialect).statements for act in deed.acts]


def told(act: Act) -> str:
    """One act: its kind, then what of it is not as usual."""
    return " ".join([type(act).__name__, *_parts(act)])


def _parts(value: Struct) -> list[str]:
    found = []
    for field in fields(value):
        said = getattr(value, field.name)
        if field.name in _PLACE or said in (field.default, (), "", None, False):
            continue
        found.append(field.name.removeprefix("is_") if said is True else f"{field.name}={_short(said)}")
    return sorted(found, key=lambda part: not part.startswith("table="))


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_short, value))}]"
    if isinstance(value, Value):
        return f"<{value.text}>"
    if isinstance(value, Type):
        given = f"({','.join(value.given)})" if value.given else ""
        return f"{value.name}{given}{'[]' if value.is_array else ''}"
    if isinstance(value, Column | Constraint | Struct):
        return f"({' '.join(_parts(value))})"
    return str(value)
