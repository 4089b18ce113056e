"""Where the documentation of a tree tells of something: what it says that others may rely on is a promise."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.facts.roles import role_of
from weighbridge.landscape.tree import Tree

_HISTORY: Final = LatePattern(
    r"(?i)(?:^|/)(?:changes|changelog|history|news|releases?(?:[-_]notes?)?)\b[^/]*$|(?:^|/)changelogs?/"
)
_MOST_FILES: Final = 300
_MOST_PLACES: Final = 10
_MOST_BYTES: Final = 2_000_000

ReadBlob = Callable[[ObjectId, int], bytes | CouldNotLook]


def documented(pattern: re.Pattern[bytes], tree: Tree, *, read: ReadBlob) -> list[Place]:
    """The first line of each file of documentation that a pattern fits, of the base; not those that tell of what changed when."""
    return list(islice(_places(pattern, tree, read=read), _MOST_PLACES))


def word(name: str) -> re.Pattern[bytes]:
    """A name by itself."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)".encode())


def _places(pattern: re.Pattern[bytes], tree: Tree, *, read: ReadBlob) -> Iterator[Place]:
    prose = (path for path in tree.blobs if role_of(path) == "prose" and not _HISTORY.search(path))
    for path in islice(prose, _MOST_FILES):
        data = read(tree.blobs[path].oid, _MOST_BYTES)
        found = pattern.search(data) if isinstance(data, bytes) else None
        if found is not None:
            line = found.string.count(b"\n", 0, found.start()) + 1
            yield Place(path=path, line=line, end_line=line, side=Side.BASE)
