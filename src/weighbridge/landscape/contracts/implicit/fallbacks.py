"""What a function below a handler takes where it is given nothing: a page's size that stands in a constant, or as a default."""

from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, Collection, Definition, Either, Expr, FileFacts, Name, Number, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.asking import requesting
from weighbridge.landscape.contracts.implicit.constants import ChangedConstant, changed_constants
from weighbridge.landscape.contracts.implicit.defaults import ChangedDefault, constants_said, value_said
from weighbridge.landscape.contracts.implicit.users import Leaning
from weighbridge.landscape.file_names import FUNCTION_KINDS
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.test_files import is_test, stands_aside

_MOST_HANDLERS: Final = 10
_LONGEST: Final = 60
_OF_PAGES: Final = LatePattern(
    r"(?i)limit|page_?size|per_?page|max_?results|batch_?size|^(?:size|count|take|first|top|n)$"
)
"""What parameters are called that say how many are handed out."""


def changed_fallbacks(code: CodeChange, landscapes: Landscapes) -> Iterator[ChangedDefault]:
    """Every parameter that is something else where nothing is given, of functions that no request is handed to at once."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or stands_aside(path) or not _may_differ(file.base, file.head):
            continue
        yield from _of_file(file, file.base, head=file.head)
        alone = CodeChange(files={path: file})
        for change in changed_constants(alone, landscapes) if constants_said(file.head) else ():
            yield from _elsewhere(change, landscapes.head)


def _may_differ(base: FileFacts, head: FileFacts) -> bool:
    return constants_said(base) != constants_said(head) or _fallbacks(base) != _fallbacks(head)


def _of_file(file: FileCode, base: FileFacts, *, head: FileFacts) -> Iterator[ChangedDefault]:
    before, was, now = _fallbacks(base), constants_said(base), constants_said(head)
    for (symbol, name), (value, line) in _fallbacks(head).items():
        old, new = _said(before.get((symbol, name), (None, 0))[0], was), _said(value, now)
        if old and new and old != new:
            yield ChangedDefault(
                file=file,
                symbol=symbol,
                name=name,
                before=old,
                after=new,
                line=line,
                is_below=True,
                taker=symbol.rpartition(".")[2],
                at=_before(head, symbol, name=name),
            )


def _elsewhere(change: ChangedConstant, view: View) -> Iterator[ChangedDefault]:
    """What functions of other files take by a constant."""
    told: set[str] = set()
    for path in {user.path for user in change.users}:
        facts = view.landscape.facts(path)
        if facts is None:
            continue
        for (symbol, name), (value, _) in _fallbacks(facts).items():
            if name not in told and value is not None and last_name(value) == change.name:
                told.add(name)
                yield ChangedDefault(
                    file=change.file,
                    symbol=change.name,
                    name=name,
                    before=change.before,
                    after=change.after,
                    line=change.line,
                    is_below=True,
                    taker=symbol.rpartition(".")[2],
                    at=_before(facts, symbol, name=name),
                )


def _before(facts: FileFacts, symbol: str, *, name: str) -> int:
    """How many arguments of a call may stand before that of a parameter."""
    for index, each in enumerate(facts.definitions):
        if facts.qualified_name(index) == symbol:
            named = [one.name for one in each.parameters if one.name not in ("self", "cls")]
            return named.index(name) if name in named else len(named)
    return 0


def _fallbacks(facts: FileFacts) -> Mapping[tuple[str, str], tuple[Expr | None, int]]:
    """By a function and its parameter: what it is where nothing is given, with the line."""
    found: dict[tuple[str, str], tuple[Expr | None, int]] = {}
    for index, each in enumerate(facts.definitions):
        if each.kind in FUNCTION_KINDS and each.name:
            name = facts.qualified_name(index)
            found |= {(name, p.name): (p.default, each.line) for p in each.parameters if _is_value(p.default)}
    for step in facts.steps:
        if step.kind == "bind" and type(step.target) is Name and type(step.value) is Either:
            holder = facts.definitions[step.scope]
            value = _instead(step.value, step.target, holder=holder)
            if value is not None:
                found[facts.qualified_name(step.scope), step.target.id] = (value, step.line)
    return found


def _instead(expr: Either, target: Name, *, holder: Definition) -> Expr | None:
    """What a parameter is given where it is nothing: `limit = LIMIT if limit is None else limit`, `limit = limit or LIMIT`."""
    if expr.operator not in ("", "or", "??", "||") or target not in expr.options:
        return None
    others = [each for each in expr.options if each != target]
    is_own = any(each.name == target.id for each in holder.parameters)
    return others[0] if is_own and len(others) == 1 and _is_value(others[0]) else None


def _is_value(expr: Expr | None) -> bool:
    if type(expr) is Text:
        return not expr.parts and len(expr.value) < _LONGEST
    return type(expr) is Number or (expr is not None and last_name(expr).isupper())


def _said(expr: Expr | None, constants: Mapping[str, str]) -> str:
    return constants.get(expr.id, "") if type(expr) is Name else value_said(expr)


def asked_so(leaning: Leaning, name: str, *, view: View) -> Leaning:
    """Those entry points whose handler is given something by this name, or asks for it by a text."""
    kept = [
        (entry, place)
        for entry, place in zip(leaning.names, leaning.places, strict=True)
        if "/" in entry and _takes(view.landscape.facts(place.path), place.symbol, name=name)
    ]
    return Leaning([entry for entry, _ in kept], [place for _, place in kept])


def handing_nothing(change: ChangedDefault, leaning: Leaning, *, view: View) -> Leaning:
    """Of a page's size that gets less: those entry points whose handler calls what takes it and gives it nothing, so that no request can."""
    is_less = change.before.isdigit() and change.after.isdigit() and int(change.after) < int(change.before)
    if not is_less or _OF_PAGES.search(change.name) is None:
        return Leaning([], [])
    kept = [
        (entry, place)
        for entry, place in zip(leaning.names, leaning.places, strict=True)
        if "/" in entry and _hands_nothing(view.landscape.facts(place.path), place.symbol, change=change)
    ]
    return Leaning([entry for entry, _ in kept], [place for _, place in kept])


def _hands_nothing(facts: FileFacts | None, symbol: str, *, change: ChangedDefault) -> bool:
    """Whether every call by a definition of what takes a default leaves it to that, and there is one."""
    if facts is None:
        return False
    given = [
        any(one.name in (change.name, "*", "**") for one in part.arguments)
        or sum(not one.name for one in part.arguments) > change.at
        for step in facts.steps
        if facts.qualified_name(step.scope) == symbol
        for part in walk(step.value)
        if type(part) is Call and last_name(part.function) == change.taker
    ]
    return bool(given) and not any(given)


def _takes(facts: FileFacts | None, symbol: str, *, name: str) -> bool:
    for index, each in enumerate(facts.definitions) if facts is not None else ():
        if facts is not None and facts.qualified_name(index) == symbol:
            is_parameter = any(parameter.name == name for parameter in each.parameters)
            return is_parameter or _says(facts, index, name=name)
    return False


def _says(facts: FileFacts, scope: int, *, name: str) -> bool:
    """Whether a definition, or what stands in it, says a word in a text, by a key or as an argument's name."""
    for step in facts.steps:
        at = step.scope
        while at > scope:
            at = facts.definitions[at].parent
        if at == scope and any(_is_said(part, name) for part in walk(step.value)):
            return True
    return False


def _is_said(part: Expr, name: str) -> bool:
    if type(part) is Text:
        return name in part.value
    if type(part) is Call:
        return any(given.name == name for given in part.arguments)
    if type(part) is Collection:
        return any(element.key == name for element in part.elements)
    return type(part) is Name and part.id == name


def leaving_out(name: str, leaning: Leaning, *, landscapes: Landscapes) -> tuple[Place, ...]:
    """Who requests a route here and does not say a word of what may be left out; tests left out."""
    found: dict[Place, None] = {}
    for place in leaning.places[:_MOST_HANDLERS]:
        for reference in requesting(place, landscapes.head):
            path = reference.source.path
            facts = None if is_test(path) else landscapes.head.landscape.facts(path)
            if facts is not None and path != place.path and not _says(facts, reference.source.index, name=name):
                found[Place(path=path, line=reference.line, end_line=reference.line)] = None
    return tuple(found)
