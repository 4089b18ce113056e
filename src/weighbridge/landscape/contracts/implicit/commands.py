"""Commands of a program, by which people and scripts say what it is to do: those of click, typer, cobra, commander, picocli and argparse."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import mentions_in
from weighbridge.facts.model import Call, FileFacts, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.calling_lines import CalledLine, CallingLines, programs_of
from weighbridge.landscape.terms import expressions
from weighbridge.landscape.test_files import is_test

_PARSERS: Final = "add_parser"
_WITH_ALIASES: Final = ("Command", _PARSERS, "command")
_COMMAND: Final = LatePattern(r"[a-z][\w:-]+")


class Command(Struct, frozen=True):
    """A command by its name, and where it is added."""

    name: str
    scope: int
    line: int


class CommandChange(Struct, frozen=True, kw_only=True):
    """A command that is gone: `callers` still give it; `now` came in its place."""

    name: str
    place: Place
    now: str = ""
    callers: tuple[CalledLine, ...] = ()


def lost_commands(code: CodeChange, lines: CallingLines) -> Iterator[CommandChange]:
    """The commands that no changed file adds any more, under whatever name."""
    sides = {path: (commands(file.base), commands(file.head)) for path, file in code.files.items() if not is_test(path)}
    kept = {each.name for _, head in sides.values() for each in head}
    for path, (base, head) in sides.items():
        file = code.files[path]
        lost = [each for each in base if each.name not in kept]
        gone = [each for each in lost if not any(_is_named(code.files[other].head, each.name) for other in sides)]
        come = [each for each in head if not any(each.name == other.name for other in base)]
        for each in gone if file.head is not None else ():
            now = come[0] if len(gone) == len(come) == 1 else None
            symbol = file.base.qualified_name(each.scope) if file.base else ""
            place = Place(path=path, line=now.line if now else each.line, side=Side.HEAD if now else Side.BASE)
            place = Place(path=path, line=place.line, end_line=place.line, symbol=symbol, side=place.side)
            programs = [*programs_of(file.base, path, scope=each.scope), *lines.programs]
            callers = tuple(_calling(each.name, programs, lines=lines))
            yield CommandChange(name=each.name, place=place, now=now.name if now else "", callers=callers)


def commands(facts: FileFacts | None) -> Sequence[Command]:
    """Every command that a file adds by a name that is written out."""
    if facts is None:
        return ()
    entries = (each for each in facts.entry_points if each.kind == "cli" and each.key.strip())
    found = [Command(each.key.split()[-1], each.scope, each.line) for each in entries]
    if _PARSERS in mentions_in(facts):
        for scope, line, expr in expressions(facts):
            for call in walk(expr):
                first = call.arguments[0].value if type(call) is Call and call.arguments else None
                if (
                    type(call) is Call
                    and last_name(call.function) == _PARSERS
                    and type(first) is Text
                    and not first.parts
                ):
                    found.append(Command(first.value, scope, line))
    found += _other_names(facts) if found else ()
    return [each for each in found if _COMMAND.fullmatch(each.name)]


def _other_names(facts: FileFacts) -> Iterator[Command]:
    """The names that commands have besides: cobra's `Aliases`, argparse's `aliases`, commander's `alias`."""
    if not any(name in mentions_in(facts) for name in ("aliases", "Aliases", "alias", _PARSERS, "Command")):
        return
    for scope, line, expr in expressions(facts):
        for call in walk(expr):
            if type(call) is not Call:
                continue
            named = last_name(call.function)
            listed = (
                [each.value for each in call.arguments if each.name in ("Aliases", "aliases")]
                if named in _WITH_ALIASES
                else []
            )
            if named == "alias" and len(call.arguments) == 1:
                listed = [call.arguments[0].value]
            for part in (part for value in listed for part in walk(value)):
                if type(part) is Text and not part.parts:
                    yield Command(part.value, scope, line)


def _is_named(facts: FileFacts | None, name: str) -> bool:
    """Whether a file still says a name: as another of the same command, perhaps."""
    said = (part for _, _, expr in expressions(facts) for part in walk(expr)) if facts else ()
    return any(type(part) is Text and name in (part.value, *part.value.split()[:1]) for part in said)


def _calling(name: str, programs: Sequence[str], *, lines: CallingLines) -> Iterator[CalledLine]:
    """The lines that call a program by this command."""
    others = [each for each in programs if each != name]
    if not others:
        return
    called = "|".join(map(re.escape, others))
    wanted = re.compile(rf"(?<![\w/-])(?:[\w./-]*/)?(?:{called})(?:\.\w+)?(?:\s+-\S+)*\s+{re.escape(name)}(?![\w/.=-])")
    yield from (line for line in lines.naming(others) if wanted.search(line.text))
