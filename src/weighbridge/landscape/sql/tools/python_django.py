"""Django: operations of a `Migration` class, by the folder `migrations` of an app."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import Arguments, Block, Call, Form, Listed, Name, Statement, called
from weighbridge.facts.calls.python import read_python
from weighbridge.landscape.sql.rendered import Names, NotWrittenError, Rendered, Script, Sheet, Tool, functions_of
from weighbridge.landscape.sql.tools._django_code import Code
from weighbridge.landscape.sql.tools._django_history import History, operations_of
from weighbridge.landscape.sql.tools._django_operations import Model, acts_of
from weighbridge.landscape.sql.tools._texts import texts_in

_FOLDER: Final = LatePattern(r"(?:^|/)[^/]*migrations/(?!__init__)[^/]+\.py$")
_CLASS: Final = LatePattern(r"^class\s+Migration\b|^class\s+\w+\([^)\n]*\bMigration\)\s*:", re.MULTILINE)
_REPLACES: Final = LatePattern(r"^\s+replaces\s*(?::[^=\n]+)?=\s*\[\s*[^\]\s]", re.MULTILINE)
_NOT_ATOMIC: Final = LatePattern(r"^\s+atomic\s*=\s*False\b", re.MULTILINE)


def claims(path: RepoPath, text: str) -> bool:
    """Whether a file is a migration of Django's."""
    return _FOLDER.search(path) is not None and _CLASS.search(text) is not None


def render(script: Script) -> Rendered:
    """What a migration does, operation by operation."""
    statements = read_python(script.text)
    sheet = Sheet(script.text)
    found = operations_of(statements)
    if found is None:
        sheet.misses(1, 1, why="its operations are not found")
        return sheet.rendered(is_together=True)
    operations, names = found
    if _REPLACES.search(script.text):
        return sheet.rendered(is_together=True)  # databases in use have done all of it
    model = Model(History(script.path, script.around), names)
    reader = _Operations(sheet, model, functions=functions_of(statements), script=script)
    for each in operations:
        reader.does(each)
    is_postgres = "django.contrib.postgres" in script.text
    return sheet.rendered(
        is_together=_NOT_ATOMIC.search(script.text) is None, dialect=Dialect.POSTGRES if is_postgres else None
    )


class _Operations:
    """Takes down what operations do."""

    def __init__(self, sheet: Sheet, model: Model, *, functions: Mapping[str, Statement], script: Script) -> None:
        self._sheet = sheet
        self._script = script
        self._model = model
        self._functions = functions
        self._line = 1

    def does(self, form: Form) -> None:
        """What one operation does."""
        operation = self._model.names.of(form)
        if not isinstance(operation, Call):
            self._sheet.misses(self._line, self._line, why="an operation is put together when it runs")
            return
        self._line = operation.line
        if operation.name == "SeparateDatabaseAndState":
            given = Arguments(operation).get("database_operations", 0)
            listed = self._model.names.of(given)
            for each in listed.items if isinstance(listed, Listed) else () if given is None else (given,):
                self.does(each)
        elif operation.name == "RunSQL":
            self._runs_sql(operation)
        elif operation.name == "RunPython":
            self._runs_code(operation)
        else:
            self._operates(operation)

    def _operates(self, operation: Call) -> None:
        try:
            done = acts_of(operation, self._model)
        except NotWrittenError as error:
            self._sheet.misses(operation.line, operation.end_line, why=str(error))
            return
        if done is None:
            what = called(operation)
            self._sheet.misses(
                operation.line, operation.end_line, why=f"what the operation `{what}` does is not known here"
            )
            return
        self._sheet.does(operation, *done)

    def _runs_sql(self, operation: Call) -> None:
        given = Arguments(operation)
        for name, position in (("sql", 0), ("reverse_sql", 1)):
            form = given.get(name, position)
            if form is None or called_noop(form):
                continue
            texts = texts_in(form, self._model.names)
            self._sheet.is_undoing = name == "reverse_sql"
            if texts is None:
                self._sheet.runs(None, operation, why="its SQL is not written here")
            for text in texts or ():
                self._sheet.runs(text, operation)
        self._sheet.is_undoing = False

    def _runs_code(self, operation: Call) -> None:
        given = Arguments(operation)
        for name, position in (("code", 0), ("reverse_code", 1)):
            form = given.get(name, position)
            if form is None or called_noop(form):
                continue
            self._sheet.is_undoing = name == "reverse_code"
            function = self._function(form)
            if function is None:
                self._runs_elsewhere(form, operation)
            else:
                Code(self._sheet, self._model, functions=self._functions).runs(function, operation)
        self._sheet.is_undoing = False

    def _runs_elsewhere(self, form: Form, operation: Call) -> None:
        """Code of a module that lies beside the migration is read there; other code is not looked for."""
        name = form.id if isinstance(form, Name) else ""
        module, _, function = name.rpartition(".")
        for statements in self._beside(module or name, function or name):
            functions = functions_of(statements)
            if function in functions:
                code = Code(self._sheet, self._model, functions=functions)
                code.runs(functions[function], operation, is_elsewhere=True)
                return
        self._sheet.misses(operation.line, operation.end_line, why="the code that it runs stands in another file")

    def _beside(self, module: str, function: str) -> Iterator[tuple[Statement, ...]]:
        """The statements of each file in the migration's folder that it takes a function from."""
        for path in self._script.around.beside(self._script.path) if function else ():
            stem = path.rpartition("/")[2].removesuffix(".py")
            if path == self._script.path or not re.search(rf"\b{re.escape(stem)}\b", self._script.text):
                continue
            is_it = module in (stem, function)
            is_alias = re.search(rf"\b{re.escape(stem)}\s+as\s+{re.escape(module)}\b", self._script.text)
            if (is_it or is_alias) and f"def {function}(" in self._script.around.text(path):
                yield read_python(self._script.around.text(path))

    def _function(self, form: Form) -> Statement | Block | None:
        value = Names(outer=self._model.names).of(form)
        if isinstance(value, Block):
            return value
        if isinstance(value, Call) and value.name == "partial" and value.arguments:
            value = value.arguments[0].value
        return self._functions.get(value.id.rpartition(".")[2]) if isinstance(value, Name) else None


def called_noop(form: Form) -> bool:
    """Whether it is what Django calls doing nothing."""
    return isinstance(form, Name) and form.id.rpartition(".")[2] in ("noop", "None")


TOOL: Final = Tool(claims=claims, render=render)
