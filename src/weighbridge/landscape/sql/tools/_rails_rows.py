"""Rows that classes write: `User.where(…).update_all(…)`."""

from collections.abc import Callable
from typing import Final

from weighbridge.facts.calls.forms import Arguments, Call, Form, Keyed, Name, Statement, Text, Unknown
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Value
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.tools._in_turn import is_in_turn
from weighbridge.landscape.sql.tools._rails_words import table_of_class
from weighbridge.landscape.sql.tools._texts import text_of

_ALL: Final = ("update_all", "delete_all", "destroy_all", "touch_all", "update_counters")
_ONE: Final = (
    "update!",
    "save!",
    "save",
    "update_columns",
    "update_column",
    "update_attribute",
    "update_attributes",
    "touch",
    "increment!",
)
_ADDS: Final = (
    "create!",
    "create",
    "insert_all",
    "insert_all!",
    "upsert_all",
    "find_or_create_by!",
    "find_or_create_by",
    "insert",
    "insert!",
)
_BY: Final = ("delete_by", "destroy_by")
_ENDS: Final = ("destroy", "destroy!", "delete")
"""What ends one row."""
_EACH: Final = ("each", "find_each", "map")
_PARTS: Final = ("in_batches", "find_in_batches", "limit", "in_groups_of")
_ASKS: Final = ("where", "not", "find_by", "joins", "find", "rewhere", "having")


class Models:
    """The classes that stand for tables, those among them that the migration defines itself."""

    def __init__(self, statements: tuple[Statement, ...], *, has_table: Callable[[str], bool] | None = None) -> None:
        self._has_table = has_table
        self._own: dict[str, str] = {}
        for each in statements:
            if each.kind == "class":
                said = next((_table_said(one) for one in each.body if _table_said(one)), "")
                self._own[each.name] = said

    def writes(self, call: Call, names: Names, *, is_in_loop: bool) -> Act | None:
        """What a call writes to rows; None where it writes none of a class that is known."""
        is_one = call.name in ("delete", "destroy") and bool(call.arguments) and isinstance(call.of, Name)
        is_row = call.name in _ENDS and not call.arguments and is_in_loop and is_in_turn(call.of, names)
        if not is_one and not is_row and call.name not in (*_ALL, *_ONE, *_ADDS, *_BY):
            return None
        asked: list[Call] = []
        table, is_part = self._asked(call.of, names, asked=asked)
        if not table:
            return None
        asked += [call] if call.name in _BY else []
        said = [text for each in asked if (text := _said(each, names))]
        where = Value(" AND ".join(said)) if asked else None
        if call.name in _ADDS:
            return acts.Insert(table=table)
        is_each = is_in_loop and isinstance(call.of, Name | Unknown) and is_in_turn(call.of, names)
        if call.name in _ONE:
            return acts.Update(table=table, where=where if is_each else None, is_limited=True, is_in_turn=is_each)
        is_each = is_each or (not is_in_loop and is_part and _is_batched(call.of))
        if call.name.startswith(("delete", "destroy")):
            is_few = is_part or is_in_loop or is_one
            return acts.Delete(table=table, where=where, is_limited=is_few, is_in_turn=is_each)
        return acts.Update(table=table, where=where, is_limited=is_part or is_in_loop, is_in_turn=is_each)

    def of_each(self, call: Call, names: Names) -> Act | None:
        """What `each(&:save!)` writes to the rows that a query finds; None where it writes none."""
        given = call.arguments[-1] if call.arguments and call.name in _EACH else None
        if given is None or given.name != "&" or not isinstance(given.value, Text):
            return None
        row = Names(outer=names)
        row.give("@row", Unknown((call.of,) if call.of is not None else ()))
        write = Call(name=given.value.value, of=Name("@row"), line=call.line, end_line=call.end_line)
        return self.writes(write, row, is_in_loop=True) if write.name in (*_ONE, *_ENDS) else None

    def _asked(self, form: Form | None, names: Names, *, asked: list[Call]) -> tuple[str, bool]:
        """The table that a chain begins with, and whether it picks a part at a time."""
        is_part = False
        for _ in range(100):
            if isinstance(form, Call):
                is_part = is_part or form.name in _PARTS
                if form.name in _ASKS:
                    asked.append(form)
                if form.name == "unscoped" and form.block is not None and form.block.body:
                    form = form.block.body[0].value
                else:
                    form = form.of
            elif isinstance(form, Name):
                if form.id[:1].isupper() or form.id.startswith("::"):
                    name = form.id.rpartition("::")[2]
                    return (
                        ""
                        if form.id in _NO_CLASSES
                        else self._own.get(name) or table_of_class(form.id, has_table=self._has_table)
                    ), is_part
                known = names.of(form)
                if known is form or (isinstance(known, Name) and known.id == form.id):
                    return "", is_part
                form = known
            elif isinstance(form, Unknown) and form.parts:
                form, is_part = form.parts[0], True
            else:
                return "", is_part
        return "", is_part

    def is_asked(self, form: Form | None, names: Names) -> bool:
        """Whether a value is a query of a class that is known, as `User.where(…)` is."""
        return bool(self._asked(form, names, asked=[])[0])

    def is_own(self, name: str) -> bool:
        """Whether the migration itself defines a class."""
        return name in self._own


_NO_CLASSES: Final = (
    "ActiveRecord::Base",
    "Rails",
    "File",
    "Hash",
    "Array",
    "Set",
    "JSON",
    "YAML",
    "ENV",
    "Time",
    "Date",
    "Dir",
)


def _is_batched(form: Form | None) -> bool:
    """Whether a chain goes through all that it asks for, so many at a time."""
    names: list[str] = []
    while isinstance(form, Call):
        names.append(form.name)
        form = form.of
    return "in_batches" in names and "limit" not in names


def _table_said(statement: Statement) -> str:
    if statement.kind == "bind" and statement.name == "" and isinstance(statement.value, Text):
        return statement.value.value
    return (
        statement.value.value
        if statement.kind == "bind" and "table_name" in statement.name and isinstance(statement.value, Text)
        else ""
    )


def _said(call: Call, names: Names) -> str:
    if call.name == "joins":
        return ""
    first = call.arguments[0].value if call.arguments else None
    text = text_of(first, names)
    if text is not None and not call.arguments[0].name:
        return text.value
    named = list(Arguments(call).named)
    if isinstance(first, Keyed):
        named += [key.value for key, _ in first.pairs if isinstance(key, Text)]
    empty = {
        key.value
        for key, value in (first.pairs if isinstance(first, Keyed) else ())
        if isinstance(key, Text) and _is_nil(value)
    }
    empty |= {name for name, value in Arguments(call).named.items() if _is_nil(value)}
    if call.name == "not":
        return " AND ".join(f"{name} IS NOT NULL" if name in empty else f"NOT ({name} = ?)" for name in named)
    return " AND ".join(f"{name} IS NULL" if name in empty else f"{name} = ?" for name in named)


def _is_nil(form: Form) -> bool:
    return isinstance(form, Name) and form.id == "nil"
