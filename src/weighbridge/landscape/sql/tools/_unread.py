"""Tools whose migrations are recognised and not read: it is said which."""

import re
from collections.abc import Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.sql.rendered import Rendered, Script, Tool

Marks = Mapping[str, tuple[LatePattern, LatePattern]]
"""Tools by name, each with what its files' paths and texts have in them."""


def unread_tool(marks: Marks) -> Tool:
    """One for all of these tools."""
    return Tool(
        claims=lambda path, text: bool(_tool(marks, path, text=text)),
        render=lambda script: _render(marks, script),
    )


def _tool(marks: Marks, path: RepoPath, *, text: str) -> str:
    found = (name for name, (where, what) in marks.items() if where.search(path) and what.search(text))
    return next(found, "")


def _render(marks: Marks, script: Script) -> Rendered:
    return Rendered(unsupported=_tool(marks, script.path, text=script.text))


ANYWHERE: Final = LatePattern("")
OTHERS: Final[Marks] = {
    "Flyway in Java": (
        LatePattern(r"(?:^|/)[VUR]\w*__\w+\.java$"),
        LatePattern(r"\bBaseJavaMigration\b|\bJavaMigration\b|\bJdbcMigration\b"),
    ),
    "Laravel": (LatePattern(r"(?:^|/)database/migrations/"), LatePattern(r"\bMigration\b")),
    "Doctrine or Phinx": (ANYWHERE, LatePattern(r"\bextends\s+(?:\\?\w+\\)*\w*Migration\b")),
    "EF Core": (ANYWHERE, LatePattern(r"\bMigrationBuilder\b|:\s*Migration\b")),
    "Ecto": (LatePattern(r"(?:^|/)migrations/"), LatePattern(r"\buse\s+Ecto\.Migration\b")),
}
SCRIPTS: Final[Marks] = {
    "Sequelize": (ANYWHERE, LatePattern(r"\bqueryInterface\b", re.IGNORECASE)),
    "MikroORM": (ANYWHERE, LatePattern(r"\bextends\s+Migration\b[^{]*\{[\s\S]*\baddSql\s*\(")),
}
