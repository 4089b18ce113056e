"""Queries that are put together from what a function is given, where a value stands: the text decides what the database does.

What follows input from where it comes in is a later family's; this says only where such a text is made.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Either, Expr, FileFacts, Item, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._sql_statements import Evidence, table_uses
from weighbridge.facts.recognise.sql_text import sql_in

_VALUE: Final = LatePattern(
    r"(?:=|<|>|\bLIKE|\bIN\s*\(|\bBETWEEN|\bVALUES\s*\([^()]*|\bAND|\bLIMIT|\bOFFSET)\s*(?P<quote>['\"]?%?)\{\}",
    re.IGNORECASE,
)
"""A hole in which a value stands, and not the name of a table or a column."""
_PLACES: Final = {"format": LatePattern(r"\{\w*\}"), "Sprintf": LatePattern(r"%[sv]"), "formatted": LatePattern(r"%s")}
"""By what puts something into a text: where it does."""
_TEXTS: Final = frozenset({"str", "string", "String", "CharSequence", "Optional", "None"})
"""Types of parameters that may hold any text."""
_NUMBERED: Final = ("id", "limit", "offset", "count", "size", "page", "number")
"""How parameters end that hold numbers, where no type says so."""
_TAGS: Final = frozenset({"sql", "$queryRaw", "$executeRaw", "Sql", "SQL", "queryRaw", "executeRaw"})
"""What binds the holes of a template that it is put before."""
_ASKED: Final = frozenset(
    {"args", "form", "json", "query", "params", "body", "GET", "POST", "query_params", "values", "data"}
)
_REQUESTS: Final = frozenset({"request", "req", "ctx"})


class Built(Struct, frozen=True, kw_only=True):
    """A text that is made into a query from `name`, which a function is given or a request brings."""

    step: Step
    text: str
    name: str


def built_in(facts: FileFacts) -> Iterator[Built]:
    """Every query of a file that is made so."""
    for step, text, evidence in sql_in(facts):
        if evidence is not Evidence.STRONG or not table_uses(text.value, evidence):
            continue
        if _is_bound(step.value, text):
            continue
        for hole in _holes(step.value, text):
            if name := _given(hole, step, facts=facts):
                yield Built(step=step, text=text.value, name=name)
                break


def _is_bound(expr: Expr, text: Text) -> bool:
    """Whether what a template is given to binds its holes."""
    for each in walk(expr):
        if type(each) is Call and last_name(each.function) in _TAGS and any(g.value is text for g in each.arguments):
            return True
    return False


def _holes(expr: Expr, text: Text) -> Iterator[Expr]:
    """What is put in a text where values stand."""
    filled, parts = (text.value, text.parts) if text.parts else _put_in(expr, text)
    values = {found.end() - 2 for found in _VALUE.finditer(filled)} if parts else set()
    for found, part in zip(re.finditer(r"\{\}", filled), parts, strict=False):
        if found.start() in values:
            yield part


def _put_in(expr: Expr, text: Text) -> tuple[str, tuple[Expr, ...]]:
    """The text with its holes, and what `"…".format(…)`, `String.format("…", …)` or `fmt.Sprintf("…", …)` puts in them."""
    for each in walk(expr):
        match each:
            case Call(function=Attribute(of=of, name="format" | "formatted" as name), arguments=given) if of is text:
                return _PLACES[name].sub("{}", text.value), tuple(one.value for one in given)
            case Call(function=Attribute(name="format" | "Sprintf"), arguments=(first, *given)) if first.value is text:
                return _PLACES["Sprintf"].sub("{}", text.value), tuple(one.value for one in given)
    return text.value, ()


def _given(hole: Expr, step: Step, *, facts: FileFacts) -> str:
    """The name of a parameter, or of what a request brings, that a hole is filled with as it is; empty where it is neither."""
    options = hole.options if type(hole) is Either else (hole,)
    for each in options:
        inner = each
        members: list[str] = []
        while type(inner) in (Attribute, Item, Call):
            if type(inner) is Call:
                if type(inner.function) is not Attribute or inner.function.name not in (
                    "get",
                    "strip",
                    "lower",
                    "trim",
                ):
                    return ""
                inner = inner.function
            if type(inner) is Attribute:
                members.append(inner.name)
                inner = inner.of
            elif type(inner) is Item:
                inner = inner.of
        if type(inner) is not Name:
            continue
        if inner.id in _REQUESTS and _ASKED.intersection(members):
            return f"{inner.id}.{members[-1]}"
        if not members and _is_text(inner.id, step, facts=facts):
            return inner.id
    return ""


def _is_text(name: str, step: Step, *, facts: FileFacts) -> bool:
    """Whether a name is a parameter that may be any text, and is given no other value."""
    found = next((p for p in facts.definitions[step.scope].parameters if p.name == name), None)
    if found is None or any(each.scope == step.scope and each.target == Name(name) for each in facts.steps):
        return False
    if found.annotation is None:
        return facts.language in ("python", "javascript") and not name.lower().endswith(_NUMBERED)
    said = {last_name(each) for each in walk(found.annotation)} - {""}
    return bool(said) and said <= _TEXTS
