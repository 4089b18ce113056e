"""Queries that stand by name in files of their own, which a tool makes functions of: sqlc, aiosql, HugSQL, PgTyped.

Sources: https://docs.sqlc.dev/en/stable/reference/query-annotations.html, https://nackjicholson.github.io/aiosql/defining-sql-queries.html,
https://www.hugsql.org/hugsql-in-detail/commands, https://pgtyped.dev/docs/sql-file.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

_NAME: Final = LatePattern(
    r"^[ \t]*(?:--[ \t]*:?name:?[ \t]+(?P<name>[\w.-]+)[^\n]*|/\*[ \t]*(?:name:[ \t]*|@name[ \t]+)(?P<in>[\w.-]+).*?\*/)",
    re.MULTILINE | re.DOTALL,
)
_COMMENT: Final = LatePattern(r"--[^\n]*")
_GIVEN: Final = LatePattern(
    r"(?:sqlc\.(?:arg|narg|slice)\(\s*'?\w+'?\s*\)|(?<![:\w'])[:@]\w+(?![\w:'])|/\*SLICE:\w+\*/\?)"
)
"""What is given, in the words of these tools; sqlc's slice is a list."""
_LONGEST: Final = 400_000


class Named(Struct, frozen=True, kw_only=True):
    """One query: its name, its text with holes for what is given, and the line on which it begins."""

    name: str
    text: str
    line: int


def named_in(text: str) -> Iterator[Named]:
    """The queries of a file, none where it names none."""
    if len(text) > _LONGEST:
        return
    begun = list(_NAME.finditer(text))
    ends = [*(each.start() for each in begun[1:]), len(text)]
    for each, end in zip(begun, ends, strict=False):
        said = _COMMENT.sub(lambda found: " " * len(found[0]), text[each.end() : end])
        plain = said.strip().rstrip("; \n")
        if plain and ";" not in plain:
            at = each.end() + len(said) - len(said.lstrip())
            yield Named(
                name=each["name"] or each["in"],
                text=_GIVEN.sub("{}", plain),
                line=text.count("\n", 0, at) + 1,
            )
