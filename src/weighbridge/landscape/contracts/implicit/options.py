"""The options of a program's command line, as the libraries that read them are told: argparse, click, typer, commander, Go's flags, picocli."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import head_of, mentions_in
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Function, Name, Number, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.named_texts import named_texts, text_for
from weighbridge.landscape.contracts.implicit.option_tables import listed_options

_CALLS: Final = ("add_argument", "option", "Option", "requiredOption", "add_option")
_FLAGS: Final = LatePattern(r"(?:String|Int|Bool|Duration|Float|Uint|Count|Text|Func)\w*?(?P<var>Var)?(?P<short>P)?")
_SETS: Final = LatePattern(r"(?i)^(?:flag|pflag|fs|flags|\w*flag_?sets?|flagset|persistentflags|localflags)$")
_OPTION: Final = LatePattern(r"--?[A-Za-z][\w-]*")
_LONG: Final = "--"
_OF_TYPER: Final = ("Option", "Argument")
_GO: Final = "go"
_COMMANDER: Final = 2
_SHORT: Final = 2


class Option(Struct, frozen=True, kw_only=True):
    """One option: all its names with their dashes, and whether the program ends without it."""

    names: tuple[str, ...]
    line: int
    scope: int
    is_required: bool = False
    default: str = ""
    """What it is where it is left out, where that is written out; empty where it is not known."""

    @property
    def is_by_dashes(self) -> bool:
        """Whether a name of two dashes is the one that stays, and one of a single dash is short for it."""
        return self.long.startswith(_LONG)

    @property
    def long(self) -> str:
        """The name that people write in scripts."""
        return next((name for name in self.names if name.startswith(_LONG)), self.names[0])


def options(facts: FileFacts) -> list[Option]:
    """Every option that a file adds to a command line by names that are written out."""
    mentions = mentions_in(facts)
    if facts.language == _GO:
        return [*_of_go(facts)] if "flag" in mentions or "Flags" in mentions or "PersistentFlags" in mentions else []
    from_names = [*of_typer(facts)] if facts.language == "python" else []
    units = {unit for name in _CALLS for unit in mentions.get(name, ())}
    named = named_texts(facts) if units else {}
    written = (
        option
        for unit in sorted(units)
        for scope, expr in _in(facts, unit)
        for option in _of(expr, scope, facts=facts, named=named)
    )
    listed = listed_options(facts) if facts.language == "python" else ()
    from_tables = (
        Option(names=each.names, line=each.line, scope=each.scope, default=plain(each.default)) for each in listed
    )
    return [*written, *from_names, *from_tables]


def _in(facts: FileFacts, unit: int) -> Iterator[tuple[int, Expr]]:
    """The expressions of a unit with the definition that they belong to: decorators belong to what they stand on."""
    if unit < 0:
        yield from ((-1 - unit, expr) for expr in head_of(facts.definitions[-1 - unit]))
    else:
        yield facts.steps[unit].scope, facts.steps[unit].value


def _of(expr: Expr, scope: int, *, facts: FileFacts, named: Mapping[str, Text]) -> Iterator[Option]:
    for call in walk(expr):
        if type(call) is Call and (name := last_name(call.function)) in _CALLS:
            given_names = [given.value for given in call.arguments if given.name in ("", "names")]
            texts = [text for value in given_names for text in _texts(text_for(value, named))]
            names = [
                found for text in texts if text.startswith("-") for found in _OPTION.findall(text.partition("<")[0])
            ]
            if names:
                is_required = name == "requiredOption" or _says_required(call, facts)
                default = _default(call, name)
                yield Option(names=tuple(names), line=call.line, scope=scope, is_required=is_required, default=default)


def _default(call: Call, name: str) -> str:
    """By its name; typer's `Option` gives it first, commander's `option` behind what it says for people."""
    by_name = next((given.value for given in call.arguments if given.name in ("default", "defaultValue")), None)
    by_place = [given.value for given in call.arguments if not given.name]
    if by_name is None and name == "Option" and len(by_place) > 1:
        first = plain(by_place[0])
        return "" if first.startswith("-") else first
    if by_name is None and name == "option" and len(by_place) > _COMMANDER:
        says = [plain(each) for each in by_place]
        return "" if any(each.startswith("-") for each in says[1:]) else says[_COMMANDER]
    return plain(by_name)


def plain(expr: Expr | None) -> str:
    """A text or a number as it is written; empty for all else."""
    if type(expr) is Number:
        return expr.value
    return expr.value if type(expr) is Text and not expr.parts else ""


def _texts(expr: Expr) -> list[str]:
    values = [element.value for element in expr.elements] if type(expr) is Collection else [expr]
    return [value.value for value in values if type(value) is Text and not value.parts]


def _says_required(call: Call, facts: FileFacts) -> bool:
    if not any(given.name == "required" for given in call.arguments):
        return False
    later = (switch for switch in facts.switches if switch.name == "required" and switch.line >= call.line)
    first = min(later, key=lambda switch: switch.line, default=None)
    return first is not None and first.is_on and first.line - call.line <= len(call.arguments)


def of_typer(facts: FileFacts) -> Iterator[Option]:
    """What typer calls by the parameters of a command's function, where no other name is written out."""
    entries = (each for each in facts.entry_points if each.kind == "cli" and each.framework == "typer")
    for index in {each.handler.definition for each in entries if type(each.handler) is Function}:
        definition = facts.definitions[index]
        for each in definition.parameters:
            stated = [part for expr in (each.default, each.annotation) if expr is not None for part in walk(expr)]
            said = [part for part in stated if type(part) is Call and last_name(part.function) in _OF_TYPER]
            is_placed = each.default is None and not any(last_name(part.function) == "Option" for part in said)
            is_named = any(
                text.startswith("-") for part in said for given in part.arguments for text in _texts(given.value)
            )
            if is_placed or is_named or any(last_name(part.function) == "Argument" for part in said):
                continue
            name = each.name.replace("_", "-")
            is_switch = each.annotation is not None and Name("bool") in walk(each.annotation)
            names = (f"--{name}", f"--no-{name}") if is_switch else (f"--{name}",)
            yield Option(names=names, line=definition.line, scope=index, default=plain(each.default))


def _of_go(facts: FileFacts) -> Iterator[Option]:
    """Go's own flags take one dash or two."""
    required = {
        text
        for step in facts.steps
        if type(step.value) is Call
        and last_name(step.value.function) in ("MarkFlagRequired", "MarkPersistentFlagRequired")
        for given in step.value.arguments
        for text in _texts(given.value)
    }
    for step in facts.steps:
        for call in walk(step.value):
            if type(call) is not Call or type(call.function) is not Attribute:
                continue
            kind, of = _FLAGS.fullmatch(call.function.name), call.function.of
            holder = of.id if type(of) is Name else last_name(of.function if type(of) is Call else of)
            at = 1 if kind and kind["var"] else 0
            if kind is None or not _SETS.search(holder) or len(call.arguments) <= at + 1:
                continue
            for text in _texts(call.arguments[at].value):
                if _OPTION.fullmatch(f"--{text}"):
                    names = (f"--{text}",) if kind["short"] or holder != "flag" else (f"--{text}", f"-{text}")
                    short = [f"-{each}" for each in _texts(call.arguments[at + 1].value)] if kind["short"] else []
                    value_at = at + (2 if kind["short"] else 1)
                    given = call.arguments[value_at].value if len(call.arguments) > value_at else None
                    yield Option(
                        names=(*names, *(each for each in short if len(each) == _SHORT)),
                        line=call.line,
                        scope=step.scope,
                        is_required=text in required,
                        default=plain(given),
                    )
