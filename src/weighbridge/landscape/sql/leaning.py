"""What goes with a drop that says `CASCADE`: the views, keys, columns, triggers and defaults that lean on what is dropped, as scripts made them."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from msgspec import Struct

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Constraint, ConstraintKind
from weighbridge.landscape.sql.column_types import columns_of, keys_of, type_of
from weighbridge.landscape.sql.constraints import columns_of as key_columns
from weighbridge.landscape.sql.constraints import kind_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.views import view_at, views_over

_VIEWS: Final = ("view", "materialized view")
_TYPES: Final = ("type", "domain")
_CALLED: Final = ("function", "procedure", "routine", "aggregate")
_OF_EXTENSIONS: Final = {
    "citext": ("citext",),
    "hstore": ("hstore",),
    "ltree": ("ltree", "lquery", "ltxtquery"),
    "postgis": ("geometry", "geography"),
    "vector": ("vector", "halfvec", "sparsevec"),
    "cube": ("cube",),
    "isn": ("isbn", "issn", "ean13", "upc"),
    "seg": ("seg",),
}
"""The types that extensions bring, which columns have."""
_FUNCTIONS: Final = {
    "uuid-ossp": ("uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "uuid_generate_v5"),
    "pgcrypto": ("gen_random_bytes", "gen_random_uuid", "crypt", "digest", "gen_salt"),
    "pg_trgm": ("similarity", "word_similarity"),
    "unaccent": ("unaccent",),
}
"""The functions that they bring, by which defaults and views are computed."""


class Lost(Struct, frozen=True, kw_only=True):
    """One thing that goes: its kind, its name, and the table that it is of, where it is of one."""

    kind: str
    name: str
    table: str = ""

    @property
    def words(self) -> str:
        """As a finding names it."""
        return f"the {self.kind} `{self.name}`" + (f" of `{self.table}`" if self.table else "")


def lost_with(sql: SqlChange, step: Step) -> tuple[Lost, ...]:
    """What a step drops besides, those things aside that its script drops as well, or the change makes again."""
    found = dict.fromkeys(_leaning(sql, step))
    dropped: dict[str, list[str]] = {}
    for each in step.migration.doing(acts.DropTable) if found else ():
        dropped.setdefault(last_part(each.act.table), []).append(each.act.table)
    return tuple(each for each in found if not _is_seen_to(sql, step, lost=each, dropped=dropped))


def _leaning(sql: SqlChange, step: Step) -> Iterator[Lost]:
    match step.act:
        case acts.Drop(kind=kind, name=name, is_cascading=True):
            yield from _on_object(sql, step, kind=kind, name=name)
        case acts.DropTable(table=table, is_cascading=True):
            yield from _views(views_over(sql, step, name=table))
            yield from _keys_to(sql, step, table=table)
        case acts.DropColumn(table=table, column=column, is_cascading=True):
            yield from _views(views_over(sql, step, name=table, column=column))
            yield from _keys_to(sql, step, table=table, columns=frozenset({column}))
        case acts.DropConstraint(table=table, name=name, is_cascading=True):
            done = tuple(sql.acts_before(step, table, constraint=name))
            kind_of_key = kind_of(done, table, name=name)
            if kind_of_key in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE):
                is_primary = kind_of_key is ConstraintKind.PRIMARY_KEY
                columns = key_columns(done, table, name=name)
                yield from _keys_to(sql, step, table=table, columns=columns, is_whole=True, is_primary=is_primary)


def _on_object(sql: SqlChange, step: Step, *, kind: str, name: str) -> Iterator[Lost]:
    last = last_part(name)
    if kind in _VIEWS:
        yield from _views(views_over(sql, step, name=name))
    elif kind in _TYPES:
        yield from _of_type(sql, step, name=last)
    elif kind == "sequence":
        yield from _computed_by(sql, step, name=last)
    elif kind in _CALLED:
        yield from _of_function(sql, step, name=last)
    elif kind == "schema":
        yield from _of_schema(sql, step, schema=name)
    elif kind == "extension":
        for each in _OF_EXTENSIONS.get(last, ()):
            yield from _of_type(sql, step, name=each)
        for each in _FUNCTIONS.get(last, ()):
            yield from _of_function(sql, step, name=each)


def _views(names: list[str]) -> Iterator[Lost]:
    return (Lost(kind="view", name=each) for each in names)


def _keys_to(
    sql: SqlChange,
    step: Step,
    *,
    table: str,
    columns: frozenset[str] = frozenset(),
    is_whole: bool = False,
    is_primary: bool = True,
) -> Iterator[Lost]:
    """The foreign keys of other tables that lead to a table, or to a key over such columns."""
    for act in _distinct(sql.known.referring_to(table, step.migration.dialect)):
        for key in keys_of(act):
            to = key.reference
            if to is None or not is_one(to.table, table) or not _is_there(sql, step, table=act.table, key=key):
                continue
            asked = frozenset(to.columns)
            is_meant = not columns or (asked == columns if is_whole else bool(asked & columns))
            if (
                is_meant
                if asked
                else (is_primary and (is_whole or not columns or _is_key(sql, step, table=table, columns=columns)))
            ):
                yield Lost(kind="foreign key", name=key.name or ", ".join(key.columns), table=act.table)


def _distinct(done: Iterator[Act]) -> Iterator[Act]:
    return iter(dict.fromkeys(done))


def _is_key(sql: SqlChange, step: Step, *, table: str, columns: frozenset[str]) -> bool:
    """Whether a column is in the table's primary key."""
    keys = (key for act in sql.acts_before(step, table) for key in keys_of(act))
    return any(key.kind is ConstraintKind.PRIMARY_KEY and columns & set(key.columns) for key in keys)


def _is_there(sql: SqlChange, step: Step, *, table: str, key: Constraint) -> bool:
    """Whether a table still has a key that a script gave it."""
    names = {key.name or f"{last_part(table)}_{'_'.join(key.columns)}_fkey"}
    for act in sql.acts_before(step, table):
        match act:
            case acts.DropTable():
                return False
            case acts.DropConstraint(name=name, columns=over) if name in names or (over and over == key.columns):
                return False
            case acts.DropColumn(column=column) if column in key.columns:
                return False
    return True


def _of_type(sql: SqlChange, step: Step, *, name: str) -> Iterator[Lost]:
    """The columns that have a type, and the views made from them."""
    wanted = name.lower()
    known = sql.known.naming(wanted, dialect=step.migration.dialect)
    given = {
        (act.table, column)
        for act in chain.from_iterable(deed.acts for _, deed in known)
        for column, kind in _typed(act)
        if last_part(kind).lower() == wanted
    }
    for table, column in sorted(given):
        now = type_of(sql.acts_before(step, table, naming=column), column)
        if now is not None and last_part(now.name).lower() == wanted and _has_table(sql, step, table=table):
            yield Lost(kind="column", name=column, table=table)
            yield from _views(views_over(sql, step, name=table, column=column))


def _typed(act: Act) -> Iterator[tuple[str, str]]:
    yield from ((each.name, each.type.name) for each in columns_of(act))
    if isinstance(act, acts.ChangeType):
        yield act.column, act.to.name


def _has_table(sql: SqlChange, step: Step, *, table: str) -> bool:
    return sql.known.makes(table, step.migration.dialect) or sql.is_made_before(step, table)


def _of_function(sql: SqlChange, step: Step, *, name: str) -> Iterator[Lost]:
    """What calls a function by itself: triggers, policies, defaults, views."""
    called = re.compile(rf"(?<!\w)\"?{re.escape(name)}\"?\s*\(", re.IGNORECASE)
    for _, deed in sql.known.naming(name.lower(), dialect=step.migration.dialect):
        for act in deed.acts:
            is_meant = (
                isinstance(act, acts.Create)
                and act.kind in ("trigger", "policy")
                and _has_table(sql, step, table=act.table)
            )
            if (
                is_meant
                and isinstance(act, acts.Create)
                and called.search(deed.text)
                and not _is_dropped(sql, step, made=act)
            ):
                yield Lost(kind=act.kind, name=act.name, table=act.table)
    yield from _computed_by(sql, step, name=name)
    yield from _views(views_over(sql, step, name=name, asks=called))


def _is_dropped(sql: SqlChange, step: Step, *, made: acts.Create) -> bool:
    """Whether a trigger or a policy is there no more, by the last script that says its name."""
    is_there = False
    for _, deed in sql.known.naming(made.name.lower(), made.kind, dialect=step.migration.dialect):
        for act in deed.acts:
            if isinstance(act, acts.Create | acts.Drop) and (act.kind, act.name) == (made.kind, made.name):
                is_there = isinstance(act, acts.Create)
    return not is_there


def _computed_by(sql: SqlChange, step: Step, *, name: str) -> Iterator[Lost]:
    """The defaults that are computed by a function, or counted by a sequence."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    last: dict[tuple[str, str], bool] = {}
    for deed in sql.known.saying(name.lower(), dialect=step.migration.dialect):
        for act in deed.acts:
            for column in columns_of(act):
                value = column.default
                last[act.table, column.name] = value is not None and word.search(value.text) is not None
            if isinstance(act, acts.SetDefault):
                last[act.table, act.column] = act.value is not None and word.search(act.value.text) is not None
    for (table, name_of), is_so in sorted(last.items()):
        if (
            is_so
            and _has_table(sql, step, table=table)
            and not _is_set_anew(sql, step, table=table, column=name_of, word=word)
        ):
            yield Lost(kind="default of", name=name_of, table=table)


def _is_set_anew(sql: SqlChange, step: Step, *, table: str, column: str, word: re.Pattern[str]) -> bool:
    """Whether a column has another default, or is there no more, when a step comes."""
    is_other = False
    for act in sql.acts_before(step, table, naming=column):
        if isinstance(act, acts.SetDefault) and act.column == column:
            is_other = act.value is None or word.search(act.value.text) is None
        elif isinstance(act, acts.DropColumn) and act.column == column:
            is_other = True
    return is_other


def _of_schema(sql: SqlChange, step: Step, *, schema: str) -> Iterator[Lost]:
    """The tables and views of a schema, and what other schemas make of them."""
    for deed in sql.known.saying(f"{schema.lower()}.", dialect=step.migration.dialect):
        for act in deed.acts:
            match act:
                case acts.CreateTable(table=table) if table.rpartition(".")[0] == schema:
                    yield from _of_table(sql, step, table=table)
                case acts.Create(kind="view" | "materialized view", name=view) if view.rpartition(".")[0] == schema:
                    yield from _views([view] if view_at(sql, step, name=view) is not None else [])


def _of_table(sql: SqlChange, step: Step, *, table: str) -> Iterator[Lost]:
    """A table that is there, with the views and the keys that lead to it."""
    if sql.known.makes(table, step.migration.dialect):
        yield Lost(kind="table", name=table)
        yield from _views(views_over(sql, step, name=table))
        yield from _keys_to(sql, step, table=table)


def _is_seen_to(sql: SqlChange, step: Step, *, lost: Lost, dropped: Mapping[str, list[str]]) -> bool:
    """Whether the script drops it by its name, or the table that it is of, or the change makes it again."""
    migration = step.migration
    table = lost.table or lost.name
    if any(is_one(each, table) for each in dropped.get(last_part(table), ())):
        return True
    if lost.kind in _MADE_AGAIN:
        return any(isinstance(act, acts.Create | acts.CreateTable) for act in sql.given_after(step, lost.name))
    done = migration.on(lost.table, acts.AddConstraint, acts.DropColumn, acts.SetDefault)
    return any(_sees_to(each.act, lost) for each in done if each.order >= step.order)


_MADE_AGAIN: Final = ("view", "table", "trigger", "policy")


def _sees_to(act: Act, lost: Lost) -> bool:
    """Whether an act gives a table what it lost, or takes the column that lost it."""
    match act:
        case acts.AddConstraint(constraint=key):
            is_key = key.kind is ConstraintKind.FOREIGN_KEY
            return lost.kind == "foreign key" and is_key and lost.name in (key.name, ", ".join(key.columns))
        case acts.DropColumn(column=column):
            return lost.kind != "foreign key" and column == lost.name
        case acts.SetDefault(column=column):
            return lost.kind == "default of" and column == lost.name
    return False
