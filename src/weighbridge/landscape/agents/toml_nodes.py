"""TOML as nodes that know their lines, as far as the text tells: the standard reader forgets where a key stands."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Items, Mark, Node, Scalar
from weighbridge.landscape.documents.toml import load_toml

MOST_BYTES: Final = 1_000_000
MOST_DEPTH: Final = 60
_KEY: Final = LatePattern(r"[\w./:@~-]+")
_AT: Final = re.compile(r"at line (\d+)")


def read_toml(data: bytes) -> Node | None:
    """The table that `data` holds; None where it is empty.

    Raises:
        DocumentError: it is no TOML, larger than a limit or nested deeper.
    """
    if len(data) > MOST_BYTES:
        raise DocumentError(f"it is larger than {MOST_BYTES:,} bytes", Mark(line=1, column=1), is_end=False)
    try:
        text = data.decode("utf-8")
        table = load_toml(text)
    except (ValueError, RecursionError) as error:
        line = _AT.search(str(error))
        raise DocumentError(
            "it is no TOML: " + str(error)[:150], Mark(line=int(line[1]) if line else 1, column=1)
        ) from error
    return _Lines(text).node(table, line=1, depth=0) if table else None


class _Lines:
    """Finds the first line from a place on at which a key is written."""

    def __init__(self, text: str) -> None:
        self._places: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(text.splitlines(), start=1):
            for found in _KEY.findall(line):
                for part in {found, *found.split(".")}:
                    self._places[part].append(number)

    def node(self, value: object, *, line: int, depth: int) -> Node:
        """A value of the reader's as a node."""
        mark = Mark(line=line, column=1)
        if depth > MOST_DEPTH:
            raise DocumentError(f"it nests deeper than {MOST_DEPTH}", mark)
        if isinstance(value, Mapping):
            found: dict[str, tuple[Scalar, Node]] = {}
            for key, inner in value.items():
                at = self._after(str(key), line)
                name = Scalar(str(key), Mark(line=at, column=1), is_plain=False)
                found[name.value] = (name, self.node(inner, line=at, depth=depth + 1))
            return Fields(found, mark)
        if isinstance(value, list):
            inner_nodes = [self.node(each, line=self._after(str(each), line), depth=depth + 1) for each in value]
            return Items(inner_nodes, mark)
        is_text = isinstance(value, str)
        return Scalar(str(value) if is_text else str(value).lower(), mark, is_plain=not is_text)

    def _after(self, key: str, line: int) -> int:
        places = self._places.get(key, ())
        index = bisect_left(places, line)
        return places[index] if index < len(places) else line
