"""Whether a module of Go is made to be imported, or is a program whose packages are its own: told by its files alone."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.contracts.code.packages import Published, ReadFile
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.terms import import_keys
from weighbridge.landscape.test_files import is_test

ASIDE: Final = frozenset({"internal", "cmd", "vendor", "testdata", "examples", "example", "_examples"})
"""Folders whose packages are for nobody else."""

_SHIPS: Final = LatePattern(
    r"(?i)(?:\A|/)(?:\.?goreleaser[^/]*\.ya?ml|(?:docker|container)file[^/]*|[^/]+\.dockerfile)\Z"
)
"""What a program that is given to others as such has beside it."""

_FOR_WORK: Final = ASIDE | frozenset(
    {"test", "tests", "e2e", "hack", "tools", "scripts", "script", "ci", "dev", "gen", "generate"}
)
"""Folders of what helps those who work on a module: nothing in them is given to others. Nor in those that begin with a dot."""

_PROSE: Final = (".md", ".rst", ".adoc", ".txt", "/doc.go")
_REMARKS: Final = LatePattern(r"(?m)^\s*//.*$|/\*[\s\S]*?\*/")
_MOST_PROSE: Final = 120
_MOST_BYTES: Final = 400_000
_MOST_MAINS: Final = 20


class GoPrograms:
    """Answers for one module, as it was."""

    def __init__(self, view: View, package: Published, *, read: ReadFile) -> None:
        self._view = view
        self._name = package.name
        self._root = package.root
        self._read = read

    def of(self, folder: RepoPath) -> str:
        """The file that begins the program whose own a package is; empty where others are to import the package."""
        main = self._main
        if main is None or (main not in self._beside and (self._is_named(folder) or not self._is_imported(folder))):
            return ""
        return main

    @cached_property
    def _main(self) -> RepoPath | None:
        """What begins the program that a module is; None where it is none."""
        if not self._beside and not self._mains:
            return None
        if self._beside:
            is_aside = all(folder_of(each) != self._root for each in self._beside)
            is_library = is_aside and not self._is_shipped and "" in self._named
            return None if is_library else self._beside[0]
        return self._mains[0] if self._is_shipped and "" not in self._named else None

    @cached_property
    def _beside(self) -> list[RepoPath]:
        """Mains where programs usually begin: in the module's own folder, or below `cmd`."""
        folders = self._view.landscape.tree.code_folders
        commands = self._below("cmd")
        below = [
            f for each, files in folders.items() if each == commands or each.startswith(f"{commands}/") for f in files
        ]
        own = [each for each in folders.get(self._root, ()) if each.endswith(("main.go", "tools.go"))]
        return [each for each in own if self._is_main(each)] + sorted(below)[:1]

    @cached_property
    def _mains(self) -> list[RepoPath]:
        """Mains elsewhere, besides those of examples and tools."""
        folders = self._view.landscape.tree.code_folders
        inside = self._below("")
        found = [
            f for each, files in folders.items() if each.startswith(inside) for f in files if f.endswith("/main.go")
        ]
        meant = [each for each in found if not self._is_for_work(each)]
        ordered = sorted(meant, key=lambda each: (each.count("/"), each))
        return [each for each in ordered[:_MOST_MAINS] if self._is_main(each)]

    @cached_property
    def _is_shipped(self) -> bool:
        inside = self._below("")
        found = (each for each in self._view.landscape.tree.blobs if each.startswith(inside) and _SHIPS.search(each))
        return any("goreleaser" in each or not self._is_for_work(each) for each in found)

    def _is_for_work(self, path: RepoPath) -> bool:
        parts = path[len(self._root) :].strip("/").split("/")[:-1]
        return any(part in _FOR_WORK or part.startswith((".", "_")) for part in parts)

    @cached_property
    def _named(self) -> frozenset[str]:
        """The folders below the module that its documentation tells others to import; the module's own is empty."""
        name = re.escape(self._name)
        told = re.compile(
            rf"(?:(?:pkg\.go\.dev|godoc\.org)/{name}|go get (?:-\w+ )*{name})(?![\w.-])((?:/[\w.-]+)*)"
            rf"|\"{name}((?:/[\w.-]+)*)\""
        )
        found = (each for text in self._prose() if self._name in text for each in told.finditer(text))
        return frozenset((each[1] or each[2] or "").strip("/") for each in found)

    def _is_named(self, folder: RepoPath) -> bool:
        below = folder[len(self._root) :].strip("/")
        return any(each and (below == each or below.startswith(f"{each}/")) for each in self._named)

    def _is_imported(self, folder: RepoPath) -> bool:
        """Whether the program itself imports a package: what only tests import is made for others."""
        below = folder[len(self._root) :].strip("/")
        module = f"{self._name}/{below}" if below else self._name
        for path in self._view.landscape.files_with("i:" + next(import_keys(module), module)):
            facts = None if folder_of(path) == folder or is_test(path) else self._view.landscape.facts(path)
            if facts is not None and any(each.module == module for each in facts.imports):
                return True
        return False

    def _prose(self) -> Iterator[str]:
        inside = self._below("")
        paths = (p for p in self._view.landscape.tree.blobs if p.startswith(inside) and p.endswith(_PROSE))
        for path in islice(sorted(paths, key=lambda each: (each.count("/"), each)), _MOST_PROSE):
            data = self._read(path)
            text = data[:_MOST_BYTES].decode("utf-8", "replace") if isinstance(data, bytes) else ""
            yield "\n".join(_REMARKS.findall(text)) if path.endswith(".go") else text

    def _is_main(self, path: RepoPath) -> bool:
        facts = self._view.landscape.facts(path)
        return facts is not None and facts.package == "main"

    def _below(self, name: str) -> RepoPath:
        return RepoPath(f"{self._root}/{name}" if self._root else name)
