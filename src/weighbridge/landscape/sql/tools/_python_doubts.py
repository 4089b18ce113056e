"""Whether a call in Python may do something to a database that nobody here knows.

What leads to the database is a handle: what the tool hands in, and what is taken of that. A call of a handle that is not known, a
handle that is given away, and a function that stands in another file may do anything; all else is values.
"""

from collections.abc import Callable
from typing import Final

from weighbridge.facts.calls.forms import NOTHING, Block, Call, Form, Name, called
from weighbridge.landscape.sql.names import Names
from weighbridge.landscape.sql.tools._python_files import PythonFiles
from weighbridge.landscape.sql.tools._walking import OWN, Scene

_RUN_ANYTHING: Final = (
    "subprocess", "runpy", "importlib", "ctypes", "socket", "urllib.request", "http.client", "django.core.management", "django.test", "shutil",
    "os.system", "os.popen", "os.exec", "os.spawn", "os.remove", "os.unlink", "os.rmdir", "os.removedirs", "os.posix_spawn", "sqlite3",
    "psycopg2.connect", "psycopg.connect", "sqlalchemy.create_engine", "builtins", "pty", "multiprocessing",
)  # fmt: skip
_EVALUATE: Final = ("eval", "exec", "compile", "__import__")
_BUILT_IN: Final = frozenset(__builtins__ if isinstance(__builtins__, dict) else dir(__builtins__)) - {*_EVALUATE, "help", "input"}
_TAKEN_IN: Final = (
    "append", "add", "extend", "insert", "update", "get", "setdefault", "pop", "remove", "discard", "index", "count", "format", "join",
    "isinstance", "print", "str", "repr", "len", "list", "tuple", "set", "dict", "sorted", "hasattr", "getattr", "type", "id", "iter", "next",
    "info", "debug", "warning", "error", "exception", "log", "partial", "enumerate", "zip", "map", "filter", "any", "all", "max", "min", "sum",
    "bool", "int", "issubclass", "setattr", "contribute_to_class", "callable", "reversed", "tqdm", "chain", "islice", "field",
)  # fmt: skip
"""What is given a handle without doing anything through it."""


class PythonDoubts:
    """Answers for one tool: `is_handle` says of a name what leads to the database, `reads` are a handle's calls that change nothing."""

    def __init__(
        self,
        is_handle: Callable[[str], bool],
        *,
        reads: frozenset[str],
        takes: frozenset[str] = frozenset(),
        yields: tuple[str, ...] = (),
        through: tuple[str, ...] = (),
        classes: frozenset[str] = frozenset(),
        files: PythonFiles,
    ) -> None:
        self._is_handle = is_handle
        self._reads = reads
        self._takes = takes | frozenset(_TAKEN_IN)
        self._yields = yields
        self._through = through
        self._files = files
        self._classes = classes
        """The classes that the file defines."""

    def of_handle(self, form: Form | None, names: Names) -> bool:
        """Whether a value leads to the database."""
        for _ in range(20):
            if self._is_handle(self._root(form, names)):
                return True
            if not isinstance(form, Call):
                break
            given = [each.value for each in form.arguments if isinstance(each.value, Name | Call)]
            if any(self._is_handle(self._root(each, names)) for each in given):
                return form.name not in self._yields and form.name not in _TAKEN_IN
            form = names.of(form.of)
        if isinstance(form, Name):
            known = names.meant(form)
            return known is not form and self.of_handle(known, names) if isinstance(known, Call) else False
        return False

    def _root(self, form: Form | None, names: Names) -> str:
        return names.root(form, yields=self._yields, through=self._through)

    def why(self, call: Call, scene: Scene) -> str:
        """Why it is not sure that a call does nothing to the database; empty where it is."""
        names = scene.names
        said = f"what `{_short(called(call))}` does is not known here"
        is_reading = call.name in self._reads
        if call.of is not None and self.of_handle(call.of, names):
            return "" if is_reading else said
        root = names.root(call.of) if call.of is not None else names.root(Name(call.name))
        full = f"{root}.{call.name}" if isinstance(call.of, Name) else root
        is_imported = names.is_imported(root) or names.is_imported(full)
        if is_imported and (full.startswith(_RUN_ANYTHING) or self._files.is_own(full)):
            return f"what `{_short(called(call))}` does stands in another file"
        if call.of is None and self._is_handle(root):
            made = names.of(Name(call.name))
            return "" if isinstance(made, Call) and made.name in self._through else said
        if call.of is None and not is_imported and not self._is_plain(call, names):
            return said
        if call.name in self._takes or (call.of is None and call.name in self._classes):
            return ""
        is_value = is_imported and (call.of is None or isinstance(call.of, Name))
        given = [each.value for each in call.arguments if not isinstance(each.value, Block)]
        if not is_value and any(self.of_handle(each, names) for each in given):
            return said
        return ""

    def _is_plain(self, call: Call, names: Names) -> bool:
        """Whether a function that is called by its name alone is one of Python's, or a class of the file."""
        if not call.name:
            return True
        known = names.of(Name(call.name))
        if isinstance(known, Name) and known.id != call.name:
            return True
        return call.name in _BUILT_IN or call.name in self._classes or call.name in (*OWN, *NOTHING)


def _short(name: str) -> str:
    name = name.replace("@", "")
    return name if len(name) <= 60 else f"…{name[-58:]}"
