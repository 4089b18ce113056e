"""Which files are tests, by the conventions of each language's runners."""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern

_TEST_NAME: Final = LatePattern(
    r"(^|/)(test_[^/]*\.py|[^/]*_test\.(py|go)|tests?\.py|conftest\.py|[^/]*\.(test|spec)\.[cm]?[jt]sx?"
    r"|[^/]*(Test|Tests|IT|TestCase)\.java|Test[A-Z][^/]*\.java)$"
)
_TEST_FOLDER: Final = LatePattern(r"(^|/)(tests?|__tests__|spec|testing|testdata|e2e|src/test)/")


def is_test(path: RepoPath) -> bool:
    """Whether the file holds tests or serves only them."""
    return bool(_TEST_NAME.search(path) or _TEST_FOLDER.search(path))
