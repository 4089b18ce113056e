"""Whether a script describes a schema, as a dump of a database does: it is loaded where no rows are yet, and no deployment runs it.

A dump is known by what the programs that write one put at its head or its end. Nothing that a tool runs as a migration is one,
and neither is what would lose rows: a dump drops no table that it does not make anew.
"""

import re
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.facts.sql.reading import read_deeds
from weighbridge.landscape.sql.conventions import is_migration
from weighbridge.landscape.sql.dialects import said_by, said_by_path

_HEAD: Final = 4_000
_TAIL: Final = 400_000
_WRITTEN_BY: Final = LatePattern(
    r"^--\s*(?:PostgreSQL database (?:cluster )?dump|(?:MySQL|MariaDB) dump\b|Dumped (?:by|from)\b)"
    r"|^/\*!\d{5} SET (?:@OLD_CHARACTER_SET_CLIENT|@saved_cs_client|@OLD_TIME_ZONE)\s*="
    r"|^SELECT pg_catalog\.set_config\('search_path', '', false\);",
    re.MULTILINE,
)
"""What pg_dump, mysqldump and those that are like them begin with, also where the remarks were taken out."""
_KEPT: Final = LatePattern(r"(?:^|/)(?:\w+_)?(?:structure|schema)\.sql$", re.IGNORECASE)
_RUN_UNTIL: Final = LatePattern(
    r"^INSERT INTO [\"`]?(?:public\.)?schema_migrations[\"`]? \(version\) VALUES", re.IGNORECASE | re.MULTILINE
)
"""The migrations that a schema has behind it, which Rails and dbmate write at the end of one."""


def is_dump(path: RepoPath, text: str) -> bool:
    """Whether a script is what is left of a database's schema, and not what is done to one."""
    if is_migration(path, text):
        return False
    is_written = _WRITTEN_BY.search(text[:_HEAD]) is not None or (
        _KEPT.search(path) is not None and _RUN_UNTIL.search(text[-_TAIL:]) is not None
    )
    if not is_written:
        return False
    found = read_deeds(text, dialect=said_by(text) or said_by_path(path))
    return _loses_nothing([act for deed in found.statements for act in deed.acts])


def _loses_nothing(done: list[Act]) -> bool:
    """Whether no row that is there could be lost but with a table that is made anew behind it."""
    last_made = {act.table: at for at, act in enumerate(done) if isinstance(act, acts.CreateTable)}
    for at, act in enumerate(done):
        if isinstance(act, acts.DropTable) and last_made.get(act.table, -1) < at:
            return False
        if isinstance(
            act, acts.DropColumn | acts.Truncate | acts.Delete | acts.Update | acts.RenameTable | acts.RenameColumn
        ):
            return False
    return True
