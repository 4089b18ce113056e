"""Which files hold settings of checkers and of runners of tests."""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern

_NAMES: Final = LatePattern(
    r"(^|/)(pyproject\.toml|\.?ruff\.toml|setup\.cfg|tox\.ini|pytest\.ini|\.?mypy\.ini|\.coveragerc|\.flake8|\.pylintrc|pylintrc"
    r"|\.bandit|pyrightconfig\.json|\.pre-commit-config\.ya?ml|\.?codecov\.ya?ml|\.golangci\.(ya?ml|toml|json)|\.nycrc(\.json)?"
    r"|\.eslintrc(\.(json|ya?ml|c?js))?|eslint\.config\.[cm]?[jt]s|tsconfig[^/]*\.json|jest\.config\.([cm]?[jt]s|json)"
    r"|vite(st)?\.config\.[cm]?[jt]s|\.mocharc\.(json|ya?ml|c?js)|package\.json|biome\.jsonc?|\.c8rc\.json|sonar-project\.properties)$"
)


def is_of_checkers(path: RepoPath) -> bool:
    """Whether a file holds settings of checkers, as its name tells."""
    return bool(_NAMES.search(path))
