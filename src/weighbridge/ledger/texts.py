"""Holds the texts beside a ledger against what its entries commit to: `personal/<hash of the entry>`, each that is there.

One that is gone is no fault: whoever it names may have it erased. One of no entry is counted, for nobody ever reads it: it may
be of an entry that is not here yet, as a push brings the ref of the texts and that of the ledger one after the other, or of a
ledger that was given up. Nobody can tell which, so that `ledger verify` says that it could not look, and no export holds it.
A gate does not ask any of this: a statement counts whatever became of its text.
"""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from msgspec import Struct

from weighbridge.domain.ids import Digest
from weighbridge.ledger.envelope import read_envelope
from weighbridge.ledger.errors import AlteredError, LedgerError
from weighbridge.ledger.files import LedgerFiles, ReadsTogether
from weighbridge.ledger.personal import Erased, personal_path, read_text
from weighbridge.ledger.trusted_ledger import Entry, TrustedLedger

_TOGETHER: Final = 4_096
"""Texts that are read at once, where that can be done."""

Tell = Callable[[int, str], None]
"""Is told of each text that is amiss: the entry beside which it lies, and what is wrong."""


class TextCounts(Struct, frozen=True, kw_only=True):
    """How many texts are what their entries commit to, are erased or not here, are something else, and are no entry's."""

    sound: int
    absent: int
    altered: int
    stray: int = 0
    example: str = ""
    """Where one that is no entry's lies."""

    @property
    def words(self) -> str:
        """The same in words; empty where nothing lies beside the ledger, and no entry says that anything should."""
        told = []
        if self.sound:
            told.append(f"{self.sound:,} texts beside it are what their entries commit to")
        if self.absent:
            told.append(f"{self.absent:,} are erased, or not here")
        if self.altered:
            told.append(f"{self.altered:,} are not what their entries commit to")
        if self.stray:
            told.append(f"{self.stray:,} are no entry's that is here, as {self.example}")
        return "; ".join(told)


class TextsBeside:
    """The texts beside a ledger, as its entries are gone through in their order."""

    def __init__(self, ledger: TrustedLedger, files: LedgerFiles, *, tell: Tell) -> None:
        """Raises `LedgerFilesError`."""
        self._ledger = ledger
        self._files = files
        self._tell = tell
        self._there = frozenset(files.texts())
        self._met: set[str] = set()
        self._waiting: list[tuple[int, str, Digest]] = []
        self._sound = self._absent = self._altered = 0

    def has(self, entry: Entry) -> bool:
        """Whether anything lies beside an entry."""
        return bool(self._there) and personal_path(entry.leaf) in self._there

    def at(self, entry: Entry, commitment: object) -> None:
        """Look beside one entry; `commitment` is what stands under `personal` in its predicate. Raises `LedgerFilesError`."""
        if not isinstance(commitment, str):
            return
        path = personal_path(entry.leaf) if self._there else ""
        if path not in self._there:
            self._absent += 1
            return
        self._met.add(path)
        self._waiting.append((entry.index, path, Digest(commitment)))
        if len(self._waiting) == _TOGETHER:
            self._read()

    def _read(self) -> None:
        if self._waiting and isinstance(self._files, ReadsTogether):
            self._files.expect([path for _, path, _ in self._waiting])
        for index, path, commitment in self._waiting:
            try:
                opened = read_text(self._files, path, commitment=commitment)
            except LedgerError as problem:
                self._amiss(index, str(problem))
                continue
            if isinstance(opened, Erased):
                self._absent += 1
            else:
                self._sound += 1
        self._waiting.clear()

    def _amiss(self, index: int, words: str) -> None:
        self._altered += 1
        self._tell(index, words)

    def counted(self) -> TextCounts:
        """What came of it, once no entry is left; texts that no entry commits to are found now. Raises `LedgerFilesError`."""
        self._read()
        stray = set(self._there - self._met)
        for index, path in self._paths() if stray else ():
            if path in stray:
                stray.discard(path)
                words = "lies beside an entry that commits to no text: remove it"
                self._amiss(index, f"{path} in {self._files.place} {words}")
        return TextCounts(
            sound=self._sound,
            absent=self._absent,
            altered=self._altered,
            stray=len(stray),
            example=min(stray, default=""),
        )

    def _paths(self) -> Iterator[tuple[int, str]]:
        return ((index, personal_path(self._ledger.tree.leaf(index))) for index in range(self._ledger.checkpoint.size))


def refuse_altered(ledger: TrustedLedger, files: LedgerFiles) -> None:
    """Refuse a ledger beside which a text lies that is not what its entry commits to.

    Raises:
        AlteredError: the first such text, with its entry, or one that is no entry's: nobody exports those.
        LedgerFilesError: they cannot be read.
    """
    if not files.texts():
        return
    texts = TextsBeside(ledger, files, tell=_refuse)
    for entry in ledger.entries():
        if texts.has(entry):
            texts.at(entry, _commitment_of(entry))
    counted = texts.counted()
    if counted.stray:
        raise AlteredError(
            f"{counted.example} in {files.place} is no entry's, and an export holds only theirs: remove it"
        )


def _refuse(index: int, words: str) -> None:
    raise AlteredError(f"entry {index}: {words}")


class _Predicate(Struct, frozen=True):
    personal: object = None


class _Said(Struct, frozen=True):
    predicate: _Predicate


_SAID: Final = msgspec.json.Decoder(_Said)


def _commitment_of(entry: Entry) -> object:
    try:
        return _SAID.decode(read_envelope(entry.envelope).payload).predicate.personal
    except (LedgerError, msgspec.MsgspecError, ValueError, RecursionError):
        return None
