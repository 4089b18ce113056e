"""Which database a script speaks to, told by what it says itself, and by what its repository declares and needs."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from weighbridge.domain.late_pattern import LatePattern


class Dialect(StrEnum):
    """A family of databases that mean the same by the same words."""

    POSTGRES = "postgresql"
    MYSQL = "mysql"
    SQLITE = "sqlite"
    OTHER = "other"


_SIGNS: Final[Sequence[tuple[Dialect, LatePattern]]] = (
    (
        Dialect.MYSQL,
        LatePattern(
            r"\bENGINE\s*=\s*\w+|\bAUTO_INCREMENT\b|\bUNSIGNED\b|\bMODIFY\s+(?:COLUMN\s+)?[`\w]|\bON UPDATE CURRENT_TIMESTAMP\b"
            r"|\bCHARSET\s*=|\bALGORITHM\s*=\s*(?:INPLACE|COPY|INSTANT)|\bCHANGE\s+COLUMN\b|\b(?:TINY|MEDIUM|LONG)(?:TEXT|BLOB|INT)\b",
            re.IGNORECASE,
        ),
    ),
    (Dialect.SQLITE, LatePattern(r"\bAUTOINCREMENT\b|^\s*PRAGMA\b|\bWITHOUT\s+ROWID\b", re.IGNORECASE | re.MULTILINE)),
    (
        Dialect.POSTGRES,
        LatePattern(
            r"\bCONCURRENTLY\b|\bNOT\s+VALID\b|::\w|\$\$|\bplpgsql\b|\bjsonb\b|\btimestamptz\b|\b(?:big|small)?serial\b|\buuid\b"
            r"|\bCREATE\s+EXTENSION\b|\block_timeout\b|\bOWNER\s+TO\b|\bROW\s+LEVEL\s+SECURITY\b|\bUSING\s+(?:gin|gist|btree|brin)\b"
            r"|\bALTER\s+TYPE\b|\bpg_\w+|\bALTER\s+(?:COLUMN\s+)?\"?\w+\"?\s+(?:SET|DROP)\s+NOT\s+NULL\b",
            re.IGNORECASE,
        ),
    ),
    (
        Dialect.OTHER,
        LatePattern(
            r"^\s*GO\s*$|\bNVARCHAR\s*\(|\bVARCHAR2\s*\(|\bIDENTITY\s*\(\s*\d|\[dbo\]", re.IGNORECASE | re.MULTILINE
        ),
    ),
)


def said_by(text: str) -> Dialect | None:
    """The dialect that a script can only be in, by its own words; None where they are everybody's."""
    return next((dialect for dialect, sign in _SIGNS if sign.search(text)), None)
