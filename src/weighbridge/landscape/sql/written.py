"""Which files may be migrations that are written as code, by their paths alone: asked of every changed file, so nothing is imported here."""

import re
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern

KINDS: Final = {
    ".py": "python",
    ".rb": "ruby",
    ".js": "javascript",
    ".cjs": "javascript",
    ".mjs": "javascript",
    ".ts": "javascript",
    ".mts": "javascript",
    ".cts": "javascript",
    ".xml": "changelog",
    ".yaml": "changelog",
    ".yml": "changelog",
    ".json": "changelog",
    ".java": "other",
    ".go": "other",
    ".php": "other",
    ".cs": "other",
    ".exs": "other",
}
_MAY_BE: Final = LatePattern(
    r"migrat|versions/|revisions/|change-?log|liquibase|(?:^|/)db/data/|(?:^|/)\d{10,}[-_][^/]*\.[cm]?[jt]s$",
    re.IGNORECASE,
)
"""Some word that the folders or names of every known tool's files have in them."""


def may_migrate(path: RepoPath) -> bool:
    """Whether a file may be a migration that is written as code, by its path alone."""
    return path[path.rfind(".") :].lower() in KINDS and _MAY_BE.search(path) is not None


def may_be_change_log(path: RepoPath) -> bool:
    """Whether a file by its ending may be a change log of Liquibase's, which may lie anywhere: its text says whether it is one."""
    return path.endswith(".xml")


MARK: Final = "databaseChangeLog"
"""What stands in every change log."""
