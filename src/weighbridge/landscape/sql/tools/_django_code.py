"""What the code that a migration of Django's runs does, as far as its own file and those near it say."""

from collections.abc import Iterable
from typing import Final

from weighbridge.facts.calls.forms import Arguments, Block, Call, Form, Name, Statement, Text, Unknown
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Value
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import Sheet
from weighbridge.landscape.sql.tools._django_conditions import where_of
from weighbridge.landscape.sql.tools._django_operations import Model
from weighbridge.landscape.sql.tools._in_turn import is_in_turn
from weighbridge.landscape.sql.tools._python_doubts import Handles, PythonDoubts
from weighbridge.landscape.sql.tools._python_files import PythonFiles
from weighbridge.landscape.sql.tools._texts import text_of
from weighbridge.landscape.sql.tools._walking import Scene, Walk

APPS: Final = Name("@apps")
EDITOR: Final = Name("@editor")
_ASKS: Final = ("filter", "exclude", "get")
_ONE_BY_ONE: Final = ("save", "bulk_update", "asave", "abulk_update")
_ADDS: Final = (
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "acreate",
    "abulk_create",
    "aget_or_create",
)
_PARTS: Final = ("pk__in", "id__in", "pk", "id", "pk__range", "id__range", "pk__lte", "id__lte", "pk__lt", "id__lt")
_ROWS: Final = (
    "first", "last", "get", "aget", "afirst", "alast", "earliest", "latest", "create", "acreate", "values", "values_list", "count", "exists",
    "aggregate", "get_or_create", "update_or_create", "iterator", "aiterator", "fetchone", "fetchall", "fetchmany", "in_bulk", "dates", "list",
)  # fmt: skip
"""What hands out rows, or values of them."""
_READS: Final = frozenset(
    [
        *_ROWS, "get_model", "get_models", "get_app_config", "get_app_configs", "is_installed", "all", "filter", "exclude", "order_by", "annotate",
        "select_related", "prefetch_related", "only", "defer", "using", "distinct", "reverse", "none", "alias", "union", "difference",
        "intersection", "extra", "raw", "select_for_update", "as_manager", "get_queryset", "db_manager", "acount", "aexists", "explain",
        "contains", "quote_name", "get_for_model", "get_for_models", "get_by_natural_key", "get_for_id", "cursor", "close", "alias", "mogrify", "table_names", "get_table_list", "get_constraints", "chunked_cursor",
        "get_field", "get_fields", "get_table_description", "get_relations", "atomic", "on_commit", "savepoint", "ensure_connection",
        "_create_index_name", "items", "keys", "iterator", "nextset", "savepoint_commit", "savepoint_rollback", "commit", "get_autocommit",
        "constraint_checks_disabled", "check_constraints", "quote_value", "column_sql", "wait", "get_primary_key_column", "prepare_value",
    ]
)  # fmt: skip
_MODELS: Final = ("get_model", "get_models", "get_app_config")
_DELETES: Final = ("delete", "adelete", "_raw_delete")
_LINKS: Final = (
    "add",
    "set",
    "remove",
    "clear",
    "refresh_from_db",
    "full_clean",
    "clean",
    "get_or_create",
    "create",
    "aadd",
    "aset",
)


class Code:
    """Reads functions that are given `apps` and a schema editor."""

    def __init__(self, sheet: Sheet, model: Model, *, files: PythonFiles, classes: Iterable[str]) -> None:
        self._sheet = sheet
        self._model = model
        self._files = files
        self._doubts = PythonDoubts(_HANDLES, files=files, classes=classes)
        self._walk = Walk(sheet, self, names=model.names)

    def runs(self, function: Block, at: Call, *, names: Names) -> None:
        """What a function does, called by `at`."""
        self._sheet.does(at, acts.Run(kind="python"))
        inner = Names(outer=names)
        takes = function.takes[1:] if function.takes[:1] == ("self",) else function.takes
        for name, value in zip(takes, (APPS, EDITOR), strict=False):
            inner.give(name, value)
        self._walk.body(function.body, Scene(names=inner))

    def runs_elsewhere(self, form: Form | None, at: Call, *, names: Names) -> bool:
        """What a function of another file does, called by `at`; false where no such file is in the tree."""
        known = names.meant(form) if isinstance(form, Name) else None
        found = self._files.function(known.id) if isinstance(known, Name) and names.is_imported(known.id) else None
        if found is None:
            return False
        self._sheet.elsewhere = at
        self.runs(found[0], at, names=found[1])
        self._sheet.elsewhere = None
        return True

    def at_once(self, statements: tuple[Statement, ...], names: Names) -> None:
        """What statements do that stand outside of functions."""
        self._walk.body(statements, Scene(names=names))

    def knows(self, call: Call, scene: Scene) -> bool:
        """Takes down what a call does."""
        names = scene.names
        if call.name in ("execute", "executemany", "executescript", "callproc") and call.of is not None:
            if call.arguments:
                self._executes(call, names)
            return True
        if call.name in ("delete_model", "alter_db_table") and names.root(call.of).startswith(EDITOR.id):
            return self._alters(call, names)
        act = self._writes(call, names, is_in_loop=scene.is_in_loop)
        if act is not None:
            self._sheet.does(call, act)
            return True
        return self._files.follows(call, scene, walk=self._walk, sheet=self._sheet)

    def doubts(self, call: Call, scene: Scene) -> str:
        """Why it is not sure that a call does nothing."""
        if call.name in _DELETES and call.of is not None:
            return "what rows it deletes is not known here"
        return "" if call.name in _LINKS and self._is_of_row(call.of, scene.names) else self._doubts.why(call, scene)

    def enters(self, statement: Statement, scene: Scene) -> Scene:
        """Nothing of Django's says how what is within is done."""
        del statement
        return scene

    def leaves(self, statement: Statement, scene: Scene) -> None:
        """The same."""

    def gives(self, call: Call, block: Block, *, names: Names) -> None:
        """Nothing is known of what is given to a function without a name."""

    def _is_of_row(self, form: Form | None, names: Names) -> bool:
        """Whether something is taken of a row: links of one row to others."""
        known = names.meant(form) if isinstance(form, Name) else form
        return isinstance(known, Unknown)

    def _executes(self, call: Call, names: Names) -> None:
        given = call.arguments[0].value
        text = text_of(given, names)
        if call.name == "callproc":
            self._sheet.misses(call.line, call.end_line, why="what the routine does that it calls is not known here")
        else:
            self._sheet.runs(text, call)

    def _alters(self, call: Call, names: Names) -> bool:
        """Takes down what a schema editor does to a table; false where it is not written which."""
        given = [names.of(each.value) for each in call.arguments]
        if call.name == "delete_model":
            table, _ = self._asked(given[0] if given else None, names)
            done: Act = acts.DropTable(table=table, is_cascading=True)
        else:
            before, after = (each.value if isinstance(each, Text) else "" for each in (*given, None, None, None)[1:3])
            table = before and after
            done = acts.RenameTable(table=before, name=after)
        if table:
            self._sheet.does(call, done)
        return bool(table)

    def _writes(self, call: Call, names: Names, *, is_in_loop: bool) -> Act | None:
        """What a call does to rows of a model; None where it does nothing, or is of none."""
        if call.name not in ("update", "aupdate", *_DELETES, *_ONE_BY_ONE, *_ADDS):
            return None
        table, asked = self._asked(call.of, names)
        if not table:
            return None
        if call.name in _ADDS:
            return acts.Insert(table=table)
        if call.name in _ONE_BY_ONE:
            return self._one_by_one(call, names, table=table)
        is_part = is_in_loop or _is_keyed(asked)
        where = _where(asked, names)
        if call.name.endswith("delete"):
            is_row = is_in_loop and isinstance(call.of, Name | Unknown) and not _is_keyed(asked)
            is_each = is_row and is_in_turn(call.of, names)
            return acts.Delete(table=table, where=where, is_limited=is_part, is_in_turn=is_each)
        columns = tuple(Arguments(call).named)
        return acts.Update(table=table, columns=columns, where=where, is_limited=is_part)

    def _one_by_one(self, call: Call, names: Names, *, table: str) -> Act:
        """Rows that are written one by one: those that a loop hands out, or those of a list."""
        rows = call.of
        if "bulk" in call.name:
            rows = Unknown((call.arguments[0].value,)) if call.arguments else None
        found, asked = self._asked(rows, names)
        is_each = bool(found) and not _is_keyed(asked) and is_in_turn(rows, names)
        where = (_where(asked, names) or Value("…")) if is_each and asked else None
        return acts.Update(table=table, where=where, is_limited=True, is_in_turn=is_each)

    def _asked(self, form: Form | None, names: Names) -> tuple[str, list[Call]]:
        """The table that a chain of calls begins with, and the conditions in it."""
        asked: list[Call] = []
        for _ in range(200):
            if isinstance(form, Name):
                known = names.meant(form)
                if known is form or isinstance(known, Name):
                    return "", asked
                rest = form.id.partition(".")[2].partition(".")[0]
                if rest and names.of(form) is form and rest not in _MANAGERS:
                    return "", asked
                form = known
            elif isinstance(form, Call) and form.name == "get_model":
                return self._table(form, names), asked
            elif isinstance(form, Call):
                if form.name in _ASKS:
                    asked.append(form)
                form = form.of if form.of is not None else _made_of(form, names)
            elif isinstance(form, Unknown) and form.parts:
                form = form.parts[0]
            else:
                return "", asked
        return "", asked

    def _table(self, call: Call, names: Names) -> str:
        given = Arguments(call)
        parts = [names.of(each) for each in (given.get("app_label", 0), given.get("model_name", 1))]
        words = [each.value for each in parts if isinstance(each, Text)]
        if len(words) == 1:
            words = words[0].split(".")
        if len(words) != 2:
            return ""
        return self._model.target(f"{words[0]}.{words[1]}".lower())


def _is_keyed(asked: Iterable[Call]) -> bool:
    """Whether rows are picked by their keys."""
    return any(each.name in _PARTS for one in asked for each in one.arguments)


def _where(asked: Iterable[Call], names: Names) -> Value | None:
    """The conditions as SQL, as far as they are known."""
    found = [where_of(each, names) for each in asked]
    said = [each.text for each in found if each is not None]
    return Value(" AND ".join(said)) if said else None


_MANAGERS: Final = ("objects", "_base_manager", "_default_manager", "all_objects")


def _made_of(call: Call, names: Names) -> Form | None:
    """What a row is made of, as `User(…)` is of `User`; else what a function such as `list` is given."""
    known = names.of(Name(call.name))
    return known if isinstance(known, Call) else call.arguments[0].value if call.arguments else None


def _is_handle(name: str) -> bool:
    return name.startswith(("@", "django.db.connection", "django.apps.apps", "django.db.transaction.get_connection"))


_HANDLES: Final = Handles(are=_is_handle, reads=_READS, yields=_ROWS, through=_MODELS)


def is_noop(form: Form | None, names: Names) -> bool:
    """Whether it is what Django calls doing nothing."""
    if form is None or not isinstance(form, Name):
        return form is None
    known = names.meant(form)
    return isinstance(known, Name) and (known.id == "None" or known.id.endswith(("RunPython.noop", "RunSQL.noop")))


def code_of(form: Form | None, names: Names) -> tuple[Block, Names] | None:
    """The function that a value is; None where it is none that stands here."""
    value = names.of(form)
    if isinstance(value, Call) and value.name == "partial" and value.arguments:
        value = names.of(value.arguments[0].value)
    if isinstance(value, Block):
        return value, names
    if isinstance(value, Name):
        return names.function(value.id.rpartition(".")[2] if value.id.startswith(("self.", "Migration.")) else value.id)
    return None
