"""Rows that SQLAlchemy's statements write: `table.update().where(…).values(…)`, and sessions over classes of a migration's own."""

from collections.abc import Callable, Mapping
from typing import Final

from weighbridge.facts.calls.forms import Arguments, Call, Form, Name, Statement, Text, Unknown
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Value
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.tools._in_turn import Asked, asked_by, is_in_turn

_TABLES: Final = ("table", "Table")
_ASKS: Final = ("select", "query", "exists", "func", "values", "union", "union_all")


class Tables:
    """What tables names stand for: those that are stated, and those of the classes that the migration defines."""

    def __init__(self, classes: Mapping[str, Statement], elsewhere: Callable[[str], str]) -> None:
        self.classes = classes
        self._elsewhere = elsewhere
        """Says which table a class of another file stands for."""

    def writes(self, call: Call, names: Names, *, is_in_loop: bool) -> Act | None:
        """What a statement writes; None where it writes nothing that is known."""
        asked: list[Call] = []
        current: Form | None = call
        columns: tuple[str, ...] = ()
        for _ in range(100):
            if isinstance(current, Name):
                found = names.meant(current)
                if found is current or isinstance(found, Name):
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
                return self._act(current, asked, columns=columns, names=names, is_part=is_in_loop)
            current = current.of
        return None

    def named(self, form: Form | None, names: Names) -> str:
        """The table that a value is; empty where it is none that is known."""
        value = names.meant(form) if isinstance(form, Name) else form
        if isinstance(value, Call) and value.name in _TABLES:
            name = names.of(Arguments(value).get("name", 0))
            return name.value if isinstance(name, Text) else ""
        whole = form.id.removesuffix(".__table__") if isinstance(form, Name) else ""
        if whole in self.classes:
            said = Names(self.classes[whole].body).of(Name("__tablename__"))
            return said.value if isinstance(said, Text) else ""
        if isinstance(value, Unknown) and value.parts and value is not form:
            return self.named(value.parts[0], names)
        return self._elsewhere(value.id) if isinstance(value, Name) and names.is_imported(value.id) else ""

    def sets(self, row: Form, names: Names) -> tuple[str, Act | None]:
        """What is written by setting something of a row that a loop takes from a session: its class, and what that comes to."""
        form: Form | None = names.of(row)
        is_all, asked = is_in_turn(row, names), False
        for _ in range(50):
            if isinstance(form, Unknown) and len(form.parts) == 1:
                form = form.parts[0]
            elif isinstance(form, Name) and names.of(form) is not form:
                form = names.of(form)
            elif isinstance(form, Call) and form.name == "query" and form.of is not None and form.arguments:
                of = form.arguments[0].value
                table = self.named(of, names)
                where = Value("…") if asked else None
                act = acts.Update(table=table, where=where, is_limited=True, is_in_turn=is_all) if table else None
                return of.id if isinstance(of, Name) else "", act
            elif isinstance(form, Call):
                asked = asked or form.name in ("where", "filter", "filter_by", "join")
                form = form.of
            else:
                break
        return "", None

    def selected(self, over: Form | None, names: Names) -> Asked | None:
        """The rows that a loop goes over: those of `execute(sa.select(t.c.id))`, or of a query that is written as SQL."""
        form = names.of(over)
        while isinstance(form, Call) and form.name not in ("execute", "scalars"):
            form = names.of(form.of)
        query = names.of(form.arguments[0].value) if isinstance(form, Call) and form.arguments else None
        is_asked = False
        while isinstance(query, Call) and query.name in ("where", "filter", "order_by"):
            is_asked = is_asked or query.name != "order_by"
            query = names.of(query.of)
        if not isinstance(query, Call) or query.name != "select":
            return asked_by(over, names)
        first = query.arguments[0].value if query.arguments else None
        of = Name(first.id.partition(".")[0], first.line) if isinstance(first, Name) else first
        table = self.named(of, names)
        return Asked(table=table, where=Value("…") if is_asked else None) if table else None

    def _act(
        self, call: Call, asked: list[Call], *, columns: tuple[str, ...], names: Names, is_part: bool
    ) -> Act | None:
        if _is_free(call, names):
            table = self.named(call.arguments[0].value if call.arguments else None, names)
        elif isinstance(call.of, Call) and call.of.name in (*_CHAINED, "query"):
            table = self._queried(call.of, asked, names=names)
        else:
            table = self.named(call.of, names)
        if not table:
            return None
        if call.name == "insert":
            return acts.Insert(table=table)
        where = Value(" AND ".join(_said(each) for each in asked)) if asked else None
        if call.name == "delete":
            return acts.Delete(table=table, where=where, is_limited=is_part)
        return acts.Update(table=table, columns=columns, where=where, is_limited=is_part)

    def _queried(self, call: Call, asked: list[Call], *, names: Names) -> str:
        """The table of `session.query(User).filter(…)`."""
        current: Form | None = call
        while isinstance(current, Call):
            if current.name == "query":
                return self.named(current.arguments[0].value if current.arguments else None, names)
            if current.name in ("where", "filter", "filter_by"):
                asked.append(current)
            current = current.of
        return ""


_CHAINED: Final = (
    "where",
    "filter",
    "filter_by",
    "join",
    "outerjoin",
    "options",
    "order_by",
    "limit",
    "execution_options",
)


def is_query(call: Call, names: Names) -> bool:
    """Whether a call only asks for rows."""
    current: Form | None = call
    for _ in range(100):
        if isinstance(current, Name):
            known = names.meant(current)
            if known is current or isinstance(known, Name):
                return ".func" in f".{current.id}"
            current = known
        elif isinstance(current, Call):
            if current.name in _ASKS:
                return True
            current = current.of
        else:
            return False
    return False


def _is_free(call: Call, names: Names) -> bool:
    """Whether it is the function `sa.update(t)`, not the method `t.update()`."""
    known = names.meant(call.of) if isinstance(call.of, Name) else call.of
    return known is None or (isinstance(known, Name) and known.id.partition(".")[0] in ("sa", "sqlalchemy", "sql"))


def _said(call: Call) -> str:
    return ", ".join(Arguments(call).named) or "…"
