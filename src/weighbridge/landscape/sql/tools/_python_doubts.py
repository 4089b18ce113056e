"""Whether a call in Python may do something to a database that nobody here knows.

What leads to the database is a handle: what the tool hands in, and what is taken of that. A call of a handle that is not known, a
handle that is given away, and a function that stands in another file may do anything; all else is values.
"""

import builtins
import sys
from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct

from weighbridge.facts.calls.forms import NOTHING, Block, Call, Form, Name, called
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.tools._python_files import PythonFiles
from weighbridge.landscape.sql.tools._walking import OWN, Scene

_RUN_ANYTHING: Final = (
    "subprocess", "runpy", "importlib", "ctypes", "socket", "urllib.request", "http.client", "django.core.management", "django.test", "shutil",
    "os.system", "os.popen", "os.exec", "os.spawn", "os.remove", "os.unlink", "os.rmdir", "os.removedirs", "os.posix_spawn", "sqlite3",
    "psycopg2.connect", "psycopg.connect", "sqlalchemy.create_engine", "builtins", "pty", "multiprocessing",
)  # fmt: skip
_EVALUATE: Final = ("eval", "exec", "compile", "__import__")
_BUILT_IN: Final = frozenset(dir(builtins)) - {*_EVALUATE, "help", "input"}
_TAKEN_IN: Final = (
    "append", "add", "extend", "insert", "update", "get", "setdefault", "pop", "remove", "discard", "index", "count", "format", "join",
    "isinstance", "print", "str", "repr", "len", "list", "tuple", "set", "dict", "sorted", "hasattr", "getattr", "type", "id", "iter", "next",
    "info", "debug", "warning", "error", "exception", "log", "partial", "enumerate", "zip", "map", "filter", "any", "all", "max", "min", "sum",
    "bool", "int", "issubclass", "setattr", "contribute_to_class", "callable", "reversed", "tqdm", "chain", "islice", "field",
)  # fmt: skip
"""What is given a handle without doing anything through it."""


class Handles(Struct, frozen=True, kw_only=True):
    """What leads to the database for one tool."""

    are: Callable[[str], bool]
    """Says of a name whether it is one."""
    reads: frozenset[str]
    """Their calls that change nothing, or only build what another call runs."""
    yields: tuple[str, ...]
    """Their calls that hand out data, through which nothing can be done."""
    through: tuple[str, ...]
    """Their calls whose members are handles too."""
    takes: frozenset[str] = frozenset()
    """Functions that are given one, and only hand out another."""


class PythonDoubts:
    """Answers for one migration, whose file defines some `classes`."""

    def __init__(self, handles: Handles, *, files: PythonFiles, classes: Iterable[str]) -> None:
        self._handles = handles
        self._takes = handles.takes | frozenset(_TAKEN_IN)
        self._files = files
        self._classes = frozenset(classes)

    def of_handle(self, form: Form | None, names: Names) -> bool:
        """Whether a value leads to the database."""
        for _ in range(20):
            if self._handles.are(self._root(form, names)):
                return True
            if isinstance(form, Name):
                known = names.meant(form)
                return isinstance(known, Call) and self.of_handle(known, names)
            if not isinstance(form, Call):
                break
            given = [each.value for each in form.arguments if isinstance(each.value, Name | Call)]
            if any(self._handles.are(self._root(each, names)) for each in given):
                return form.name not in self._handles.yields and form.name not in _TAKEN_IN
            form = names.of(form.of)
        return False

    def _root(self, form: Form | None, names: Names) -> str:
        return names.root(form, yields=self._handles.yields, through=self._handles.through)

    def why(self, call: Call, scene: Scene) -> str:
        """Why it is not sure that a call does nothing to the database; empty where it is."""
        names = scene.names
        said = f"what `{_short(called(call))}` does is not known here"
        is_reading = call.name in self._handles.reads
        if call.of is not None and self.of_handle(call.of, names):
            return "" if is_reading or call.name == "bind" else said
        root = names.root(call.of) if call.of is not None else names.root(Name(call.name))
        full = f"{root}.{call.name}" if isinstance(call.of, Name) else root
        is_imported = names.is_imported(root) or names.is_imported(full)
        if is_imported and (full.startswith(_RUN_ANYTHING) or self._files.is_own(full)):
            return f"what `{_short(called(call))}` does stands in another file"
        if call.of is None and not is_imported and not self._is_plain(call, names):
            return said
        is_kept = call.name in self._takes or (call.of is None and call.name in self._classes)
        if is_kept or (is_reading and call.of is not None and not is_imported):
            return ""
        is_value = is_imported and (call.of is None or isinstance(call.of, Name)) and _builds_values(full)
        return said if not is_value and self._gives_one_away(call, names) else ""

    def _gives_one_away(self, call: Call, names: Names) -> bool:
        return any(self.of_handle(each.value, names) for each in call.arguments if not isinstance(each.value, Block))

    def _is_plain(self, call: Call, names: Names) -> bool:
        """Whether a function that is called by its name alone is one of Python's, or a class of the file."""
        if not call.name:
            return True
        known = names.of(Name(call.name))
        if self._handles.are(names.root(Name(call.name))):
            return isinstance(known, Call) and known.name in self._handles.through
        if isinstance(known, Name) and known.id != call.name:
            return True
        return call.name in _BUILT_IN or call.name in self._classes or call.name in (*OWN, *NOTHING)


def _builds_values(name: str) -> bool:
    """Whether a function that is given a handle is of a module that makes queries, or values, of what it is given."""
    first = name.partition(".")[0]
    return first in sys.stdlib_module_names or first in ("django", "sqlalchemy", "alembic", "psycopg", "psycopg2")


def _short(name: str) -> str:
    name = name.replace("@", "")
    return name if len(name) <= 60 else f"…{name[-58:]}"
