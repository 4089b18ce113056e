"""Which files that lie among tests are production code all the same: those that production code imports.

`testing/`, `spec/` and `tests/` are names; what an application imports from there runs in it, whatever the folder is called.
So does what it names without an import: a class of Java of its own package, or with its package; a module in a text.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.importers import Importers
from weighbridge.landscape.imports import classes_of, imports_file, loaded_by, names_class
from weighbridge.landscape.test_files import is_built_for_tests, is_test, stands_aside

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

    def by_code(self, path: RepoPath) -> bool:
        """Whether production code imports a file that lies among tests, directly or through others that do."""
        if is_built_for_tests(path):
            return False
        if path not in self._known:
            self._known[path] = self._find(path)
        return self._known[path]

    def _find(self, path: RepoPath) -> bool:
        seen, pending = {path}, [path]
        for each in pending:
            beside = self._beside(each)
            possible = (self._importers.naming(each) | beside) - seen
            handing_on = (importer for importer in possible if not is_built_for_tests(importer))
            importers = sorted(handing_on, key=lambda p: (stands_aside(p), p))[:_MOST_IMPORTERS]
            for importer in importers:
                if not is_test(importer) and (stands_aside(importer) or _RUNNERS.search(importer)):
                    continue
                if self._uses(importer, each, is_beside=importer in beside):
                    if not is_test(importer) or self._known.get(importer):
                        return True
                    seen.add(importer)
                    is_done = _is_runners(importer) or importer in self._known
                    pending += [] if is_done else [importer]
        self._known.update(dict.fromkeys(pending, False))  # what they are imported by was gone through with it
        return False

    def _beside(self, path: RepoPath) -> AbstractSet[RepoPath]:
        """The files that may use one without importing it."""
        if path.endswith(".py"):
            return self._loaders.get(path, frozenset())
        if not path.endswith(".java"):
            return frozenset()
        return self._importers.using(path, classes_of(self._evaluator.landscape.facts(path)))

    def _uses(self, importer: RepoPath, path: RepoPath, *, is_beside: bool) -> bool:
        if is_beside and path.endswith(".py"):
            return True
        is_imported = imports_file(self._evaluator, importer, path=path, when_run=True)
        return is_imported or (is_beside and names_class(self._evaluator, importer, path=path))

    @cached_property
    def _loaders(self) -> Mapping[RepoPath, AbstractSet[RepoPath]]:
        """The files of Python that others load by texts, each with those."""
        found: dict[RepoPath, set[RepoPath]] = {}
        for user in self._importers.loading():
            for path in loaded_by(self._evaluator, user):
                found.setdefault(path, set()).add(user)
        return found


def _is_runners(path: RepoPath) -> bool:
    """Whether only a test runner loads a file: nobody imports it, so nothing is handed on through it."""
    name = path.rpartition("/")[2]
    return name == "conftest.py" or (name.startswith("test_") and name.endswith(".py"))
