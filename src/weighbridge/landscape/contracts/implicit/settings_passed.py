"""Functions of the repository that ask the environment for the name that they are given: `required("SMTP_HOST")`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name, Text
from weighbridge.facts.names import last_name

_CALLED: Final = LatePattern(
    r"env|env_(?:str|int|bool|or|required|var)\w*|env(?:Str|Int|Bool|Or|Required|Var)\w*"
    r"|(?i:get|require|required|must|must_?get|need|read|load|fetch|lookup|optional)_?[eE](?:nv|NV)(?:_?[vV]ar\w*|_?[oO]r\w*)?"
)
"""How functions are called that do so and stand in another file."""
_SETTING: Final = LatePattern(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_RECEIVERS: Final = frozenset({"self", "cls"})


class Asking(Struct, frozen=True, kw_only=True):
    """A function that asks for the name that it is given at a place; `fails` where it does so without it."""

    at: int = 0
    fails: bool = False


def asking_in(facts: FileFacts, *, asked: Callable[[Expr], tuple[Expr, bool] | None]) -> Mapping[str, Asking]:
    """The functions of a file, by name; `asked` gives what an expression asks the environment for, and whether it fails."""
    found: dict[str, Asking] = {}
    for step in facts.steps:
        definition = facts.definitions[step.scope]
        given = [each.name for each in definition.parameters if each.name not in _RECEIVERS]
        for part in walk(step.value) if given and definition.name else ():
            key, fails = asked(part) or (None, False)
            if type(key) is Name and key.id in given:
                fails = fails or any(
                    each.leaves == "raise" and definition.line <= each.line <= definition.end_line
                    for each in facts.conditionals
                )
                found.setdefault(definition.name, Asking(at=given.index(key.id), fails=fails))
    return found


def named_so(imported: Mapping[str, str]) -> Iterator[str]:
    """The imported functions that are called as ones that ask the environment."""
    return (alias for alias in imported if _CALLED.fullmatch(alias))


def given_to(call: Call, *, known: Mapping[str, Asking], imported: Mapping[str, str]) -> tuple[Expr, Asking] | None:
    """What a call gives a function as the name of a setting, and what is known of the function."""
    function, name = call.function, last_name(call.function)
    asking = known.get(name) if type(function) is Name or _is_own(function) else None
    if asking is not None:
        return (call.arguments[asking.at].value, asking) if len(call.arguments) > asking.at else None
    of = function.of if type(function) is Attribute else function
    is_named = type(of) is Name and of.id in imported and _CALLED.fullmatch(of.id) is not None
    first = call.arguments[0].value if call.arguments else None
    return (first, Asking()) if is_named and type(first) is Text and _SETTING.fullmatch(first.value) else None


def _is_own(function: Expr) -> bool:
    return type(function) is Attribute and type(function.of) is Name and function.of.id in {*_RECEIVERS, "this"}
