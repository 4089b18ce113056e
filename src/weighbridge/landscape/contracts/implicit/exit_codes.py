"""Numbers that a program ends with no more, and the scripts that ask for them behind a call of it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Either, Expr, FileFacts, Name, Number
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.calling_lines import CalledLine, CallingLines, calling, programs_of
from weighbridge.landscape.contracts.implicit.constants import changed_constants
from weighbridge.landscape.landscapes import Landscapes
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
    by: str = ""
    """The constant that says the number, where it is otherwise."""


def lost_codes(code: CodeChange, lines: CallingLines) -> Iterator[ExitChange]:
    """Every number that scripts here ask for and that the file which they run does not end with any more."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or is_test(path):
            continue
        before, after = _codes(file.base), _codes(file.head)
        lost = [each for each in before if each not in after and each not in _ALWAYS]
        come = [each for each in after if each not in before]
        for each in lost:
            askers = tuple(_asking(each, file.base, path=path, lines=lines))
            line = after[come[0]] if len(come) == 1 else 1
            if askers:
                now = come[0] if len(lost) == len(come) == 1 else ""
                yield ExitChange(code=each, now=now, place=file.at(line, symbol=""), askers=askers)


def renamed_codes(code: CodeChange, landscapes: Landscapes, *, lines: CallingLines) -> Iterator[ExitChange]:
    """Every constant with another number that another file ends its program with, where scripts here ask for the old one."""
    for change in changed_constants(code, landscapes) if _may_be_numbers(code) else ():
        if not change.before.isdigit() or change.before in _ALWAYS or not change.after.isdigit():
            continue
        for user in change.users:
            facts = landscapes.head.landscape.facts(user.path)
            if facts is None or change.name not in {name for expr, _ in _ends(facts) for name in _named(expr)}:
                continue
            askers = tuple(_asking(change.before, facts, path=user.path, lines=lines))
            if askers:
                place = change.file.at(change.line, symbol=change.name)
                yield ExitChange(code=change.before, now=change.after, place=place, askers=askers, by=change.name)


def _may_be_numbers(code: CodeChange) -> bool:
    """Whether any changed file gives a name of its top another number."""
    return any(
        _numbers(file.base) != _numbers(file.head) and not is_test(path)
        for path, file in code.files.items()
        if file.base is not None and file.head is not None
    )


def _numbers(facts: FileFacts | None) -> dict[str, str]:
    """The names that a file gives one number at its top, once."""
    given: dict[str, list[Expr]] = {}
    for step in facts.steps if facts else ():
        if step.scope == 0 and step.kind == "bind" and type(step.target) is Name:
            given.setdefault(step.target.id, []).append(step.value)
    alone = {name: values[0] for name, values in given.items() if len(values) == 1}
    return {name: value.value for name, value in alone.items() if type(value) is Number}


def _codes(facts: FileFacts) -> dict[str, int]:
    """The numbers that are written out for how a program ends, there or as a constant of the file, with their lines."""
    found: dict[str, int] = {}
    numbers: dict[str, str] | None = None
    for expr, line in _ends(facts):
        if type(expr) is Number:
            found.setdefault(expr.value, line)
        elif type(expr) is Name:
            numbers = _numbers(facts) if numbers is None else numbers
            if expr.id in numbers:
                found.setdefault(numbers[expr.id], line)
    return found


def _ends(facts: FileFacts) -> Iterator[tuple[Expr, int]]:
    """What a program ends with, each with its line."""
    for step in facts.steps:
        is_of_main = step.kind == "return" and facts.definitions[step.scope].name == _MAIN
        is_set = type(step.target) is Attribute and step.target.name == _SET
        if is_of_main or is_set:
            yield step.value, step.line
        for call in walk(step.value):
            if type(call) is Call and last_name(call.function) in _ENDS:
                yield from ((given, call.line) for given in _given(call))


def _given(call: Call) -> Iterator[Expr]:
    yield from (each.value for each in call.arguments if each.name in ("", "code"))


def _named(expr: Expr) -> Iterator[str]:
    """The names that an expression may be: its own, or one that a condition chooses."""
    if type(expr) is Either:
        yield from (name for option in expr.options for name in _named(option))
    elif type(expr) is Name or type(expr) is Attribute:
        yield last_name(expr)


def _asking(code: str, facts: FileFacts | None, *, path: RepoPath, lines: CallingLines) -> Iterator[Place]:
    """Where scripts ask for a number just behind a call of what a file begins."""
    programs = list(dict.fromkeys((*programs_of(facts, path, scope=0), *lines.started_at(path))))
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
