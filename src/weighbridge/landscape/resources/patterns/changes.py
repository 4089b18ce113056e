"""The regular expressions that a change brings or makes worse, each judged once."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import Reason
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.resources.patterns.judging import Verdict, judge
from weighbridge.landscape.resources.patterns.refusal import UnreadError
from weighbridge.landscape.resources.patterns.written import Written, written_in

MOST_JUDGED: Final = 300
"""Patterns of one change that are judged."""
_ALIKE: Final = 0.6
_LONGEST_COMPARED: Final = 300
_REPEATING: Final = frozenset("*+{")


class BadPattern(Struct, frozen=True, kw_only=True):
    """A pattern that a change brings, and the text that takes it long."""

    file: FileCode
    written: Written
    verdict: Verdict


class UnjudgedPattern(Struct, frozen=True, kw_only=True):
    """A pattern that a change brings and that could not be judged."""

    file: FileCode
    written: Written
    reason: Reason
    detail: str


class Judgement:
    """Judges patterns, each once, and no more than may be."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str, str], Verdict | UnreadError | None] = {}

    def of(self, written: Written) -> Verdict | None:
        """The verdict on a pattern.

        Raises:
            UnreadError: it could not be judged.
        """
        if not _REPEATING.intersection(written.text):
            return None
        key = written.text, written.flags, written.dialect, written.manner
        if key not in self._known:
            if len(self._known) >= MOST_JUDGED:
                raise UnreadError(Reason.LIMIT, f"the change brings more than {MOST_JUDGED} patterns")
            self._known[key] = self._judged(written)
        found = self._known[key]
        if isinstance(found, UnreadError):
            raise UnreadError(found.reason, found.detail)
        return found

    def _judged(self, written: Written) -> Verdict | UnreadError | None:
        try:
            found = judge(written.text, written.dialect, flags=written.flags, manner=written.manner)
        except UnreadError as error:
            return error
        return found


def bad_patterns(code: CodeChange, files: Sequence[FileCode]) -> Iterator[BadPattern | UnjudgedPattern]:
    """The patterns of these files that are new to the change, or another than before, and slower than what stood there."""
    before = {each.text for file in code.files.values() if file.base is not None for each in _of(file.base)}
    judgement = Judgement()
    for file in files:
        old = _of(file.base) if file.base is not None else ()
        head = _of(file.head) if file.head is not None else ()
        gone = [each for each in old if each.text not in {other.text for other in head}]
        for written in _new(head, before=before, old=old):
            found = _judged(file, written, gone=gone, judgement=judgement)
            if found is not None:
                yield found


def _of(facts: FileFacts) -> Sequence[Written]:
    return tuple(written_in(facts))


def _new(head: Sequence[Written], *, before: set[str], old: Sequence[Written]) -> Iterator[Written]:
    """Those whose text was nowhere before, or is matched in another manner; the same text once."""
    known = {(each.text, each.flags, each.manner) for each in old}
    moved = before - {each.text for each in old}
    for each in head:
        key = each.text, each.flags, each.manner
        if key not in known and each.text not in moved:
            known.add(key)
            yield each


def _judged(
    file: FileCode, written: Written, *, gone: Sequence[Written], judgement: Judgement
) -> BadPattern | UnjudgedPattern | None:
    try:
        if not written.is_whole:
            return _in_part(file, written)
        verdict = judgement.of(written)
    except UnreadError as error:
        return UnjudgedPattern(file=file, written=written, reason=error.reason, detail=error.detail)
    if verdict is None or _was_as_bad(file, written, verdict=verdict, gone=gone, judgement=judgement):
        return None
    return BadPattern(file=file, written=written, verdict=verdict)


def _in_part(file: FileCode, written: Written) -> UnjudgedPattern | None:
    """Of a pattern that is put together when the program runs, what is written may repeat something; else nothing is there to judge."""
    if not _REPEATING.intersection(written.text):
        return None
    detail = "a part of it is known only when it runs, or it is cut"
    return UnjudgedPattern(file=file, written=written, reason=Reason.UNSUPPORTED, detail=detail)


def _was_as_bad(
    file: FileCode, written: Written, *, verdict: Verdict, gone: Sequence[Written], judgement: Judgement
) -> bool:
    """Whether what stood in its place took as long."""
    for each in gone:
        if not _replaces(file, written, old=each):
            continue
        try:
            was = judgement.of(each)
        except UnreadError:
            continue
        if was is not None and was.rank >= verdict.rank:
            return True
    return False


def _replaces(file: FileCode, written: Written, *, old: Written) -> bool:
    """Whether a pattern stands where another stood: under the same name, or much like it."""
    if written.owner and old.owner == written.owner and _holder(file.head, written) == _holder(file.base, old):
        return True
    one, other = written.text[:_LONGEST_COMPARED], old.text[:_LONGEST_COMPARED]
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _holder(facts: FileFacts | None, written: Written) -> str:
    return facts.qualified_name(written.scope) if facts is not None else ""
