"""Whether a tool that states a column anew drops it and adds it again, and with it what was in it.

TypeORM's drivers of PostgreSQL and MySQL compare the type's name, its length and whether it is an array with what the database says
(`changeColumn` in `PostgresQueryRunner`): where one is another, the column goes. Digits of numbers and fractions of seconds are altered.
"""

from typing import Final

from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import ChangeType, Type
from weighbridge.landscape.sql.column_types import plain_name
from weighbridge.landscape.sql.migrations import Step

_OF_DIGITS: Final = frozenset({"numeric", "timestamp", "timestamptz", "time", "timetz", "interval", "datetime", "float", "double"})  # fmt: skip
_OWN_NAMES: Final = frozenset(
    {
        "varchar", "decimal", "int", "int4", "int8", "int2", "bool", "float8", "float4", "varbit", "timestamptz", "timetz", "char",
        "timestamp", "time",
    }
)  # fmt: skip
"""Names of types for which PostgreSQL says another when it is asked."""


def is_remade(step: Step, act: ChangeType, *, before: Type | None) -> bool:
    """Whether the column is dropped and added anew, or may be where nobody knows what it was."""
    dialect = step.migration.dialect
    if not act.is_remade or dialect not in (Dialect.POSTGRES, Dialect.MYSQL):
        return False
    return before is None or not before.name or _is_another(before, act.to) or is_called_otherwise(step, act)


def is_called_otherwise(step: Step, act: ChangeType) -> bool:
    """Whether the database says another name for the type than the one that is stated, while it is asked what the column was."""
    return act.was is None and step.migration.dialect is Dialect.POSTGRES and act.to.name in _OWN_NAMES


def _is_another(before: Type, to: Type) -> bool:
    name = plain_name(to)
    if plain_name(before) != name or before.is_array != to.is_array:
        return True
    return name not in _OF_DIGITS and before.given != to.given
