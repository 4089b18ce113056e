"""What commands of Go and of scripts take, as cobra, commander and yargs are told."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.taken import (
    ANY,
    Positional,
    Taken,
    Values,
    element,
    given,
    listed_in,
    plain,
)

_IN_USE: Final = LatePattern(r"(?P<open>[<\[])(?P<name>[\w-]+)(?P<many>\.\.\.)?[>\]]")
_LONG: Final = LatePattern(r"--[\w-]+")
_END: Final = Text("")


def of_go(facts: FileFacts) -> dict[str, Taken]:
    """Every command that cobra is told of, by its name."""
    found: dict[str, Taken] = {}
    _cobra(facts, found)
    return found


def of_scripts(facts: FileFacts) -> dict[str, Taken]:
    """Every command that is said by calls one behind the other, by its name, or by what they are made on."""
    found: dict[str, Taken] = {}
    _chained(facts, found)
    return found


def _cobra(facts: FileFacts, found: dict[str, Taken]) -> None:
    for step in facts.steps:
        for call in walk(step.value):
            use = plain(given(call, "Use")) if type(call) is Call and last_name(call.function) == "Command" else ""
            if type(call) is not Call or not use:
                continue
            name = use.split()[0]
            args = given(call, "Args")
            taken = Taken(name=name, scope=step.scope, line=call.line, bounds=_bounds(args) if args else None)
            listed = listed_in(given(call, "ValidArgs"), {})
            if listed is not None:
                taken.values["the argument"] = Values(listed, call.line)
            found[f"cobra {name}"] = taken


def _bounds(args: Expr) -> tuple[int, int] | None:
    if type(args) is not Call:
        return {"NoArgs": (0, 0), "ArbitraryArgs": (0, ANY)}.get(last_name(args))
    numbers = [int(plain(each.value)) for each in args.arguments if plain(each.value).isdecimal()]
    match last_name(args.function), numbers:
        case "ExactArgs" | "ExactValidArgs", [number]:
            return number, number
        case "MinimumNArgs", [number]:
            return number, ANY
        case "MaximumNArgs", [number]:
            return 0, number
        case "RangeArgs", [least, most]:
            return least, most
        case _:
            return None


def _chained(facts: FileFacts, found: dict[str, Taken]) -> None:
    """Commander and yargs: calls one behind the other."""
    for step in facts.steps:
        taken = Taken(name="", scope=step.scope, line=step.line)
        root = ""
        for call in _chain(step.value):
            said, first = last_name(call.function), plain(call.arguments[0].value) if call.arguments else ""
            if said == "command" and first:
                _kept(found, taken, root=root)
                taken = Taken(name=first.split()[0], scope=step.scope, line=call.line)
                taken.places += _in_words(first, call.line)
            elif said in ("argument", "arguments"):
                taken.places += _in_words(first if _IN_USE.search(first) else f"<{first}>", call.line)
            elif said in ("addOption", "addArgument") and call.arguments:
                _made(call.arguments[0].value, taken)
            elif said in ("option", "positional") and len(call.arguments) > 1:
                options = call.arguments[1].value
                listed = listed_in(element(options, "choices"), {}) if type(options) is Collection else None
                if listed is not None:
                    taken.values[f"--{first}" if said == "option" else first] = Values(listed, call.line)
            root = root or _root(call)
        _kept(found, taken, root=root)


def _kept(found: dict[str, Taken], taken: Taken, *, root: str) -> None:
    if taken.places or taken.values:
        found.setdefault(f"chain {taken.name or root}", taken)


def _root(call: Call) -> str:
    inner: Expr = call
    while type(inner) in (Call, Attribute):
        inner = inner.function if type(inner) is Call else inner.of if type(inner) is Attribute else inner
    return inner.id if type(inner) is Name else ""


def _chain(expr: Expr) -> list[Call]:
    """Calls that are made one on what the other hands back, the first one first."""
    found: list[Call] = []
    while type(expr) is Call:
        found.append(expr)
        expr = expr.function.of if type(expr.function) is Attribute else _END
    return found[::-1]


def _made(expr: Expr, taken: Taken) -> None:
    """`new Option('--size <size>').choices([…])`, and the like of an argument."""
    calls = _chain(expr)
    if not calls or not calls[0].arguments:
        return
    said = plain(calls[0].arguments[0].value)
    listed = [listed_in(each.arguments[0].value, {}) for each in calls if last_name(each.function) == "choices"]
    if last_name(calls[0].function) == "Argument":
        taken.places += _in_words(said, calls[0].line)
    label = next(iter(_LONG.findall(said)), said.strip("<>[]."))
    if label and listed and listed[0] is not None:
        taken.values[label] = Values(listed[0], calls[0].line)


def _in_words(said: str, line: int) -> Iterator[Positional]:
    """`<source> [target...]`; a bare name must be given."""
    found = [*_IN_USE.finditer(said)]
    for each in found:
        yield Positional(name=each["name"], line=line, is_needed=each["open"] == "<", is_many=bool(each["many"]))
