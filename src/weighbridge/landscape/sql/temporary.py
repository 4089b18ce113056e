"""Tables of a session that a script makes and fills with rows that stand in it: few, as somebody wrote them down."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import CreateTable, Insert
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one

_SOURCE: Final = LatePattern(
    r"(?:\b(?:from|using|join)\s+|,\s*)(?:pg_temp\.)?\"?(?P<table>\w+)\"?(?:\s+(?:as\s+)?(?!where\b|on\b|join\b|set\b|using\b)\"?(?P<as>\w+)\"?)?",
    re.IGNORECASE,
)
_FROM_AFAR: Final = LatePattern(r"\bcopy\b[^;]*\bfrom\b|\\\\?copy\b|\bas\s+(?:with\b|select\b)", re.IGNORECASE)


def written_down_for(step: Step) -> frozenset[str]:
    """The names, in lower case, by which a statement calls such tables."""
    made = [
        each
        for each in step.migration.doing(CreateTable)
        if isinstance(each.act, CreateTable) and each.act.is_temporary and each.order < step.order
    ]
    if not made:
        return frozenset()
    few = [each.act.table for each in made if not _may_be_filled(each)]
    found = (each for each in _SOURCE.finditer(step.deed.text) if any(is_one(each["table"], name) for name in few))
    return frozenset(name.lower() for each in found for name in _names(each))


def _names(found: re.Match[str]) -> Iterator[str]:
    yield found["table"]
    if found["as"]:
        yield found["as"]


def _may_be_filled(made: Step) -> bool:
    """Whether rows come into it that do not stand in the script: of a query, or of a file."""
    if getattr(made.act, "has_query", False) or _FROM_AFAR.search(made.deed.text):
        return True
    table = made.act.table
    for each in made.rest:
        if isinstance(each.act, Insert) and is_one(each.act.table, table) and (each.act.has_query or each.deed.inside):
            return True
        if table in each.deed.text and _FROM_AFAR.search(each.deed.text) is not None:
            return True
    return False
