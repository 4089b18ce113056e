"""Files of other kinds that a folder of Terraform reads, told by who names them: tables of data, policies, templates."""

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import islice
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place

_UP: Final = 3
"""Folders above a file in which it is looked for who reads it as something of its own."""
_MOST_FOLDERS: Final = 16
_CALL: Final = LatePattern(r"\b(?:file(?:base64|md5|set|sha\d+|base64sha\d+)?|templatefile)\(([^\n]{1,400})")
_QUOTED: Final = LatePattern(r'"((?:[^"\\\n]|\\.){1,200})"')
_FILLED_IN: Final = LatePattern(r"\$\{[^{}]{0,200}\}")
_READS: Final = ("file(", "fileset(")


def may_be_data(path: str) -> bool:
    """Whether a file is of the kinds that Terraform reads, and lies where no other tool keeps its own."""
    return path.endswith(DATA) and not path.startswith(".") and "/." not in path


DATA: Final = (".yaml", ".yml", ".json", ".csv", ".tftpl", ".tpl", ".tmpl", ".sh", ".ps1", ".j2")


def folders_reading(
    path: RepoPath, *, folders: Collection[str], texts_in: Callable[[str], Iterable[str]]
) -> Iterator[str]:
    """The folders of Terraform that name a file where they read files: those above it, and those that lead out of themselves."""
    parts = path.split("/")[:-1]
    above = ["/".join(parts[:end]) for end in range(len(parts), max(-1, len(parts) - _UP - 1), -1)]
    others = sorted(
        (each for each in folders if each not in above), key=lambda each: each.rpartition("/")[0] not in above
    )
    for folder in islice((*(each for each in above if each in folders), *others), _MOST_FOLDERS):
        texts = list(texts_in(folder))
        is_possible = folder in above or any("../" in text for text in texts)
        is_possible &= any(map(reads_files, texts))
        if is_possible and any(_names(text, path) for text in texts):
            yield folder


def reads_files(text: str) -> bool:
    """Whether an expression in it reads files, or lists them."""
    return any(word in text for word in _READS)


def place_read(text: str, places: Mapping[RepoPath, Place]) -> Place | None:
    """Where a changed file is that an expression reads; None where it names none of them."""
    if not reads_files(text):
        return None
    return next((place for path, place in places.items() if _names(text, path)), None)


def _names(text: str, path: str) -> bool:
    """Whether a file's name stands in a text, or one with parts to fill in that may be it."""
    name = posixpath.basename(path)
    if f'/{name}"' in text or f'"{name}"' in text:
        return True
    for call in _CALL.finditer(text):
        for quoted in _QUOTED.findall(call[1]):
            last = _FILLED_IN.sub("*", quoted).rpartition("/")[2]
            if "*" in last and last.strip("*") and fnmatchcase(name, last):
                return True
    return False
