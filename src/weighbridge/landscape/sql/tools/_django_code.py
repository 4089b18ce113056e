"""What the code that a migration of Django's runs does to rows, as far as its own file says."""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.calls.forms import Arguments, Block, Call, Form, Name, Statement, Text, called, within
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Value
from weighbridge.landscape.sql.rendered import Names, Sheet
from weighbridge.landscape.sql.tools._django_conditions import where_of
from weighbridge.landscape.sql.tools._django_operations import Model
from weighbridge.landscape.sql.tools._texts import text_of

MOST_CALLS: Final = 5
"""How far functions are followed that functions call."""
_ASKS: Final = ("filter", "exclude", "get")
_ONE_BY_ONE: Final = ("save", "bulk_update", "asave", "abulk_update")
_ADDS: Final = ("create", "bulk_create", "get_or_create", "update_or_create", "acreate")
_PARTS: Final = ("pk__in", "id__in", "pk", "id", "pk__range", "id__range", "pk__lte", "id__lte", "pk__lt", "id__lt")


class Code:
    """Reads functions that are given `apps` and a schema editor."""

    def __init__(self, sheet: Sheet, model: Model, *, functions: Mapping[str, Statement]) -> None:
        self._sheet = sheet
        self._model = model
        self._functions = functions
        self._at: Call | None = None
        """Where it is called, for code that stands in another file: its own lines say nothing there."""

    def runs(self, function: Statement | Block, at: Call, *, is_elsewhere: bool = False) -> None:
        """What a function does, called by `at`."""
        self._at = at if is_elsewhere else None
        self._sheet.does(at, acts.Run(kind="python"))
        self._body(function.body, Names(outer=self._model.names), depth=0, is_in_loop=False)

    def _body(self, body: tuple[Statement, ...], names: Names, *, depth: int, is_in_loop: bool) -> None:
        for each in body:
            names.bind(each)
            if each.kind == "loop":
                for taken in each.takes[:1]:
                    if each.value is not None:
                        names.give(taken, each.value)
            if each.value is not None:
                for form in within(each.value):
                    if isinstance(form, Call):
                        self._call(form, names, depth=depth, is_in_loop=is_in_loop)
            if each.kind not in ("class", "def"):
                self._body(each.body, names, depth=depth, is_in_loop=is_in_loop or each.kind == "loop")

    def _call(self, call: Call, names: Names, *, depth: int, is_in_loop: bool) -> None:
        if call.name in ("execute", "executemany", "executescript") and call.of is not None:
            self._executes(call, names)
            return
        function = self._functions.get(call.name) if call.of is None else None
        if function is not None and depth < MOST_CALLS:
            inner = Names(outer=names)
            for name, argument in zip(function.takes, call.arguments, strict=False):
                value = names.of(argument.value)
                if value is not None and not (isinstance(value, Name) and value.id == name):
                    inner.give(name, value)
            self._body(function.body, inner, depth=depth + 1, is_in_loop=is_in_loop)
            return
        act = self._writes(call, names, is_in_loop=is_in_loop)
        if act is not None:
            self._sheet.does(self._at or call, act)

    def _executes(self, call: Call, names: Names) -> None:
        of = names.of(call.of)
        name = called(of) if isinstance(of, Call) else of.id if isinstance(of, Name) else ""
        if any(word in name.lower() for word in ("cursor", "editor", "connection", "conn", "c", "db")):
            given = call.arguments[0].value if call.arguments else None
            text = text_of(given, names)
            if self._at is not None and text is not None:
                text = replace(text, line=self._at.line, end_line=self._at.end_line, is_as_laid_out=False)
            self._sheet.runs(text, self._at or call)

    def _writes(self, call: Call, names: Names, *, is_in_loop: bool) -> Act | None:
        """What a call does to rows of a model; None where it does nothing, or is of none."""
        if call.name not in ("update", "delete", "aupdate", "adelete", *_ONE_BY_ONE, *_ADDS):
            return None
        table, asked = self._asked(call.of, names)
        if not table:
            return None
        if call.name in _ADDS:
            return acts.Insert(table=table)
        if call.name in _ONE_BY_ONE:
            return acts.Update(table=table, is_limited=True)
        is_part = is_in_loop or any(each.name in _PARTS for one in asked for each in one.arguments)
        found = [where_of(each, names) for each in asked]
        said = [each.text for each in found if each is not None]
        where = Value(" AND ".join(said)) if said else None
        if call.name.endswith("delete"):
            return acts.Delete(table=table, where=where, is_limited=is_part)
        columns = tuple(Arguments(call).named)
        return acts.Update(table=table, columns=columns, where=where, is_limited=is_part)

    def _asked(self, form: Form | None, names: Names) -> tuple[str, list[Call]]:
        """The table that a chain of calls begins with, and the conditions in it."""
        asked: list[Call] = []
        for _ in range(200):
            if isinstance(form, Name):
                first, _, rest = form.id.partition(".")
                known = names.of(Name(first))
                if (
                    rest.partition(".")[0] not in ("", "objects", "_base_manager", "_default_manager", "all_objects")
                    and rest
                ):
                    return "", asked
                if known is None or isinstance(known, Name):
                    return "", asked
                form = known
            elif isinstance(form, Call) and form.name == "get_model":
                return self._table(form, names), asked
            elif isinstance(form, Call):
                if form.name in _ASKS:
                    asked.append(form)
                form = form.of if form.of is not None else (form.arguments[0].value if form.arguments else None)
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
