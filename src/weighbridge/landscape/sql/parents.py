"""Migrations that say they come after one that is not there: their tool builds no order of them, and runs none.

`NodeNotFoundError` (Django), `KeyError` and `Can't locate revision` (Alembic).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.sql.written import serves_tests

_DEPENDS: Final = LatePattern(r"^[ \t]+dependencies\s*(?::[^=\n]+)?=\s*\[(?P<all>[^\]]*)\]", re.MULTILINE)
_PAIR: Final = LatePattern(r"\(\s*[\"'](?P<app>\w+)[\"']\s*,\s*[\"'](?P<name>\w+)[\"']\s*,?\s*\)")
_COMMENT: Final = LatePattern(r"#[^\n]*")
_WITHOUT_FILE: Final = ("__first__", "__latest__")
_FOLDER: Final = "migrations"

Text = Callable[[RepoPath], str]


def django_parents_missing(
    files: Iterable[FileChange], paths: Collection[RepoPath], *, before: Text, after: Text
) -> Iterator[tuple[RepoPath, str, int]]:
    """Each changed migration of Django's that newly names one of its own app which is not there: its path, the name and the line."""
    for file in files:
        folder = folder_of(file.path)
        app = folder_of(RepoPath(folder)).rpartition("/")[2]
        if (
            file.head is None
            or folder.rpartition("/")[2] != _FOLDER
            or not file.path.endswith(".py")
            or serves_tests(file.path)
        ):
            continue
        text = after(file.path)
        said = _DEPENDS.search(text) if "dependencies" in text else None
        known = before(file.base.path) if file.base is not None else ""
        for pair in _PAIR.finditer(_COMMENT.sub(_blank, said["all"])) if said is not None else ():
            name = pair["name"]
            if pair["app"] != app or name in _WITHOUT_FILE or f'"{name}"' in known or f"'{name}'" in known:
                continue
            if not _is_there(folder, name, paths=paths, text=after):
                assert said is not None
                yield file.path, name, text.count("\n", 0, said.start("all") + pair.start()) + 1
                break  # nothing runs, by however many


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _is_there(folder: str, name: str, *, paths: Collection[RepoPath], text: Text) -> bool:
    """Whether a migration lies in the folder, or in that of another app of its name, or one that stands for it does."""
    if RepoPath(f"{folder}/{name}.py") in paths or RepoPath(f"{folder}/{name}/__init__.py") in paths:
        return True
    if any(each.endswith(f"{_FOLDER}/{name}.py") for each in paths):
        return True  # a folder may be called as another app is
    beside = [each for each in paths if each.startswith(f"{folder}/") and each.endswith(".py")]
    return any("replaces" in (said := text(each)) and name in said for each in beside)
