"""Constants that other files go by and that have another value: limits, sizes, names that are written once and used elsewhere."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Expr, FileFacts, Name, Number, Text
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.meeting_points import is_meeting_point, still_saying
from weighbridge.landscape.contracts.implicit.units import factor_of_numbers
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.surfaces.resources import amount_changes
from weighbridge.landscape.terms import expressions
from weighbridge.landscape.test_files import is_test, stands_aside

_LONGEST: Final = 80
_THOUSANDS: Final = frozenset({"* 1000", "/ 1000"})
_OF_TIME: Final = LatePattern(
    r"(?i)timeout|ttl(?:_|$)|interval|delay|expir(?:y|es|ation)|max_?age|duration|(?:^|_)wait|period|backoff|life_?time|deadline"
)
_VERSIONS: Final = frozenset({"VERSION", "__version__", "BUILD", "REVISION", "RELEASE", "COMMIT", "DATE"})
"""What is to change."""


class ChangedConstant(Struct, frozen=True, kw_only=True):
    """One constant with its values as written; `users` are the places in other files that go by it, `own` the lines of its own."""

    file: FileCode
    name: str
    before: str
    after: str
    line: int
    users: tuple[Place, ...]
    own: tuple[int, ...] = ()
    saying: tuple[Place, ...] = ()
    """Where other code still says the old value by itself, of a name by which two sides find each other."""


def changed_constants(code: CodeChange, landscapes: Landscapes) -> Iterator[ChangedConstant]:
    """Every constant that other files import; limits, which are told as such, and versions left out."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or stands_aside(path):
            continue
        before, after = _constants(file.base), _constants(file.head)
        otherwise = [n for n in after if n in before and _value(before[n][0]) != _value(after[n][0])]
        limits = {change.slot.label for change in amount_changes(file)} if otherwise else set()
        for name in otherwise:
            if name in limits or any(label.endswith(f".{name}") for label in limits):
                continue
            users = _users(file, name, landscapes=landscapes)
            saying = tuple(still_saying(name, (before[name][0], after[name][0]), file=file, landscapes=landscapes))
            if not saying and not _is_constant(name, file.head):
                continue  # what its own file alone goes by is told where it is used
            yield ChangedConstant(
                file=file,
                name=name,
                before=_value(before[name][0])[1],
                after=_value(after[name][0])[1],
                line=after[name][1],
                users=users,
                own=tuple(_lines_by(file.head, name)),
                saying=saying,
            )


def rescaled_constants(code: CodeChange, landscapes: Landscapes) -> Iterator[ChangedConstant]:
    """Every time that a constant says under the same name in thousandths of what it was, or in thousands, as far as files go by it that stay."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or stands_aside(path):
            continue
        before, after = _constants(file.base), _constants(file.head)
        for name in after:
            is_time = name in before and _OF_TIME.search(name) is not None
            if not is_time or factor_of_numbers(before[name][0], after[name][0]) not in _THOUSANDS:
                continue
            users = tuple(each for each in _users(file, name, landscapes=landscapes) if each.path not in code.files)
            if users:
                was, now = _value(before[name][0])[1], _value(after[name][0])[1]
                yield ChangedConstant(file=file, name=name, before=was, after=now, line=after[name][1], users=users)


def _users(file: FileCode, name: str, *, landscapes: Landscapes) -> tuple[Place, ...]:
    """Where other files, tests left out, go by a name of a file's top; one place in each."""
    path = file.change.path
    found = {
        each.source.path: Place(path=each.source.path, line=each.line, end_line=each.line)
        for each in landscapes.head.references.to((path, 0, name))
        if each.source.path != path and not is_test(each.source.path)
    }
    return tuple(found.values())


def _lines_by(facts: FileFacts, name: str) -> list[int]:
    """The lines of a file that go by a name of its top."""
    said = Name(name)
    given = {id(step.target) for step in facts.steps if step.kind == "bind"}
    return sorted(
        {line for _, line, expr in expressions(facts) if id(expr) not in given and any(p == said for p in walk(expr))}
    )


def _constants(facts: FileFacts) -> dict[str, tuple[Expr, int]]:
    """The names of a file's top level that are given one value, a number or a text, once; with their lines."""
    given: dict[str, list[tuple[Expr, int]]] = {}
    for step in facts.steps:
        if (
            step.scope == 0
            and step.kind == "bind"
            and type(step.target) is Name
            and (_is_constant(step.target.id, facts) or is_meeting_point(step.target.id))
        ):
            given.setdefault(step.target.id, []).append((step.value, step.line))
    return {name: each[0] for name, each in given.items() if len(each) == 1 and _value(each[0][0])[1]}


def _is_constant(name: str, facts: FileFacts) -> bool:
    if name.startswith("_") or any(word in name.upper() for word in _VERSIONS):
        return False
    return name[:1].isupper() if facts.language == "go" else name.isupper()


def _value(expr: Expr) -> tuple[str, str]:
    """A number or a text with its kind, as it is shown; empty for others, and for what is too long to be gone by."""
    if type(expr) is Number:
        return "number", expr.value.replace("_", "")
    if type(expr) is Text and not expr.parts and 0 < len(expr.value) <= _LONGEST and "\n" not in expr.value:
        return "text", expr.value
    return "", ""
