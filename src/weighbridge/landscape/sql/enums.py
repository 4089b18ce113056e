"""The values that an enumeration has when a statement comes, and those that a column's new one lacks."""

from collections.abc import Iterable, Sequence

from weighbridge.facts.sql.acts import Act, AlterEnum, ChangeType, Create, Delete, Drop, Rename, Type, Update
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange

_TEXTS = ("text", "varchar", "character varying", "char", "character", "citext")


def refused_in_words(sql: SqlChange, step: Step, *, act: ChangeType, before: Type | None) -> str:
    """Which rows end a migration that gives a column an enumeration, from a semicolon on; empty where none can or none is known."""
    new = _values(sql, step, name=act.to.name)
    if not new or before is None:
        return ""
    if before.name in _TEXTS:
        return f"; a row that holds another value than the {len(new)} of the new type ends the migration"
    lost = [
        each
        for each in _values(sql, step, name=before.name)
        if each not in new and not _is_seen_to(step, act, value=each)
    ]
    if not lost:
        return ""
    return f"; a row that still holds {' or '.join(f'`{each}`' for each in lost)} ends the migration, as the new type lacks that"


def _values(sql: SqlChange, step: Step, *, name: str) -> Sequence[str]:
    """The values of an enumeration by its name, in whatever case that is written."""
    last = last_part(name).lower()
    if not last:
        return ()
    known = (act for deed in sql.known.saying(last, "enum", dialect=step.migration.dialect) for act in deed.acts)
    added = (
        act for deed in sql.known.saying(last, "add", "value", dialect=step.migration.dialect) for act in deed.acts
    )
    own = (
        each
        for migration in sql.migrations
        for each in migration.doing(Create, AlterEnum, Rename, Drop)
        if migration is step.migration and each.order < step.order
    )
    done = dict.fromkeys((*known, *added))
    return _left((*done, *(each.act for each in sorted(own, key=lambda each: each.order))), last)


def _left(done: Iterable[Act], last: str) -> Sequence[str]:
    types: dict[str, list[str]] = {}
    for act in done:
        match act:
            case Create(kind="type", name=name, values=values) if values:
                types[last_part(name).lower()] = list(values)
            case AlterEnum(name=name, value=value, old=old) if (held := types.get(last_part(name).lower())) is not None:
                held[:] = [value if each == old else each for each in held] if old else [*held, value]
            case Rename(kind="type", name=name, to=to) if last_part(name).lower() in types:
                types[last_part(to).lower()] = types.pop(last_part(name).lower())
            case Drop(kind="type", name=name):
                types.pop(last_part(name).lower(), None)
    return types.get(last, ())


def _is_seen_to(step: Step, act: ChangeType, *, value: str) -> bool:
    """Whether the statement says what becomes of a value, or the script wrote or deleted rows by it before."""
    said = f"'{value}'"
    if act.using is not None and said in act.using.text:
        return True
    done = (each.act for each in step.migration.on(act.table, Update, Delete) if each.order < step.order)
    return any(isinstance(each, Update | Delete) and (each.where is None or said in each.where.text) for each in done)
