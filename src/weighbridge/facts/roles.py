"""What a file is to us, told from its path alone: a role names the extractor that can read it."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern

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

CODE_ENDINGS: Final = tuple(suffix.removeprefix(".") for suffix in _BY_SUFFIX)
"""How, in lower case, the path of every file of such a role ends; other paths may end so too."""

_ONE_LANGUAGE: Final = {"typescript": "javascript", "tsx": "javascript"}
"""The roles whose files name each other's definitions."""

_ENDINGS_BY_SUFFIX: Final = {
    suffix: tuple(
        other for other, its in _BY_SUFFIX.items() if _ONE_LANGUAGE.get(its, its) == _ONE_LANGUAGE.get(role, role)
    )
    for suffix, role in _BY_SUFFIX.items()
}

_TERRAFORM: Final = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json")
_TERRAGRUNT: Final = ("terragrunt.hcl", "terragrunt.stack.hcl")
_TERRAFORM_LOCK: Final = ".terraform.lock.hcl"

_DOCKERFILE: Final = LatePattern(
    r"(?:dockerfile|containerfile)(?:[._-].*)?|.+[._](?:dockerfile|containerfile)", re.IGNORECASE
)
_NO_DOCKERFILE: Final = frozenset(
    {".dockerignore", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".sh", ".yml", ".yaml", ".json", ".erb"}
)
"""Endings of files that only have such a name, or from which one is made first."""

_SQL: Final = frozenset({".sql", ".psql", ".pgsql", ".mysql", ".ddl"})
_PROSE: Final = frozenset({".md", ".rst", ".txt", ".adoc"})

_PROSE_NAMES: Final = LatePattern(
    r"(?:licen[cs]e|copying|notice|authors|contributors|readme|changelog|changes|news|todo)(?:[-_.][^.]*)?",
    re.IGNORECASE,
)
"""Whole names, without an ending, of files that only people read."""

_NO_PROSE: Final = LatePattern(
    r"(?:.*/)?(?:(?:[^/]*[._-])?(?:requirements|constraints)(?:[._-][^/]*)?\.txt|requirements/(?:.+/)?[^/]+\.txt"
    r"|CMakeLists\.txt|conanfile\.txt|meson_options\.txt|runtime\.txt)",
    re.IGNORECASE,
)
"""Files that a program reads although their names end as those of notes do: what is installed and how it is built."""


def code_role(blob: Blob) -> str:
    """The role in which an extractor reads a file; empty for one of no code, a link and a submodule."""
    role = role_of(blob.path)
    return role if role in CODE and blob.mode not in (Mode.SYMLINK, Mode.SUBMODULE) else ""


def tells_imports(path: RepoPath) -> bool:
    """Whether a file says what imports of scripts go by: `package.json`, `tsconfig.json` and what that builds on."""
    if not path.endswith(".json") or "node_modules" in path:
        return False
    name = path.rpartition("/")[2]
    return name == "package.json" or name.startswith(("tsconfig", "jsconfig"))


def of_one_language(path: RepoPath, others: Iterable[RepoPath]) -> Iterator[RepoPath]:
    """Those of `others` whose code can name what the code at `path` defines: a method's name says nothing across languages."""
    endings = _ENDINGS_BY_SUFFIX.get("." + path.rpartition(".")[2].lower(), ())
    return (other for other in others if other.lower().endswith(endings))


def role_of(path: RepoPath) -> str:
    """The role of the file at `path`: one of `CODE`, `sql`, `terraform`, `terraform-lock`, `dockerfile`, `prose`, or empty when nothing here can read it."""
    name = path.rpartition("/")[2]
    suffix = "." + name.rpartition(".")[2].lower()
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if suffix in _PROSE:
        return "" if _NO_PROSE.fullmatch(path) else "prose"
    if _PROSE_NAMES.fullmatch(name):
        return "prose"
    if suffix in _SQL:
        return "sql"
    if name.lower().endswith(_TERRAFORM) or name in (*_TERRAGRUNT, _TERRAFORM_LOCK):
        return "terraform-lock" if name == _TERRAFORM_LOCK else "terraform"
    is_docker = "erfile" in name.lower() and suffix not in _NO_DOCKERFILE and _DOCKERFILE.fullmatch(name)
    return "dockerfile" if is_docker else ""
