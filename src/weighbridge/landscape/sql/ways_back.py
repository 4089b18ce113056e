"""Whether a migration can be taken back as its neighbours can: by a file beside it, or by a part of it."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.sql.known_types import KnownScripts
from weighbridge.landscape.sql.migrations import Migration
from weighbridge.landscape.sql.undoing import undoing_lines
from weighbridge.landscape.tree import Tree

_MOST_NEIGHBOURS: Final = 12
"""As many of the latest scripts beside it are looked at to tell what is usual."""
_FLYWAY: Final = LatePattern(r"^V(?P<rest>[\d._]+__.+\.sql)$")
_PART: Final = LatePattern(r"^[ \t]*--\s*(?:\+goose|migrate:|\+migrate|\+micrate)", re.IGNORECASE | re.MULTILINE)


def lacks_way_back(migration: Migration, known: KnownScripts, *, head: Tree) -> str:
    """What of a way back a new script lacks that those beside it have; empty where it lacks none or they have none either."""
    if migration.is_code:
        return ""
    folder, _, name = migration.path.rpartition("/")
    for other in (_beside, _in_folder, _undo_of):
        partner = other(migration.path)
        if not partner:
            continue
        around = folder.rpartition("/")[0] if name.lower() == "up.sql" else folder
        neighbours = _neighbours(known.paths, around, like=other)
        usual = [path for path in neighbours if other(path) in known.tree]
        if _is_usual(usual, neighbours) and partner not in head:
            return f"there is no {partner.removeprefix(folder + '/')}, and {len(usual)} of {len(neighbours)} others here have one"
        return ""
    if not migration.has_parts:
        return ""
    neighbours = [path for path in _neighbours(known.paths, folder) if _PART.search(known.text(path))]
    usual = [path for path in neighbours if has_undoing(path, known.text(path))]
    if _is_usual(usual, neighbours) and not migration.undoing:
        return f"it has no part that takes it back, and {len(usual)} of {len(neighbours)} others here have one"
    return ""


def takes_nothing_back(migration: Migration, text: str) -> str:
    """What the way back of a migration written as code leaves as it is, where its function for that does nothing; empty where it does."""
    if not migration.is_code or migration.undoing or _EMPTY.search(text) is None:
        return ""
    lossy = (step for step in migration.steps if step.is_loss)
    gone = next(lossy, None)
    return (
        f"its way back does nothing, and `{gone.act.table}` stays as line {gone.act.line} leaves it"
        if gone is not None
        else ""
    )


_EMPTY: Final = LatePattern(
    r"^[ \t]*def\s+(?:self\.)?(?:down|downgrade)\b[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*(?:[ \t]*pass\b[ \t]*(?:#[^\n]*)?(?:\n|\Z)|[ \t]*end\b)",
    re.MULTILINE,
)
"""A function of Alembic's or Rails' that takes a migration back by nothing at all; one that raises says that there is no way."""


def has_undoing(path: RepoPath, text: str) -> bool:
    """Whether a script has a part that takes it back and says something."""
    lines = text.split("\n")
    return any(
        line.strip() and not line.strip().startswith("--")
        for first, last in undoing_lines(text, path)
        for line in lines[first - 1 : last]
    )


def _is_usual(usual: Iterable[RepoPath], neighbours: Iterable[RepoPath]) -> bool:
    count = len(list(usual))
    return count > 1 and 2 * count > len(list(neighbours))


def _neighbours(
    paths: Iterable[RepoPath], folder: str, *, like: Callable[[RepoPath], RepoPath | None] | None = None
) -> list[RepoPath]:
    inside = [
        path for path in paths if path.startswith(f"{folder}/" if folder else "") and (like is None or like(path))
    ]
    return inside[-_MOST_NEIGHBOURS:]


def _beside(path: RepoPath) -> RepoPath | None:
    """golang-migrate: `1_a.up.sql` and `1_a.down.sql`."""
    return RepoPath(path.removesuffix(".up.sql") + ".down.sql") if path.endswith(".up.sql") else None


def _in_folder(path: RepoPath) -> RepoPath | None:
    """Diesel: `1_a/up.sql` and `1_a/down.sql`."""
    return RepoPath(path.removesuffix("up.sql") + "down.sql") if path.endswith("/up.sql") else None


def _undo_of(path: RepoPath) -> RepoPath | None:
    """Flyway: `V1__a.sql` and `U1__a.sql`."""
    folder, slash, name = path.rpartition("/")
    found = _FLYWAY.match(name)
    return RepoPath(f"{folder}{slash}U{found['rest']}") if found else None
