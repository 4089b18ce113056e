"""What a file is to us, told from its path alone: a role names the extractor that can read it."""

from typing import Final

from weighbridge.domain.ids import RepoPath

_BY_SUFFIX: Final = {
    ".py": "python",
    ".pyi": "python",
    ".pyw": "python",
    ".js": "javascript",
    ".jsx": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".go": "go",
    ".java": "java",
}

CODE: Final = frozenset(_BY_SUFFIX.values())
"""The roles whose files hold definitions and steps."""

_PROSE: Final = frozenset({".md", ".rst", ".txt", ".adoc"})


def role_of(path: RepoPath) -> str:
    """The role of the file at `path`: one of `CODE`, `sql`, `prose`, or empty when nothing here can read it."""
    suffix = "." + path.rpartition("/")[2].rpartition(".")[2].lower()
    if suffix in _PROSE:
        return "prose"
    if suffix == ".sql":
        return "sql"
    return _BY_SUFFIX.get(suffix, "")
