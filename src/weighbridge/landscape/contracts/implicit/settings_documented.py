"""Where the documentation of a tree tells of a setting: what it says that others may set is a promise."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.roles import role_of
from weighbridge.landscape.contracts.trees import MOST_BYTES, Trees

_HISTORY: Final = LatePattern(
    r"(?i)(?:^|/)(?:changes|changelog|history|news|releases?(?:[-_]notes?)?)\b[^/]*$|(?:^|/)changelogs?/"
)
_MOST_FILES: Final = 300
_MOST_PLACES: Final = 10


def documented(name: str, trees: Trees) -> list[Place]:
    """The lines of the base's documentation that name a setting; not those that tell of what changed when."""
    return list(islice(_places(re.compile(rf"(?<!\w){re.escape(name)}(?!\w)".encode()), trees), _MOST_PLACES))


def _places(pattern: re.Pattern[bytes], trees: Trees) -> Iterator[Place]:
    blobs = trees.base().blobs
    prose = (path for path in blobs if role_of(path) == "prose" and not _HISTORY.search(path))
    for path in islice(prose, _MOST_FILES):
        data = trees.read(blobs[path].oid, MOST_BYTES)
        found = pattern.search(data) if isinstance(data, bytes) else None
        if found is not None:
            line = found.string.count(b"\n", 0, found.start()) + 1
            yield Place(path=path, line=line, end_line=line, side=Side.BASE)
