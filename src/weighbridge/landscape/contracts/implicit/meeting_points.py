"""Names by which two sides find each other without naming one another: a stream, a queue, a header, a key of a cache."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import words_in
from weighbridge.facts.model import Expr, FileFacts, Text
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.implicit.deployments import may_set
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.terms import WORD, expressions
from weighbridge.landscape.test_files import stands_aside

_MEETS: Final = LatePattern(
    r"(?i)(?:^|_)(?:streams?|topics?|queues?|channels?|exchange|routing_?key|subjects?|events?|headers?|cookies?|signals?|bucket|cache_?key|cache_?prefix|lock)(?:_|$)"
    r"|(?<=[a-z])(?:Stream|Topic|Queue|Channel|Exchange|RoutingKey|Subject|Event|Header|Cookie|Signal|Bucket|CacheKey|CachePrefix|Lock)(?![a-z])"
    r"|^(?:Stream|Topic|Queue|Channel|Exchange|RoutingKey|Subject|Event|Header|Cookie|Signal|Bucket)(?=[A-Z]|$)"
)
_PARTICULAR: Final = LatePattern(r"[A-Za-z][\w]*(?:[.:/_-]+[A-Za-z0-9][\w]*)+[.:/_-]?")
_LEAST_LETTERS: Final = 8
_MOST_FILES: Final = 60
_MOST_SETTINGS: Final = 400
_MOST_BYTES: Final = 400_000


def is_meeting_point(name: str) -> bool:
    """Whether a constant by its name holds what two sides must call alike."""
    return _MEETS.search(name) is not None


def still_saying(name: str, said: tuple[Expr, Expr], *, file: FileCode, landscapes: Landscapes) -> Iterator[Place]:
    """Where other files, tests left out, write the old text out and nowhere the new one; `said` are the two."""
    before, after = said
    if type(before) is not Text or type(after) is not Text or not is_meeting_point(name) or file.base is None:
        return
    text = before.value
    if len(text) < _LEAST_LETTERS or _PARTICULAR.fullmatch(text) is None:
        return
    words = sorted(words_in(text), key=len)[-2:]
    landscape = landscapes.head.landscape
    holding = [frozenset(landscape.files_with(WORD + word)) for word in words]
    for path in landscape.files_with(WORD + words[-1])[:_MOST_FILES] if words else ():
        if path == file.change.path or stands_aside(path) or not all(path in each for each in holding):
            continue
        facts = landscape.facts(path)
        line = _line(facts, text) if facts is not None and not _line(facts, after.value) else 0
        if line:
            yield Place(path=path, line=line, end_line=line)
    yield from _set_up(text, after.value, landscape=landscape)


def _set_up(text: str, now: str, *, landscape: Landscape) -> Iterator[Place]:
    """Where files that set up what code runs in still have the old text as a whole, and nowhere the new one: a topic that is made, a queue."""
    whole, other = (re.compile(rb"(?<![\w.:/-])" + re.escape(each.encode()) + rb"(?![\w.:/-])") for each in (text, now))
    paths = [path for path in landscape.tree.blobs if may_set(path) and not stands_aside(path)]
    for path, data in landscape.bytes_of_each(paths[:_MOST_SETTINGS], _MOST_BYTES):
        found = whole.search(data)
        if found is not None and other.search(data) is None:
            line = data.count(b"\n", 0, found.start()) + 1
            yield Place(path=path, line=line, end_line=line)


def _line(facts: FileFacts, text: str) -> int:
    """The first line on which a file writes a text out; 0 where none does."""
    said = (
        line for _, line, expr in expressions(facts) for part in walk(expr) if type(part) is Text and part.value == text
    )
    return next(said, 0)
