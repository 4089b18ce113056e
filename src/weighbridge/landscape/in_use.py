"""Which files that lie among tests are production code all the same: those that production code imports.

`testing/`, `spec/` and `tests/` are names; what an application imports from there runs in it, whatever the folder is called.
"""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.importers import Importers, module_stem
from weighbridge.landscape.test_files import is_test, stands_aside
from weighbridge.landscape.values import Instance, Package, Symbol, Value

_MOST_IMPORTERS: Final = 300
"""Files that may import one among tests which are asked, code before tests."""

_RUNNERS: Final = LatePattern(r"(^|/)[^/]*\.(config|conf|setup)\.[cm]?[jt]s$|(^|/)(tasks|conf)\.py$")
"""Settings of test runners and builders, which are code that no application runs."""


class InUse:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, evaluator: Evaluator, importers: Importers) -> None:
        self._evaluator = evaluator
        self._importers = importers
        self._known: dict[RepoPath, bool] = {}
        self._words: dict[RepoPath, frozenset[str]] = {}

    def by_code(self, path: RepoPath) -> bool:
        """Whether production code imports a file that lies among tests, directly or through others that do."""
        if path.endswith("_test.go"):  # which nothing can import
            return False
        if path not in self._known:
            self._known[path] = self._find(path)
        return self._known[path]

    def _find(self, path: RepoPath) -> bool:
        seen, pending = {path}, [path]
        for each in pending:
            possible = (p for p in self._importers.of(each) - seen if self._may_import(p, each))
            importers = sorted(possible, key=lambda p: (stands_aside(p), p))[:_MOST_IMPORTERS]
            for importer in importers:
                if not is_test(importer) and (stands_aside(importer) or _RUNNERS.search(importer)):
                    continue
                if self._imports(importer, each):
                    if not is_test(importer):
                        return True
                    seen.add(importer)
                    pending += [importer] if not _is_runners(importer) else []
        return False

    def _may_import(self, importer: RepoPath, path: RepoPath) -> bool:
        """Whether the words of a file's imports allow for another: Java names the class, or all of its package."""
        if not path.endswith(".java"):
            return True
        if importer not in self._words:
            facts = self._evaluator.landscape.facts(importer)
            imports = facts.imports if facts else ()
            self._words[importer] = frozenset(w for i in imports for w in (i.name, *i.module.split(".")))
        words = self._words[importer]
        return "*" in words or module_stem(path) in words

    def _imports(self, importer: RepoPath, path: RepoPath) -> bool:
        facts = self._evaluator.landscape.facts(importer)
        return any(_is_of(value, path) for value in self._brought(importer, facts)) if facts else False

    def _brought(self, importer: RepoPath, facts: FileFacts) -> Iterable[Value]:
        imports = (each for each in facts.imports if not each.is_type_only)
        return (value for each in imports for value in self._evaluator.brought(each, importer, facts=facts))


def _is_of(value: Value, path: RepoPath) -> bool:
    if isinstance(value, Package):
        return value.language == "go" and path.endswith(".go") and value.name == folder_of(path)
    return isinstance(value, Symbol | Instance) and value.path == path


def _is_runners(path: RepoPath) -> bool:
    """Whether only a test runner loads a file: nobody imports it, so nothing is handed on through it."""
    name = path.rpartition("/")[2]
    return name == "conftest.py" or (name.startswith("test_") and name.endswith(".py"))
