"""What a request gets that leaves something out, and what an answer leaves out that is nothing: where handlers say otherwise."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.places import Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Definition, Either, Expr, FileFacts, Name, Number, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.answers import handler_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten
from weighbridge.landscape.test_files import stands_aside

_DECLARES: Final = frozenset({"Query", "Header", "Cookie", "Form", "Body", "Param"})
_ASKS: Final = frozenset({"get", "getlist", "query_param", "DefaultQuery", "getParameter"})
_OF_REQUESTS: Final = frozenset(
    {"query", "args", "params", "query_params", "GET", "searchParams", "form", "cookies", "headers"}
)
_LEAVES_OUT: Final = frozenset(
    {
        "exclude_none",
        "exclude_unset",
        "exclude_defaults",
        "response_model_exclude_none",
        "response_model_exclude_unset",
        "response_model_exclude_defaults",
        "omit_none",
        "skip_none",
    }
)


class ChangedDefault(Struct, frozen=True, kw_only=True):
    """What a request that leaves `name` out gets otherwise."""

    file: FileCode
    symbol: str
    name: str
    before: str
    after: str
    line: int
    is_below: bool = False
    """Whether no request is handed to it at once: it counts where a handler is given something of the name."""
    taker: str = ""
    """The function below handlers that takes it where it is given nothing."""
    at: int = 0
    """How many arguments may stand before it."""


class LeftOut(Struct, frozen=True, kw_only=True):
    """An answer that leaves out what is nothing, and did not, or the other way round."""

    rewrite: Rewrite
    keyword: str
    is_left_out: bool


def changed_defaults(code: CodeChange, rewritten: Rewritten) -> Iterator[ChangedDefault]:
    """Every default of what handlers of requests are given, and of what they ask the request for."""
    for path, file in code.files.items():
        if file.base is not None and file.head is not None and not stands_aside(path):
            yield from _of_parameters(file, file.base, head=file.head)
            yield from _of_constants(file, file.base, head=file.head)
    for each in rewritten:
        name = _asked(each)
        if name:
            before, after = _valued(each, Side.BASE), _valued(each, Side.HEAD)
            yield ChangedDefault(
                file=each.file, symbol=each.symbol, name=name, before=before, after=after, line=each.line
            )


def _of_parameters(file: FileCode, base: FileFacts, *, head: FileFacts) -> Iterator[ChangedDefault]:
    handled = {handler_name(entry, head) for entry in head.entry_points if entry.kind == "http"} - {""}
    before = {base.qualified_name(i): d for i, d in enumerate(base.definitions) if d.name in handled}
    was, now = (constants_said(base), constants_said(head)) if before else ({}, {})
    for index, definition in enumerate(head.definitions if before else ()):
        name = head.qualified_name(index)
        old = _defaults(before[name], was) if name in before else {}
        for called, value in _defaults(definition, now).items() if old else ():
            if called in old and old[called] != value:
                yield ChangedDefault(
                    file=file, symbol=name, name=called, before=old[called], after=value, line=definition.line
                )


def _of_constants(file: FileCode, base: FileFacts, *, head: FileFacts) -> Iterator[ChangedDefault]:
    """What requests are asked for with a constant as the default, where only the constant has another value."""
    was, now = constants_said(base), constants_said(head)
    otherwise = {name for name in was.keys() & now.keys() if was[name] != now[name]}
    asked = {found for found, _ in _by_constants(base)} if otherwise else set()
    for found, line in _by_constants(head) if otherwise else ():
        symbol, name, constant = found
        if constant in otherwise and found in asked:
            before, after = was[constant], now[constant]
            yield ChangedDefault(file=file, symbol=symbol, name=name, before=before, after=after, line=line)


def _by_constants(facts: FileFacts) -> Iterator[tuple[tuple[str, str, str], int]]:
    """Each definition, what it asks a request for, and the constant that it takes instead, with the line."""
    for step in facts.steps:
        for part in walk(step.value):
            name, default = _asking(part)
            if name and type(default) is Name:
                yield (facts.qualified_name(step.scope), name, default.id), step.line


def _asking(expr: Expr) -> tuple[str, Expr | None]:
    """What an expression asks a request for, and what it takes instead."""
    if type(expr) is Call and last_name(expr.function) in _ASKS and _is_of_request(expr.function):
        first = expr.arguments[0].value if expr.arguments else None
        others = [given.value for given in expr.arguments[1:] if given.name in ("", "default")]
        return (first.value, others[0]) if type(first) is Text and others else ("", None)
    if type(expr) is Either and len(expr.options) > 1 and expr.operator in ("", "or"):
        asked = expr.options[0]
        is_asked = type(asked) is Attribute and _is_of_request(asked.of)
        return (asked.name, expr.options[-1]) if is_asked and type(asked) is Attribute else ("", None)
    return "", None


def constants_said(facts: FileFacts) -> dict[str, str]:
    """The names that a file gives one number or text at its top, once."""
    given: dict[str, list[str]] = {}
    for step in facts.steps:
        if step.scope == 0 and step.kind == "bind" and type(step.target) is Name:
            given.setdefault(step.target.id, []).append(value_said(step.value))
    return {name: values[0] for name, values in given.items() if len(values) == 1 and values[0]}


def _defaults(definition: Definition, constants: Mapping[str, str]) -> dict[str, str]:
    """What stands for each parameter that may be left out, where it is a number or a text, or a constant that is one."""
    found = {}
    for each in definition.parameters:
        value = each.default
        if type(value) is Call and last_name(value.function) in _DECLARES and value.arguments:
            given = next((a.value for a in value.arguments if a.name in ("", "default")), None)
            value = given
        said = constants.get(value.id, "") if type(value) is Name else value_said(value)
        if said:
            found[each.name] = said
    return found


def value_said(expr: Expr | None) -> str:
    """A number or a text as it is written; empty for all else."""
    if type(expr) is Number:
        return expr.value.replace("_", "")
    return expr.value if type(expr) is Text and not expr.parts and len(expr.value) < 60 else ""


def _valued(each: Rewrite, side: Side) -> str:
    """A number or a text as it is written on one side, or as a constant of the file says it."""
    expr, facts = (each.before, each.file.base) if side is Side.BASE else (each.after, each.file.head)
    if type(expr) is not Name or facts is None:
        return value_said(expr)
    return constants_said(facts).get(expr.id, "")


def _asked(each: Rewrite) -> str:
    """What a request is asked for with this default: `args.get("size", 50)`, `query.size ?? 50`; empty for others."""
    before, after = _valued(each, Side.BASE), _valued(each, Side.HEAD)
    if not before or not after or before == after:
        return ""
    slot = each.slots[-1] if each.slots else None
    if (
        slot is not None
        and type(slot.of) is Call
        and slot.key in ("1", "default")
        and last_name(slot.of.function) in _ASKS
    ):
        first = slot.of.arguments[0].value
        return first.value if type(first) is Text and _is_of_request(slot.of.function) else ""
    if slot is None and type(each.step.value) is Either:
        asked = next((o for o in each.step.value.options if type(o) is Attribute and _is_of_request(o.of)), None)
        return asked.name if type(asked) is Attribute else ""
    return ""


def _is_of_request(expr: Expr) -> bool:
    return any(
        (type(part) is Attribute and part.name in _OF_REQUESTS) or (type(part) is Name and part.id in _OF_REQUESTS)
        for part in walk(expr)
    )


def left_out(rewritten: Rewritten) -> Iterator[LeftOut]:
    """Every call, or announcement of a route, that says otherwise whether nothing is left out."""
    for each in rewritten:
        if type(each.before) is not Call or type(each.after) is not Call:
            continue
        old, new = ({given.name for given in call.arguments} & _LEAVES_OUT for call in (each.before, each.after))
        for keyword in sorted(old ^ new):
            yield LeftOut(rewrite=each, keyword=keyword, is_left_out=keyword in new)
