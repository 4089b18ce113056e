"""Whether a script describes a schema, as a dump of a database does: it is loaded where no rows are yet, and no deployment runs it.

A dump is known by what the programs that write one put at its head or its end. Nothing that a tool runs as a migration is one,
and neither is what would lose rows, or does something to what it does not make itself: a dump drops no table that it does not
make anew, and alters none that is not in it.
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
from weighbridge.landscape.sql.names import last_part

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
_NUMBERED: Final = LatePattern(r"(?:^|/)[VvRr]?\d[^/]*\.sql$")
_FILLS_AN_EMPTY_ONE: Final = LatePattern(r"(?:^|/)(?:docker-entrypoint-)?initdb(?:\.d)?/", re.IGNORECASE)
_OF_THE_WHOLE: Final = (
    "alter role",
    "alter user",
    "alter group",
    "alter system",
    "alter database",
    "alter publication",
    "reassign",
)
_RUN_UNTIL: Final = LatePattern(
    r"^INSERT INTO [\"`]?(?:public\.)?schema_migrations[\"`]? \(version\) VALUES", re.IGNORECASE | re.MULTILINE
)
"""The migrations that a schema has behind it, which Rails and dbmate write at the end of one."""


def is_dump(path: RepoPath, text: str) -> bool:
    """Whether a script is what is left of a database's schema, and not what is done to one."""
    if is_migration(path, text) or _is_one_of_many(path):
        return False
    is_written = _WRITTEN_BY.search(text[:_HEAD]) is not None or (
        _KEPT.search(path) is not None and _RUN_UNTIL.search(text[-_TAIL:]) is not None
    )
    if not is_written:
        return False
    found = read_deeds(text, dialect=said_by(text) or said_by_path(path))
    done = [act for deed in found.statements for act in deed.acts]
    return _loses_nothing(done) and _is_about_its_own(done)


def _is_one_of_many(path: RepoPath) -> bool:
    """Whether a script has a number, as those have that are run one after another."""
    return _NUMBERED.search(path) is not None and _FILLS_AN_EMPTY_ONE.search(path) is None


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


def _is_about_its_own(done: list[Act]) -> bool:
    """Whether all that is done is done to what the script itself makes, and lets nobody do more with anything else."""
    made = _Made(done)
    last_drop = max((at for at, act in enumerate(done) if isinstance(act, acts.DropTable)), default=-1)
    for at, act in enumerate(done):
        if isinstance(act, acts.DropIndex) and act.is_conditional and at < last_drop:
            continue  # it goes with a table that is made anew
        if _gives_more(act) or not made.is_of(act):
            return False
    return True


def _gives_more(act: Act) -> bool:
    """Whether what is done reaches further than one thing: to all that is there, to a role, or to whoever comes."""
    match act:
        case acts.Grant(is_given=True, is_default=True):
            return "PUBLIC" in map(str.upper, act.to)
        case acts.Grant(is_given=True):
            return not act.on or "ALL " in act.on.upper()
        case acts.AlterOther(table="", what=what):
            return act.rewrites or what.startswith(_OF_THE_WHOLE)
        case acts.Run(kind="call") | acts.Reindex() | acts.Rename():
            return True
    return False


class _Made:
    """What a script makes, by name: what one statement calls with its schema another may call without."""

    def __init__(self, done: list[Act]) -> None:
        self._tables = {act.table for act in done if isinstance(act, acts.CreateTable)}
        self._tables |= {act.name for act in done if isinstance(act, acts.Create) and "view" in act.kind}
        self._things = {(act.kind, last_part(act.name)) for act in done if isinstance(act, acts.Create)}
        self._things |= {("index", last_part(act.name)) for act in done if isinstance(act, acts.CreateIndex)}
        self._last = {last_part(each) for each in self._tables}

    def is_of(self, act: Act) -> bool:
        """Whether what is done is done to something that it makes, or to nothing that has a name."""
        match act:
            case acts.Insert() | acts.SetParameter() | acts.Remark():
                return True
            case acts.Drop(kind=kind, name=name):
                return (kind, last_part(name)) in self._things and self._has_table(act.table)
            case acts.DropIndex(name=name):
                return ("index", last_part(name)) in self._things
            case acts.AlterEnum(name=name):
                return ("type", last_part(name)) in self._things
        return self._has_table(act.table)

    def _has_table(self, name: str) -> bool:
        if not name:
            return True
        return name in self._tables or last_part(name) in (self._last if "." not in name else self._tables)
