"""What commands of Python take, as argparse and click are told; what is not written out is not known, and nothing is told of it."""

from collections.abc import Mapping, Sequence
from typing import Final

from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.taken import (
    Positional,
    Taken,
    Values,
    constants_of,
    given,
    listed_in,
    plain,
    says,
)

_MANY: Final = frozenset({"*", "+", "-1"})
_SWITCHES: Final = frozenset({"store_true", "store_false", "store_const", "count", "append_const", "help", "version"})
_OPTIONAL: Final = frozenset({"*", "?", "-1"})


def of_python(facts: FileFacts) -> dict[str, Taken]:
    """Every command of a file, by what it is known by on both sides."""
    found: dict[str, Taken] = {}
    constants = constants_of(facts)
    _argparse(facts, found, constants=constants)
    _click(facts, found, constants=constants)
    return found


def _argparse(facts: FileFacts, found: dict[str, Taken], *, constants: Mapping[str, Expr]) -> None:
    called: dict[tuple[int, str], str] = {}
    for step in facts.steps:
        value = step.value
        if type(value) is not Call or type(value.function) is not Attribute:
            continue
        if type(step.target) is Name and value.function.name == "add_parser" and value.arguments:
            called[step.scope, step.target.id] = plain(value.arguments[0].value)
        elif value.function.name == "add_argument" and value.arguments:
            parser = last_name(value.function.of)
            name = called.get((step.scope, parser), "")
            key = f"argparse {facts.qualified_name(step.scope)} {name or parser}"
            taken = found.setdefault(key, Taken(name=name, scope=step.scope, line=value.line))
            _argument(value, taken, constants=constants)


def _argument(call: Call, taken: Taken, *, constants: Mapping[str, Expr]) -> None:
    """One `add_argument` of argparse."""
    texts = [plain(each.value) for each in call.arguments if not each.name]
    nargs = plain(given(call, "nargs"))
    choices = listed_in(given(call, "choices"), constants)
    label = next((each for each in texts if each.startswith("--")), texts[0] if texts else "")
    if not label:
        return
    if label.startswith("-"):
        _kept_by_value(call, taken, names=[each for each in texts if each.startswith("-")])
    is_plain = "choices" not in (each.name for each in call.arguments)
    if choices is not None or is_plain:
        taken.values[label] = Values(choices, call.line, nargs in _MANY)
    if not label.startswith("-"):
        count = int(nargs) if nargs.isdecimal() else 1
        is_known = not any(each.name == "nargs" for each in call.arguments) or bool(nargs)
        for _ in range(count if is_known else 0):
            place = Positional(name=label, line=call.line, is_needed=nargs not in _OPTIONAL, is_many=nargs in _MANY)
            taken.places.append(place)


def _kept_by_value(call: Call, taken: Taken, *, names: Sequence[str]) -> None:
    """Whether an option of argparse takes a value; of what is written in another way nothing is known."""
    action = given(call, "action")
    if plain(action) in _SWITCHES:
        taken.given_alone |= dict.fromkeys(names, call.line)
    elif action is None and plain(given(call, "nargs")) not in _OPTIONAL:
        taken.given_with |= dict.fromkeys(names, call.line)


def _kept_of_click(facts: FileFacts, call: Call, *, taken: Taken) -> None:
    """The same of one of click, which takes `--on/--off` for a switch, and a default of a plain truth."""
    texts = [plain(each.value) for each in call.arguments if not each.name and plain(each.value).startswith("-")]
    is_said, counts = (says(facts, call, name=each) for each in ("is_flag", "count"))
    if is_said or counts or any("/" in each for each in texts):
        names = [name.strip() for each in texts for name in each.split("/")]
        taken.given_alone |= dict.fromkeys(names, call.line)
    elif says(facts, call, name="default") is None and not {"is_flag", "count", "flag_value"} & {
        a.name for a in call.arguments
    }:
        taken.given_with |= dict.fromkeys(texts, call.line)


def _click(facts: FileFacts, found: dict[str, Taken], *, constants: Mapping[str, Expr]) -> None:
    for index, definition in enumerate(facts.definitions):
        calls = [each for each in definition.decorators if type(each) is Call]
        if not any(last_name(each.function) in ("argument", "option") for each in calls):
            continue
        commands = [each for each in calls if last_name(each.function) in ("command", "group")]
        named = next((plain(each.arguments[0].value) for each in commands if each.arguments), "")
        name = named or definition.name.replace("_", "-")
        taken = Taken(name=name, scope=index, line=definition.line)
        for call in calls:
            texts = [plain(each.value) for each in call.arguments if not each.name]
            label = next((each for each in texts if each.startswith("--")), texts[0] if texts else "")
            kind = last_name(call.function)
            if not label or kind not in ("argument", "option"):
                continue
            if kind == "option":
                _kept_of_click(facts, call, taken=taken)
            typed = given(call, "type")
            is_choice = type(typed) is Call and last_name(typed.function) == "Choice" and bool(typed.arguments)
            choices = listed_in(typed.arguments[0].value, constants) if type(typed) is Call and is_choice else None
            if choices is not None or typed is None:
                taken.values[label] = Values(choices, call.line)
            if kind == "argument":
                needed = says(facts, call, name="required")
                nargs = plain(given(call, "nargs"))
                is_needed = needed is not False and nargs != "-1" and given(call, "default") is None
                taken.places.append(
                    Positional(name=label, line=call.line, is_needed=is_needed or needed is True, is_many=nargs == "-1")
                )
        found[f"click {facts.qualified_name(index)}"] = taken
