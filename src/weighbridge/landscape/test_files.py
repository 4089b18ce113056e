"""Which files are tests, by the conventions of each language's runners."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern

_TEST_NAME: Final = LatePattern(
    r"(^|/)(test_[^/]*\.py|[^/]*_test\.(py|go)|tests?\.py|conftest\.py|[^/]*\.(test|spec)\.[cm]?[jt]sx?"
    r"|[^/]*(Test|Tests|IT|TestCase)\.java|Test[A-Z][^/]*\.java)$"
)
_TEST_FOLDER: Final = LatePattern(
    r"(^|/)(tests?|__tests__|testing|testdata|e2e|src/test|spec/(.+/)?(fixtures|factories|support|dummy|test_app))/"
    r"|(^|/)spec/(.+/)?[^/]+\.(rb|rake|[cm]?[jt]sx?|py|php|lua|java|kt|scala|go|cr|exs?|snap)$"
)
"""A folder `spec` holds tests where code lies in it; it also is where people keep descriptions of interfaces."""


_ASIDE: Final = LatePattern(
    r"(^|/)(scripts?|tools?|bin|hack|examples?|samples?|docs?|benchmarks?|bench|demo|dev|migrations)/|(^|/)(setup|noxfile|conftest)\.py$"
)


_ASIDE_OF_GO: Final = LatePattern(r"(^|/)(scripts?|hack|examples?|samples?|benchmarks?|bench|demo)/")
"""Go gives packages such names too: `tools/cache` and `doc` are imported as any other; what only runs there is `package main`."""


_NAMESPACE: Final = LatePattern(r"(^|/)src/main/(?:java|kotlin|scala)/")
"""Below these folders lie namespaces: `dev` there is part of a name that its owner reversed, and `tools` what is shipped."""


_REMEMBERED: Final = 1 << 16
"""Paths whose nature is remembered: a review asks for each of some hundred a hundred times."""


@lru_cache(_REMEMBERED)
def stands_aside(path: RepoPath) -> bool:
    """Whether code is there for developers: tests, scripts, examples, documentation."""
    if is_test(path):
        return True
    aside = _ASIDE.search(path)
    root = _NAMESPACE.search(path) if aside else None
    return aside is not None and (root is None or aside.start() < root.start())


def is_for_developers(path: RepoPath) -> bool:
    """The same of what others may import; of Python as far as a path tells: what lies within a package belongs to it."""
    if path.endswith(".py"):
        return is_test(path)
    return is_test(path) or bool(_ASIDE_OF_GO.search(path)) if path.endswith(".go") else stands_aside(path)


def lies_aside(path: RepoPath, *, within: Callable[[RepoPath], bool]) -> bool:
    """Whether a file of Python is there for developers: a folder called so that lies `within` a package is a part of it."""
    if is_test(path):
        return True
    aside = _ASIDE.search(path)
    return aside is not None and not within(RepoPath(path[: aside.start()]))


@lru_cache(_REMEMBERED)
def is_test(path: RepoPath) -> bool:
    """Whether a file holds tests or serves only them, by its name; `landscape.in_use` tells which of these code imports."""
    return bool(_TEST_NAME.search(path) or _TEST_FOLDER.search(path))


def is_built_for_tests(path: RepoPath) -> bool:
    """Whether builders give a file to tests alone, so that no other code can use it: Go's `_test.go`, Java's in `src/test/java`."""
    return path.endswith("_test.go") or (path.endswith(".java") and "/src/test/java/" in f"/{path}")
