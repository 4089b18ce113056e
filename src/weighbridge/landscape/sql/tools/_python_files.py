"""Functions that a migration in Python takes from other files of its tree."""

import re
import sys
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.facts.calls.forms import Block, Call, Name, Statement
from weighbridge.facts.calls.python import read_python
from weighbridge.facts.calls.tokens import TooDeepError
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import Script, Sheet
from weighbridge.landscape.sql.tools._walking import Scene, Walk

MOST_FILES: Final = 8
"""Other files that are read for one migration."""
MOST_BYTES: Final = 60_000
_TABLE: Final = LatePattern(r"^[ \t]+__tablename__\s*(?::[^=\n]+)?=\s*[\"'](\w+)[\"']", re.MULTILINE)


class PythonFiles:
    """Finds functions by the names that they are imported by."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._read: dict[RepoPath, Names | None] = {}
        self._classes: dict[RepoPath, dict[str, Statement]] = {}
        self._is_own: dict[str, bool] = {}

    def function(self, name: str) -> tuple[Block, Names] | None:
        """The function that `a.b.f` or `.near.f` is; None where no file of the tree has it."""
        module, _, function = name.rpartition(".")
        for path in self._paths(module):
            text = self._script.around.text(path)
            if not text:
                continue
            if f"def {function}(" not in text:
                return None
            names = self._names(path, text)
            return names.function(function) if names is not None else None
        return None

    def table(self, name: str) -> str:
        """The table that the class `a.b.C` of SQLAlchemy's stands for; empty where no file of the tree says."""
        module, _, last = name.rpartition(".")
        for path in self._paths(module):
            text = self._script.around.text(path)
            if text and len(text) <= MOST_BYTES:
                _, head, rest = text.partition(f"\nclass {last}(")
                found = _TABLE.search(rest.partition("\nclass ")[0]) if head else None
                return found[1] if found is not None else ""
        return ""

    def class_of(self, name: str) -> tuple[Statement, Names] | None:
        """The class that `a.b.C` or `.near.C` is; None where no file of the tree has it."""
        module, _, last = name.rpartition(".")
        for path in self._paths(module) if module else ():
            text = self._script.around.text(path)
            if not text:
                continue
            names = self._names(path, text) if f"class {last}" in text else None
            found = self._classes[path].get(last) if names is not None else None
            return (found, names) if found is not None and names is not None else None
        return None

    def follows(self, call: Call, scene: Scene, *, walk: Walk, sheet: Sheet) -> bool:
        """Goes through the function that a call is of, where it stands in another file of the tree that could be read."""
        names = scene.names
        if call.of is not None and not isinstance(call.of, Name):
            return False
        full = names.root(Name(call.name)) if call.of is None else f"{names.root(call.of)}.{call.name}"
        if not names.is_imported(full) or (full.startswith(".") and sheet.elsewhere is not None):
            return False  # what lies near that other file does not lie near the migration
        found = self.function(full)
        if found is None:
            return False
        had, sheet.elsewhere = sheet.elsewhere, sheet.elsewhere or call
        walk.follow(call, found, scene=scene)
        sheet.elsewhere = had
        return True

    def is_own(self, name: str) -> bool:
        """Whether what is imported by a name is code of the tree, not of a package that is installed."""
        first = name.partition(".")[0]
        if not first:
            return True
        if first not in self._is_own:
            around = self._script.around
            is_file = any(around.text(path) for path in self._paths(first))
            above = [folder_of(each) for each in around.folders(first)]
            is_folder = any(not each or self._script.path.startswith(f"{each}/") for each in above)
            is_around = first in self._script.path.split("/")
            self._is_own[first] = first not in sys.stdlib_module_names and (is_around or is_folder or is_file)
        return self._is_own[first]

    def _names(self, path: RepoPath, text: str) -> Names | None:
        if path not in self._read:
            if len(self._read) >= MOST_FILES or len(text) > MOST_BYTES:
                return None
            try:
                statements = read_python(text)
            except TooDeepError:
                self._read[path] = None
                return None
            self._read[path] = Names(statements)
            self._classes[path] = {each.name: each for each in statements if each.kind == "class"}
        return self._read[path]

    def _paths(self, module: str) -> list[RepoPath]:
        """Where a module may lie: beside the migration where it is near, else in a folder around it."""
        here = folder_of(self._script.path)
        dots = len(module) - len(module.lstrip("."))
        tail = module.lstrip(".").replace(".", "/")
        for _ in range(dots - 1):
            here = folder_of(here)
        folders = [here]
        while not dots and folders[-1]:
            folders.append(folder_of(folders[-1]))
        stems = [f"{folder}/{tail}".strip("/") for folder in (folders if dots else reversed(folders)) if tail or dots]
        return [RepoPath(f"{stem}{end}") for stem in stems if stem for end in (".py", "/__init__.py")]
