"""Queries that code puts together by calls: `Select("a").From("orders")`, `knex("orders").where({a: 1})`; and texts that are but said.

What a log or an error says of a table is no query, whatever words it uses.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from weighbridge.facts.expressions import subexpressions, walk
from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, FileFacts, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.terms import expressions


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_OF_TABLES: Final = _set(
    """from fromtable selectfrom into insert insertinto update updatetable delete deletefrom replaceinto table join leftjoin rightjoin
    innerjoin outerjoin fulljoin crossjoin leftouterjoin"""
)
"""Calls that take the name of a table, in lower case and without underscores."""
_OF_COLUMNS: Final = _set(
    """select selectdistinct distinct column columns addselect set setmap where andwhere orwhere wherein wherenot wherenull wherenotnull
    orderby addorderby groupby having returning insert update values pluck on onconflict doupdateset sum count avg min max"""
)
"""Calls that take the names of columns, or conditions on them."""
_SPEAKING: Final = re.compile(
    r"(?i)(?:debug|info|warn|warning|error|fatal|trace|panic)(?:f|w|ln|_?context)?|exception|critical|log[fw]?"
    r"|\w*(?:Error|Exception|Warning)"
)
"""How calls are named that log what they are given, or make an error of it."""
_SPEAKERS: Final = _set("log logger logging slog zap zerolog console errors xerrors attribute")
"""What logs, traces or makes errors, by the name that such a thing goes by."""


def built_lines(facts: FileFacts, *, table: str, column: str) -> set[int]:
    """Lines of statements in which calls make a query of the table that names the column."""
    named = re.compile(rf"(?<![\w]){re.escape(column)}(?![\w])", re.IGNORECASE)
    bound: set[tuple[int, str]] = set()
    found: set[int] = set()
    for step in facts.steps:
        for expr in (part for part in (step.value, step.target) if part is not None):
            for chain in _chains(expr):
                if not (_is_of_table(chain, table) or (step.scope, _root(chain)) in bound):
                    continue
                if step.kind == "bind" and expr is step.value and type(step.target) is Name:
                    bound.add((step.scope, step.target.id))
                if any(_names(call, named) for call in chain):
                    found.add(step.line)
    return found


def said_texts(facts: FileFacts) -> Mapping[int, Text]:
    """The texts that are given to what only tells people, each by its identity."""
    return {id(text): text for _, _, outer in expressions(facts) for text in _said(outer)}


def _said(outer: Expr) -> Iterator[Text]:
    for call in walk(outer):
        if type(call) is Call and _is_speaking(call.function):
            pending: list[Expr] = [given.value for given in call.arguments]
            while pending:
                expr = pending.pop()
                if type(expr) is Text:
                    yield expr
                elif type(expr) is Either or type(expr) is Collection:
                    pending += subexpressions(expr)


def _is_speaking(function: Expr) -> bool:
    if _SPEAKING.fullmatch(last_name(function)):
        return True
    names = (last_name(each).lower() for each in walk(function))
    return any(name in _SPEAKERS for name in names)


def _chains(expr: Expr) -> Iterator[list[Call]]:
    """The calls of each chain `a.b(…).c(…)` in an expression, the last first; a chain is given once, whole."""
    inner: set[int] = set()
    for each in walk(expr):
        if type(each) is Call and id(each) not in inner:
            chain = [each]
            while type(chain[-1].function) is Attribute and type(chain[-1].function.of) is Call:
                chain.append(chain[-1].function.of)
            inner.update(map(id, chain))
            yield chain


def _root(chain: Iterable[Call]) -> str:
    """The name that a chain begins with."""
    *_, first = chain
    of = first.function
    while type(of) is Attribute:
        of = of.of
    return of.id if type(of) is Name else ""


def _is_of_table(chain: list[Call], table: str) -> bool:
    """Whether a call of a chain takes the table; its first may be called as anything does, where others ask for columns."""
    first = chain[-1]
    takers = [call for call in chain if _called(call) in _OF_TABLES]
    if len(chain) > 1 and any(_called(call) in _OF_COLUMNS for call in chain[:-1]) and len(first.arguments) == 1:
        takers.append(first)
    return any(_table_of(given.value) == table.lower() for call in takers for given in call.arguments[:1])


def _table_of(expr: Expr) -> str:
    """`orders` of `"public.orders AS o"`; empty of what is no name of a table."""
    if type(expr) is not Text or expr.parts:
        return ""
    found = re.fullmatch(
        r"\s*(?:[\w\"`\[\]]+\.)?[\"`\[]?(\w+)[\"`\]]?(?:\s+(?:as\s+)?\w+)?\s*", expr.value, re.IGNORECASE
    )
    return found[1].lower() if found else ""


def _called(call: Call) -> str:
    return last_name(call.function).replace("_", "").lower()


def _names(call: Call, column: re.Pattern[str]) -> bool:
    """Whether a call that takes columns is given this one, as a text or as a key."""
    if _called(call) not in _OF_COLUMNS:
        return False
    for given in call.arguments:
        if column.fullmatch(given.name):
            return True
        for expr in walk(given.value):
            if type(expr) is Text and column.search(expr.value):
                return True
            if type(expr) is Collection and any(column.search(each.key) for each in expr.elements):
                return True
            if type(expr) is Call and any(column.search(each.name) for each in expr.arguments):
                return True
    return False
