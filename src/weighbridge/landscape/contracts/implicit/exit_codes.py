"""Numbers that a program ends with no more, and the scripts that ask for them behind a call of it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Number
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.calling_lines import CalledLine, CallingLines, calling, programs_of
from weighbridge.landscape.test_files import is_test

_ENDS: Final = frozenset({"exit", "Exit", "SystemExit", "_exit"})
_SET: Final = "exitCode"
_MAIN: Final = "main"
_MOST_BEHIND: Final = 12
"""Lines behind a call in which a script may ask how it ended."""
_KEPT: Final = LatePattern(r"(\w+)=\"?\$\?")
_ALWAYS: Final = frozenset({"0", "1"})
"""What every program ends with, whether it says so or not."""


class ExitChange(Struct, frozen=True, kw_only=True):
    """One number that a file ends its program with no more; `now` came in its place, `askers` ask for it here."""

    code: str
    now: str
    place: Place
    askers: tuple[Place, ...]


def lost_codes(code: CodeChange, lines: CallingLines) -> Iterator[ExitChange]:
    """Every number that scripts here ask for and that the file which they run does not end with any more."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or is_test(path):
            continue
        before, after = _codes(file.base), _codes(file.head)
        lost = [each for each in before if each not in after and each not in _ALWAYS]
        come = [each for each in after if each not in before]
        for each in lost:
            askers = tuple(_asking(each, file, lines=lines))
            line = after[come[0]] if len(come) == 1 else 1
            if askers:
                now = come[0] if len(lost) == len(come) == 1 else ""
                yield ExitChange(code=each, now=now, place=file.at(line, symbol=""), askers=askers)


def _codes(facts: FileFacts) -> dict[str, int]:
    """The numbers that are written out for how a program ends, with their lines."""
    found: dict[str, int] = {}
    for step in facts.steps:
        is_of_main = step.kind == "return" and facts.definitions[step.scope].name == _MAIN
        is_set = type(step.target) is Attribute and step.target.name == _SET
        if (is_of_main or is_set) and type(step.value) is Number:
            found.setdefault(step.value.value, step.line)
        for call in walk(step.value):
            if type(call) is Call and last_name(call.function) in _ENDS:
                for given in _given(call):
                    found.setdefault(given, call.line)
    return found


def _given(call: Call) -> Iterator[str]:
    values: Sequence[Expr] = [each.value for each in call.arguments if each.name in ("", "code")]
    yield from (each.value for each in values if type(each) is Number)


def _asking(code: str, file: FileCode, *, lines: CallingLines) -> Iterator[Place]:
    """Where scripts ask for a number just behind a call of what a file begins."""
    path = file.change.path
    programs = list(dict.fromkeys((*programs_of(file.base, path, scope=0), *lines.started_at(path))))
    if not programs:
        return
    called = re.compile(rf"{calling(programs, path)}(?=[\s\"',;]|\Z)")
    behind: list[str] = []
    since, where = _MOST_BEHIND, ""
    for line in lines.naming_or_asking(programs):
        if line.place.path != where:
            since, where, behind = _MOST_BEHIND, line.place.path, []
        is_call = called.search(line.text) is not None and not line.text.lstrip().startswith("#")
        since, behind = (0, []) if is_call else (since + 1, behind)
        if since < _MOST_BEHIND and _asks(code, line, behind=behind):
            yield line.place
        behind.append(line.text)


def _asks(code: str, line: CalledLine, *, behind: Sequence[str]) -> bool:
    """Whether a line compares how the last call ended with a number, or lists it in a `case` of that."""
    kept = [re.escape(name) for text in behind for name in _KEPT.findall(text)]
    names = "|".join([r"\?", *kept])
    compared = rf"\$\{{?(?:{names})\}}?[\"']?\s*(?:-eq|-ne|===?|!=|=)\s*[\"']?{code}(?!\d)"
    if re.search(compared, line.text):
        return True
    is_listed = re.match(rf"\s*(?:\d+\s*\|\s*)*{code}\s*(?:\|\s*\d+\s*)*\)", line.text) is not None
    return is_listed and any(re.search(rf"\bcase\s+[\"']?\$\{{?(?:{names})\}}?", text) for text in behind)
