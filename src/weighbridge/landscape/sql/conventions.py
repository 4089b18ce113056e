"""What the place and the marks of a SQL script say of the tool that runs it: whether in one transaction, and on which database."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.reading import Deed
from weighbridge.landscape.sql.postgres import outside_only

_TOOL_MARKS: Final = LatePattern(
    r"^[ \t]*--\s*(?:\+goose|migrate:|\+migrate|\+micrate|liquibase\s+formatted)\b", re.IGNORECASE | re.MULTILINE
)
_NO_TRANSACTION: Final = LatePattern(
    r"^[ \t]*--\s*(?:\+goose\s+NO\s+TRANSACTION|migrate:up\s+transaction:false|\+migrate\s+.*notransaction|no-transaction"
    r"|atlas:txmode\s+none|flyway:executeInTransaction=false|disable_ddl_transaction)|^executeInTransaction\s*=\s*false"
    r"|^run_in_transaction\s*=\s*false",
    re.IGNORECASE | re.MULTILINE,
)
_CHANGE_SET: Final = LatePattern(r"^[ \t]*--\s*changeset\s+\S+:\S+(?P<options>.*)$", re.IGNORECASE | re.MULTILINE)
_FLYWAY: Final = LatePattern(r"(?:^|/)[VR][\d_.]*__[^/]+\.sql$")
_REPEATED: Final = LatePattern(r"(?:^|/)R__[^/]+\.sql$")
_PRISMA: Final = LatePattern(r"(?:^|/)migrations/\d{8,}_[^/]*/migration\.sql$")
_DIESEL: Final = LatePattern(r"(?:^|/)migrations/\d[\d-]*_[^/]*/up\.sql$")
_BOTH_WAYS: Final = LatePattern(r"(?:^|/)\d+_[^/]*\.up\.sql$")
_MIGRATIONS: Final = LatePattern(
    r"(?:^|/)(?:migrations?|migrate|db/migrate|alembic|flyway|changelogs?|schema_changes)/", re.IGNORECASE
)
_ONE_QUERY: Final = (".up.sql", "/up.sql", "/migration.sql")
"""Files of golang-migrate, Diesel, Hasura and Prisma: sent as one query, or run in one transaction, which comes to the same."""


def has_marks(text: str) -> bool:
    """Whether a tool tells by marks in a script what does and what undoes."""
    return _TOOL_MARKS.search(text) is not None


def is_migration(path: RepoPath, text: str) -> bool:
    """Whether a script's name, folder or marks say that a tool runs it once on databases that are in use."""
    return (
        any(pattern.search(path) for pattern in (_MIGRATIONS, _FLYWAY, _BOTH_WAYS))
        or _TOOL_MARKS.search(text) is not None
    )


def is_repeated(path: RepoPath) -> bool:
    """Whether Flyway runs a script again each time it is changed."""
    return _REPEATED.search(path) is not None


def runs_together(path: RepoPath, text: str, *, deeds: Sequence[Deed]) -> bool | None:
    """Whether a tool runs a script's statements in one transaction; None where that is not known.

    Flyway leaves the transaction out by itself where every statement must be done outside of one. Prisma, and
    golang-migrate, send a script as it is: PostgreSQL does several statements that come at once together, and one for itself.
    """
    if _NO_TRANSACTION.search(text):
        return False
    if _TOOL_MARKS.search(text) or _DIESEL.search(path):
        return True
    if _FLYWAY.search(path):
        return not (deeds and all(any(outside_only(act) for act in deed.acts) for deed in deeds))
    if _PRISMA.search(path):
        return len(deeds) > 1
    return True if path.endswith(_ONE_QUERY) and len(deeds) > 1 else None


def in_change_sets(text: str, deeds: Sequence[Deed]) -> tuple[Deed, ...]:
    """A script's statements with the change set that each is committed with, where it is one of Liquibase's."""
    if "liquibase formatted" not in text.lower():
        return tuple(deeds)
    parts: list[tuple[int, int]] = []
    for number, each in enumerate(_CHANGE_SET.finditer(text), 1):
        is_apart = "runintransaction:false" in each["options"].lower().replace(" ", "")
        parts.append((text.count("\n", 0, each.start()) + 1, -number if is_apart else number))
    found: list[Deed] = []
    for deed in deeds:
        part = next((number for line, number in reversed(parts) if line <= deed.line), 0)
        found.append(replace(deed, part=part))
    return tuple(found)
