"""Rows that SQLAlchemy's statements write: `table.update().where(…).values(…)`, and sessions over classes of a migration's own."""

from typing import Final

from weighbridge.facts.calls.forms import Arguments, Call, Form, Name, Statement, Text
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Value
from weighbridge.landscape.sql.rendered import Names

_TABLES: Final = ("table", "Table")


class Tables:
    """What tables names stand for."""

    def __init__(self) -> None:
        self.is_in_loop = 0
        """How many loops around a statement turn: one for each row, or for each part."""

    def binds(self, statement: Statement, names: Names) -> None:
        """Take in what a statement says of a name: nothing that names do not."""

    def is_query(self, call: Call) -> bool:
        """Whether a call only asks for rows."""
        current: Form | None = call
        while isinstance(current, Call):
            if current.name in ("select", "query", "exists", "func"):
                return True
            current = current.of
        return isinstance(current, Name) and ".func" in f".{current.id}"

    def writes(self, call: Call, names: Names) -> Act | None:
        """What a statement writes; None where it writes nothing that is known."""
        asked: list[Call] = []
        current: Form | None = call
        columns: tuple[str, ...] = ()
        for _ in range(100):
            if isinstance(current, Name):
                found = names.of(current)
                if found is None or isinstance(found, Name):
                    return None
                current = found
                continue
            if not isinstance(current, Call):
                return None
            if current.name in ("where", "filter", "filter_by"):
                asked.append(current)
            elif current.name == "values":
                columns = tuple(Arguments(current).named)
            elif current.name in ("update", "delete", "insert"):
                return self._act(current, asked, columns=columns, names=names)
            current = current.of
        return None

    def _act(self, call: Call, asked: list[Call], *, columns: tuple[str, ...], names: Names) -> Act | None:
        given = call.arguments[0].value if call.arguments else None
        table = self._table(given, names) if _is_free(call) else self._table(call.of, names)
        if not table and isinstance(call.of, Call) and call.of.name in ("query", "filter", "filter_by", "where"):
            return None
        if not table:
            return None
        if call.name == "insert":
            return acts.Insert(table=table)
        where = Value(" AND ".join(_said(each) for each in asked)) if asked else None
        is_part = self.is_in_loop > 0
        if call.name == "delete":
            return acts.Delete(table=table, where=where, is_limited=is_part)
        return acts.Update(table=table, columns=columns, where=where, is_limited=is_part)

    def _table(self, form: Form | None, names: Names) -> str:
        value = names.of(form)
        if isinstance(value, Call) and value.name in _TABLES:
            name = names.of(Arguments(value).get("name", 0))
            return name.value if isinstance(name, Text) else ""
        return ""


def _is_free(call: Call) -> bool:
    """Whether it is the function `sa.update(t)`, not the method `t.update()`."""
    return call.of is None or (isinstance(call.of, Name) and call.of.id in ("sa", "sqlalchemy", "sql", "sa.sql"))


def _said(call: Call) -> str:
    return ", ".join(Arguments(call).named) or "…"
