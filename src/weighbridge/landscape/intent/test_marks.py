"""How many cases, assertions and marks to skip the changed lines of tests have, by the forms of the usual runners."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import FileChange, LineRange
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes

_MOST_LINES: Final = 20_000
_LONGEST: Final = 1_000

_CASE: Final = LatePattern(
    r"^\s*(?:(?:async\s+)?def\s+test\w*\s*\(|(?:it|test)(?:\.each\b.*)?\s*\(\s*[\"'`]|func\s+(?:\([^)]*\)\s*)?Test\w*\s*\(|@(?:Test|ParameterizedTest)\b"
    r"|#\[(?:\w+::)?test\]|(?:it|scenario|specify)\s+[\"'])"
)
_SKIP: Final = LatePattern(
    r"@(?:pytest\.mark\.)?(?:skip\w*|xfail)\b|@unittest\.(?:skip|expectedFailure)|@(?:Disabled|Ignore)\b|pytest\.skip\(|self\.skipTest\("
    r"|\b(?:it|test|describe|context|suite)\.(?:skip|todo|fixme)\b|^\s*x(?:it|describe|test)\s*\(|\bt\.Skip(?:f|Now)?\(|#\[ignore"
)
_ASSERTION: Final = LatePattern(
    r"\bassert\w*\b|\bexpect\s*\(|\b(?:require|suite|s|is)\.(?:No)?(?:Equal|Error|True|False|Nil|NotNil|Len|Contains)\w*\(|\bt\.(?:Error|Fatal)f?\(|\.should\b"
)


class Marks(Struct, frozen=True, kw_only=True):
    """What lines of tests hold."""

    cases: int = 0
    skips: int = 0
    assertions: int = 0


def marks_in(file: FileChange, contents: ChangedBytes, *, side: Side) -> Marks:
    """What the lines of one side hold that the other has not."""
    blob = file.on(side)
    if blob is None or file.is_binary:
        return Marks()
    lines = _lines(contents.text(blob.path, side), file.added if side is Side.HEAD else file.removed)
    return Marks(
        cases=sum(bool(_CASE.match(line)) for line in lines),
        skips=sum(bool(_SKIP.search(line)) for line in lines),
        assertions=sum(bool(_ASSERTION.search(line)) for line in lines),
    )


def first_skip(file: FileChange, contents: ChangedBytes) -> int:
    """The first added line that has a case skipped; 0 where none has."""
    every = contents.text(file.path).split("\n")
    for each in file.added:
        for number in range(each.start, min(each.end, len(every)) + 1):
            if _SKIP.search(every[number - 1][:_LONGEST]):
                return number
    return 0


def _lines(text: str, ranges: Iterable[LineRange]) -> list[str]:
    every = text.split("\n")
    found = [line[:_LONGEST] for each in ranges for line in every[each.start - 1 : each.end]]
    return [line for line in found[:_MOST_LINES] if not line.lstrip().startswith(("#!", "//", "# "))]
