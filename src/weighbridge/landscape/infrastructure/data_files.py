"""Files of other kinds that a folder of Terraform reads, told by who names them: tables of data, policies, templates."""

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import translate
from functools import lru_cache
from itertools import islice
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place

_UP: Final = 3
"""Folders above a file in which it is looked for who reads it as something of its own."""
MOST_FOLDERS: Final = 64
"""Folders in which it is looked for who reads a file; behind them somebody may read it too."""
_MOST_FILLED: Final = 100
"""Names with parts to fill in of one text that are told apart."""
_LAST: Final = LatePattern(r'[/"]([^/"\n]{1,255})(?=")')
_CALL: Final = LatePattern(r"\b(?:file(?:base64|md5|set|sha\d+|base64sha\d+)?|templatefile)\(([^\n]{1,400})")
_QUOTED: Final = LatePattern(r'"((?:[^"\\\n]|\\.){1,200})"')
_FILLED_IN: Final = LatePattern(r"\$\{[^{}]{0,200}\}")
_READS: Final = ("file(", "fileset(")


def may_be_data(path: str) -> bool:
    """Whether a file is of the kinds that Terraform reads, and lies where no other tool keeps its own."""
    return path.endswith(DATA) and not path.startswith(".") and "/." not in path


DATA: Final = (".yaml", ".yml", ".json", ".csv", ".tftpl", ".tpl", ".tmpl", ".sh", ".ps1", ".j2")


def folders_reading(
    path: RepoPath,
    *,
    folders: Collection[str],
    texts_in: Callable[[str], Iterable[str]],
    changed: Collection[str] = (),
) -> Iterator[str]:
    """The folders of Terraform that name a file where they read files: those above it, and those that lead out of themselves.

    Those that the change touches are asked first of the others, then those nearby.
    """
    parts = path.split("/")[:-1]
    above = ["/".join(parts[:end]) for end in range(len(parts), max(-1, len(parts) - _UP - 1), -1)]
    others = sorted(
        (each for each in folders if each not in above),
        key=lambda each: (each not in changed, each.rpartition("/")[0] not in above, each),
    )
    name = posixpath.basename(path)
    for folder in islice((*(each for each in above if each in folders), *others), MOST_FOLDERS):
        texts = [_read_by(text) for text in texts_in(folder) if reads_files(text)]
        is_possible = folder in above or any(each.leads_out for each in texts)
        if is_possible and any(each.names(name) for each in texts):
            yield folder


class _ReadBy(Struct, frozen=True, kw_only=True):
    """What one text reads, by the last parts of paths: looked for once, however many files are asked for."""

    leads_out: bool
    said: frozenset[str] = frozenset()
    filled: re.Pattern[str] | None = None
    """Those with parts to fill in."""
    is_any: bool = False
    """Whether they are so many that it may be any file."""

    def names(self, name: str) -> bool:
        """Whether a file's name stands in it, or one with parts to fill in that may be it."""
        return self.is_any or name in self.said or (self.filled is not None and self.filled.match(name) is not None)


@lru_cache(maxsize=256)
def _read_by(text: str) -> _ReadBy:
    lasts: dict[str, None] = {}
    for call in _CALL.finditer(text):
        for quoted in _QUOTED.findall(call[1]):
            last = _FILLED_IN.sub("*", quoted).rpartition("/")[2]
            if "*" in last and last.strip("*"):
                lasts[last] = None
    is_any = len(lasts) > _MOST_FILLED
    return _ReadBy(
        leads_out="../" in text,
        said=frozenset(_LAST.findall(text)),
        filled=re.compile("|".join(map(translate, lasts))) if lasts and not is_any else None,
        is_any=is_any,
    )


def reads_files(text: str) -> bool:
    """Whether an expression in it reads files, or lists them."""
    return any(word in text for word in _READS)


def place_read(text: str, places: Mapping[RepoPath, Place]) -> Place | None:
    """Where a changed file is that an expression reads; None where it names none of them."""
    if not reads_files(text):
        return None
    return next((place for path, place in places.items() if _read_by(text).names(posixpath.basename(path))), None)
