"""The lines that a change adds, decoded once for every rule that reads text."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Change, FileChange, Mode
from weighbridge.domain.findings import Finding
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.changed_bytes import ChangedBytes

_ODD: Final = re.compile(rb"[^\t\r\n -~]|[^\n]{120}|\r(?!\n)")
_ANY: Final = re.compile(b"")
_ATTRIBUTES: Final = ".gitattributes"


class AddedLine(Struct, frozen=True, kw_only=True):
    """One new line of a file, as git counts lines: only a line feed ends one; its own end is left out."""

    path: RepoPath
    number: int
    text: str


class AddedText(Struct, frozen=True, kw_only=True):
    """The new lines of a change that need a look; `missing` is the reason when some file's text could not be read.

    `odd` are those that are not short plain text: only there can anything hide from a reader. `attributes` are the new
    lines of `.gitattributes`.
    """

    odd: tuple[AddedLine, ...] = ()
    attributes: tuple[AddedLine, ...] = ()
    missing: CouldNotLook | None = None


def added_text(change: Change, content: ChangedBytes) -> AddedText:
    """The new lines of every changed file that holds text."""
    odd: list[AddedLine] = []
    attributes: list[AddedLine] = []
    missing: CouldNotLook | None = None
    for file in change.files:
        if not _has_text(file):
            continue
        data = content.whole(file.path)
        if isinstance(data, CouldNotLook):
            missing = missing or data
            continue
        if data is not None and _ODD.search(data):
            odd += _lines(file, data, only=_ODD)
        if data is not None and file.path.rpartition("/")[2] == _ATTRIBUTES:
            attributes += _lines(file, data, only=_ANY)
    return AddedText(odd=tuple(odd), attributes=tuple(attributes), missing=missing)


def _has_text(file: FileChange) -> bool:
    head = file.head
    return head is not None and head.mode not in (Mode.SYMLINK, Mode.SUBMODULE) and bool(file.added)


def _lines(file: FileChange, data: bytes, *, only: re.Pattern[bytes]) -> Iterator[AddedLine]:
    all_lines = data.split(b"\n")
    for span in file.added:
        for number in range(span.start, min(span.end, len(all_lines)) + 1):
            raw = all_lines[number - 1].removesuffix(b"\r")
            if only.search(raw):
                yield AddedLine(path=file.path, number=number, text=raw.decode("utf-8", "replace"))


def or_missing(found: Iterable[Finding], text: AddedText) -> list[Finding] | CouldNotLook:
    """The findings; when there are none and some text could not be read, that, for it is not the same as none."""
    findings = list(found)
    return findings if findings or text.missing is None else text.missing
