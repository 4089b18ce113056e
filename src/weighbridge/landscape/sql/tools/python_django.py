"""Django: operations of a `Migration` class, by the folder `migrations` of an app."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import Arguments, Call, Form, Name, Statement, called
from weighbridge.facts.calls.python import read_python
from weighbridge.landscape.sql.bound_names import meant_call
from weighbridge.landscape.sql.rendered import NotWrittenError, Rendered, Script, Sheet, Tool
from weighbridge.landscape.sql.tools._django_classes import OPERATION, Classes
from weighbridge.landscape.sql.tools._django_code import Code, code_of, is_noop
from weighbridge.landscape.sql.tools._django_history import History, Operations, items_of, label_of, operations_of
from weighbridge.landscape.sql.tools._django_operations import Model, acts_of, is_known
from weighbridge.landscape.sql.tools._python_files import PythonFiles
from weighbridge.landscape.sql.tools._texts import texts_in

_FOLDER: Final = LatePattern(r"(?:^|/)[^/]*migrations/(?!__init__)[^/]+\.py$")
_CLASS: Final = LatePattern(r"^class\s+Migration\b|^class\s+\w+\([^)\n]*\bMigration\)\s*:", re.MULTILINE)
_NUMBERED: Final = LatePattern(r"/\d{4}_\w+\.py$")
_NOT_ATOMIC: Final = LatePattern(r"^\s+atomic\s*=\s*False\b", re.MULTILINE)
_RUNS_ITSELF: Final = ("apply", "__init__", "__new__", "__getattribute__", "__getattr__", "__init_subclass__")


def claims(path: RepoPath, text: str) -> bool:
    """Whether a file is a migration of Django's."""
    if _FOLDER.search(path) is None:
        return False
    is_numbered = _NUMBERED.search(path) is not None
    return ("django" in text or is_numbered) and (
        _CLASS.search(text) is not None or (is_numbered and "Migration" in text)
    )


def render(script: Script) -> Rendered:
    """What a migration does, operation by operation."""
    statements = read_python(script.text)
    sheet = Sheet(script.text)
    found = operations_of(statements)
    if found is None:
        sheet.misses(1, script.text.count("\n") + 1, why="its class `Migration`, and so its operations, are not found")
        return sheet.rendered(is_together=True)
    if _is_done_already(found, script):
        return sheet.rendered(is_together=True)  # databases in use have done all of it
    classes = [each.name for each in _within(statements) if each.kind == "class"]
    files = PythonFiles(script)
    known = Classes(files, [each for each in statements if each.kind == "class"], names=found.names)
    model = Model(History(script.path, script.around), found.names, classes=known)
    code = Code(sheet, model, files=files, classes=classes)
    reader = _Operations(sheet, model, code=code, classes=known)
    code.at_once(tuple(each for each in statements if each.kind != "class"), found.names)
    for form in found.forms:
        reader.does(form)
    _misses_around(sheet, found)
    is_postgres = "django.contrib.postgres" in script.text
    return sheet.rendered(
        is_together=_NOT_ATOMIC.search(script.text) is None, dialect=Dialect.POSTGRES if is_postgres else None
    )


def _within(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Statements with all that stand in them."""
    for each in statements:
        yield each
        yield from _within(each.body)


def _is_done_already(found: Operations, script: Script) -> bool:
    """Whether every migration that it stands for is there beside it, so that it is run on new databases only."""
    label = label_of(script.path, script.around) if found.replaces else ""
    folder = folder_of(script.path)
    places = [f"{folder if app == label else f'{app}/migrations'}/{name}.py" for app, name in found.replaces]
    return bool(places) and all(script.around.has(RepoPath(each)) for each in places)


def _misses_around(sheet: Sheet, found: Operations) -> None:
    """What else the class does, and what is done to the list of its operations."""
    for line in found.unsure:
        sheet.misses(line, line, why="its operations are put together when it runs")
    for each in found.migration.body:
        if each.kind == "def" and each.name in _RUNS_ITSELF:
            sheet.misses(each.line, each.end_line, why=f"it does what its own `{each.name}` says")
    for base in found.migration.takes:
        known = found.names.meant(Name(base))
        name = known.id if isinstance(known, Name) else base
        if found.names.is_imported(name) and not name.startswith("django."):
            sheet.misses(found.migration.line, found.migration.line, why=f"what `{base}` does stands in another file")


class _Operations:
    """Takes down what operations do."""

    def __init__(self, sheet: Sheet, model: Model, *, code: Code, classes: Classes) -> None:
        self._sheet = sheet
        self._model = model
        self._code = code
        self._classes = classes
        self._line = 1

    def does(self, form: Form) -> None:
        """What one operation does."""
        operation = self._model.names.of(form)
        if not isinstance(operation, Call):
            self._sheet.misses(self._line, self._line, why="an operation is put together when it runs")
            return
        operation = meant_call(operation, self._model.names)
        self._line = operation.line
        if operation.name.endswith("SQL") and self._runs_as_said(operation):
            operation = replace(operation, name="RunSQL")
        elif self._is_foreign(operation):
            self._misses(operation)  # and it is taken for what Django calls so, if anything
            if not is_known(operation):
                return
        match operation.name:
            case "SeparateDatabaseAndState":
                for each in items_of(Arguments(operation).get("database_operations", 0), self._model.names):
                    self.does(each)
            case "RunSQL":
                self._runs_sql(operation)
            case "RunPython":
                self._runs_code(operation)
            case _:
                self._operates(operation)

    def _is_foreign(self, operation: Call) -> bool:
        """Whether an operation is of a class that may do something else than Django's of the same name."""
        if operation.of is None and operation.name in self._classes:
            return True
        names = self._model.names
        root = names.root(operation.of) if operation.of is not None else operation.name
        return names.is_imported(root) and not root.startswith(_LIKE_DJANGO)

    def _runs_as_said(self, operation: Call) -> bool:
        """Whether an operation runs the SQL that it is given, under conditions of its own at most."""
        names = self._model.names
        name = f"{names.root(operation.of)}.{operation.name}" if operation.of is not None else operation.name
        if self._classes.stands_for(name, ("RunSQL",), changing=OPERATION):
            return True
        is_elsewhere = name not in self._classes and not self._classes.is_own(name) and name.endswith("RunSQL")
        return is_elsewhere and texts_in(Arguments(operation).get("sql", 0), names) is not None

    def _misses(self, operation: Call) -> None:
        what = called(operation)
        why = f"what the operation `{what}` does is not known here"
        self._sheet.misses(operation.line, operation.end_line, why=why)

    def _operates(self, operation: Call) -> None:
        try:
            done = acts_of(operation, self._model)
        except NotWrittenError as error:
            self._sheet.misses(operation.line, operation.end_line, why=str(error))
            return
        if done is None:
            self._misses(operation)
        else:
            self._sheet.does(operation, *done)

    def _runs_sql(self, operation: Call) -> None:
        given = Arguments(operation)
        for name, position in (("sql", 0), ("reverse_sql", 1)):
            form = given.get(name, position)
            if is_noop(form, self._model.names):
                continue
            texts = texts_in(form, self._model.names)
            self._sheet.is_undoing = name == "reverse_sql"
            if texts is None:
                self._sheet.runs(None, operation, why="its SQL is not written here")
            for text in texts or ():
                self._sheet.runs(text, operation)
        self._sheet.is_undoing = False

    def _runs_code(self, operation: Call) -> None:
        given, names = Arguments(operation), self._model.names
        for name, position in (("code", 0), ("reverse_code", 1)):
            form = given.get(name, position)
            if is_noop(form, names):
                continue
            self._sheet.is_undoing = name == "reverse_code"
            function = code_of(form, names)
            if function is not None:
                self._code.runs(function[0], operation, names=function[1])
            elif not self._code.runs_elsewhere(form, operation, names=names):
                self._sheet.misses(
                    operation.line, operation.end_line, why="the code that it runs stands in another file"
                )
        self._sheet.is_undoing = False


_LIKE_DJANGO: Final = ("django.", "psqlextra.", "django_", "migrations", "pgtrigger", "pghistory")
TOOL: Final = Tool(claims=claims, render=render)
