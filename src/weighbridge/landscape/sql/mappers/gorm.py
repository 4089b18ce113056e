"""Queries by gorm."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Expr, Name, Number, Text
from weighbridge.landscape.sql.chains import Chain
from weighbridge.landscape.sql.mappers.call import MapperCall, begins_open
from weighbridge.landscape.sql.mappers.signs import GORM_ENDS
from weighbridge.landscape.sql.questions import Question

_BEGINS: Final = frozenset({"Model", "Where", "Preload", "WithContext", "Table", "Select", "Order", "Limit", "Joins"})
_NARROWING: Final = frozenset({"Where", "Joins", "Scopes", "Not", "Or", "Raw", "Having"})
_LIKE: Final = re.compile(r"(\w+)\s+I?LIKE\s+\?", re.IGNORECASE)


def asked_of_gorm(chain: Chain) -> MapperCall | None:
    """Such as `db.Where(…).First(&user)`."""
    at = next((i for i, link in enumerate(chain.links) if link.name in GORM_ENDS and link.given), -1)
    names = {link.name for link in chain.links}
    is_begun = bool(names & _BEGINS) or (at >= 0 and chain.before(at).lower().endswith(("db", "tx")))
    if at < 0 or not is_begun:
        return None
    link = chain.links[at]
    is_one = link.name in ("First", "Take", "Last", "Count")
    models: list[Expr | None] = [
        each.first for each in chain.links if each.name == "Model" and each.first is not None
    ] or [link.first]
    question = Question(
        verb="select",
        tables=(_go_name(models[0]),),
        has_where=bool(names & _NARROWING) or len(link.given or ()) > 1,
        is_limited=is_one or "Limit" in names,
        is_counted=bool(names & {"Group", "Distinct", "Raw", "Exec"}) or link.name == "Scan",
        is_of_one=is_one or "Where" in names,
        is_ordered="Order" in names,
        skips=any(each.name == "Offset" and type(each.first) is not Number for each in chain.links),
        searches_within=tuple(dict.fromkeys(_searches(chain))),
    )
    return MapperCall(question=question, is_run=True)


def _go_name(expr: Expr | None) -> str:
    for each in walk(expr) if expr is not None else ():
        if type(each) is Name:
            return each.id
    return ""


def _searches(chain: Chain) -> Iterator[str]:
    for link in chain.links:
        if link.name in ("Where", "Or") and type(link.first) is Text:
            found = _LIKE.search(link.first.value)
            if found and any(begins_open(given.value) for given in (link.given or ())[1:]):
                yield found[1]
