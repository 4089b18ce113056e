"""Migrations that lie elsewhere from now on under the version that their tool noted when they ran: nothing runs anew."""

import re
from collections.abc import Callable
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.sql.known_types import series_of

_BELOW: Final = LatePattern(r"(?:^|/)(?:\w*migrate|\w*migrations?|flyway|db/data)(?=/)")
_REVISION: Final = LatePattern(r"^revision\b\s*(?::[^=\n]+)?=\s*[\"'](?P<id>[^\"']+)", re.MULTILINE)
_DJANGO: Final = LatePattern(r"(?:^|/)(?P<app>\w+)/migrations/\d{4}_\w+\.py$")
_SEARCHED_BELOW: Final = LatePattern(r"\.rb$|(?:^|/)[VR][\d_.]*__[^/]+\.(?:sql|java)$")
"""Migrations of Rails and Flyway, which look through the folders within their own."""

Whole = Callable[[str, str], bool]
"""Whether the migrations of a folder all went to another one, which held none."""


def no_folder(_was: str, _now: str) -> bool:
    """Where nothing else is known to have moved."""
    return False


def keeps_version(was: RepoPath, now: RepoPath, *, before: str, text: str, is_whole: Whole) -> bool:
    """Whether a tool takes the file for the migration that it was, though it lies in another folder."""
    if (revision := revision_of(before)) and now.endswith(".py"):
        return revision == revision_of(text)
    old, new = series_of(was), series_of(now)
    if text != before or was.removeprefix(old) != now.removeprefix(new):
        return False
    apps = _DJANGO.search(was), _DJANGO.search(now)
    if apps[0] is not None and apps[1] is not None:
        return apps[0]["app"] == apps[1]["app"]
    if new.startswith(f"{old}/") or (_SEARCHED_BELOW.search(now) and root_of(was) == root_of(now)):
        return True
    return is_whole(old, new)


def revision_of(text: str) -> str:
    """What Alembic calls a migration; empty where it is none of its."""
    found = _REVISION.search(text)
    return found["id"] if found is not None else ""


def root_of(path: RepoPath) -> str:
    """The folder of migrations that a file lies in, or in a folder of."""
    found = _BELOW.search(path)
    return path[: found.end()] if found is not None else path
