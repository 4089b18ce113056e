"""Options that stand in a table and are handed to the parser from there: `OUT = ("--out", {"dest": "out"})`, `add_argument(*flags, **settings)`."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, Collection, Expr, FileFacts, Text
from weighbridge.facts.names import last_name

_OPTION: Final = LatePattern(r"--?[A-Za-z][\w-]*")
_SAID: Final = frozenset(
    {
        "action",
        "choices",
        "const",
        "default",
        "dest",
        "help",
        "is_flag",
        "metavar",
        "multiple",
        "nargs",
        "required",
        "show_default",
        "type",
        "version",
    }
)
"""What argparse and click are told of an option."""
_CALLED: Final = frozenset({"name", "names", "flag", "flags", "option", "options", "args"})
"""Under what an entry holds the names that it is given by."""


class Listed(Struct, frozen=True, kw_only=True):
    """One entry of a table: the names of an option and what it is where it is left out."""

    names: tuple[str, ...]
    line: int
    scope: int
    default: Expr | None


def listed_options(facts: FileFacts) -> Iterator[Listed]:
    """Every entry of a file's tables that says of an option what parsers are told of one."""
    for step in facts.steps:
        if step.kind != "bind" or type(step.value) is not Collection:
            continue
        for part in walk(step.value):
            for names, settings in _entries(part):
                if names and settings.keys() & _SAID and settings.keys() <= _SAID | _CALLED:
                    default = settings.get("default")
                    yield Listed(names=names, line=step.line, scope=step.scope, default=default)


def _entries(part: Expr) -> Iterator[tuple[tuple[str, ...], Mapping[str, Expr]]]:
    """What may be entries: names beside settings, names as keys of settings, names among settings."""
    if type(part) is not Collection:
        return
    keys = [each.key for each in part.elements]
    if all(key.isdigit() for key in keys):
        several = [given for each in part.elements if (given := _settings(each.value))]
        names = [name for each in part.elements for name in _names(each.value)]
        if len(several) == 1:
            yield tuple(names), several[0]
        return
    for each in part.elements:
        if _OPTION.fullmatch(each.key):
            yield (each.key,), _settings(each.value)
    among = [name for each in part.elements if each.key in _CALLED for name in _names(each.value)]
    yield tuple(among), _settings(part)


def _settings(expr: Expr) -> Mapping[str, Expr]:
    """What an object says by names that are written out."""
    if type(expr) is Call and last_name(expr.function) == "dict":
        return {given.name: given.value for given in expr.arguments if given.name}
    elements = expr.elements if type(expr) is Collection else ()
    return {each.key: each.value for each in elements if each.key and not each.key.isdigit()}


def _names(expr: Expr) -> list[str]:
    values = [each.value for each in expr.elements if each.key.isdigit()] if type(expr) is Collection else [expr]
    texts = [each.value for each in values if type(each) is Text and not each.parts]
    return [text for text in texts if _OPTION.fullmatch(text)]
