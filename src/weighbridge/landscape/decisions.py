"""Decision records: the pages on which people wrote down what they decided, found by what they name."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace

MOST_RECORDS: Final = 300
MOST_BYTES: Final = 100_000
MOST_SHOWN: Final = 3

_ENDINGS: Final = (".md", ".rst", ".adoc", ".txt")
_FOLDER: Final = LatePattern(
    r"(^|/)(adrs?|decisions|decision-records|architecture-decisions|rfcs)/[^/]+\.(md|rst|adoc|txt)$", re.I
)
_NO_RECORD: Final = LatePattern(r"(^|/)(readme|index|template|0000-[^/]*template)[^/]*$", re.I)


class DecisionRecord(Struct, frozen=True, kw_only=True):
    """One record: its path, its title, its text."""

    path: RepoPath
    title: str
    text: str


class DecisionRecords(Struct, frozen=True):
    """The decision records of one tree."""

    records: tuple[DecisionRecord, ...] = ()

    def naming(self, *names: str) -> tuple[RelatedPlace, ...]:
        """The records that name all of `names`, as a finding shows them: beside what goes against them, or carries them out."""
        words = [LatePattern(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE) for name in names if name]
        found = [r for r in self.records if words and all(word.search(r.text) for word in words)]
        return tuple(
            RelatedPlace(place=Place(path=record.path), message=f"a decision names it: {record.title}")
            for record in found[:MOST_SHOWN]
        )


def decision_paths(paths: Iterable[RepoPath]) -> Sequence[RepoPath]:
    """The paths that by their place hold decision records, sorted, at most `MOST_RECORDS`."""
    written = (path for path in paths if path.lower().endswith(_ENDINGS))
    found = (path for path in written if _FOLDER.search(path) and not _NO_RECORD.search(path))
    return sorted(found)[:MOST_RECORDS]


def read_decisions(blobs: Iterable[Blob], read: Callable[[ObjectId, int], bytes | CouldNotLook]) -> DecisionRecords:
    """The records in `blobs`; one that cannot be read is left out, for it only ever adds to what is shown."""
    found = []
    for blob in blobs:
        data = read(blob.oid, MOST_BYTES)
        if isinstance(data, bytes):
            text = data.decode("utf-8", "replace")
            found.append(DecisionRecord(path=blob.path, title=_title(text, blob.path), text=text))
    return DecisionRecords(tuple(found))


def _title(text: str, path: RepoPath) -> str:
    first = next((line.strip("#= \t") for line in text.splitlines() if line.strip("#=- \t")), "")
    return first[:120] or path.rpartition("/")[2]
