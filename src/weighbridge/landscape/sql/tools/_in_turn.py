"""Whether a loop hands out the rows of a query one after another, until all are done."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import Call, Form, Name, Text, Unknown
from weighbridge.facts.sql.acts import Act, Delete, Update, Value
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.names import is_one
from weighbridge.landscape.sql.tools._texts import text_of

_ALL: Final = frozenset(
    [
        "all", "where", "not", "or", "each", "find_each", "find_in_batches", "in_batches", "each_with_index", "each_slice", "each_batch", "map",
        "unscoped", "unscope", "rewhere", "order", "reorder", "joins", "left_joins", "left_outer_joins", "includes", "preload", "eager_load",
        "references", "select", "distinct", "lock", "to_a", "reverse", "with_deleted", "with_discarded", "load", "tqdm",
        "filter", "exclude", "order_by", "iterator", "aiterator", "only", "defer", "select_related", "prefetch_related", "annotate", "using",
        "select_for_update", "alias", "list", "tuple", "set", "enumerate", "sorted", "get_model", "chunked", "batched", "query", "filter_by",
        "scalars", "yield_per", "options",
    ]
)  # fmt: skip
"""What hands on all the rows that were asked for, or a part at a time."""
_DEEPEST: Final = 50


def is_in_turn(form: Form | None, names: Names) -> bool:
    """Whether a value is a row, or a part, of a query that a loop goes over as a whole: nothing on the way picks a few, or takes others."""
    is_of_loop = False
    for _ in range(_DEEPEST):
        if isinstance(form, Name):
            known = names.of(form)
            if known is form or isinstance(known, Name):
                return is_of_loop
            form = known
        elif isinstance(form, Unknown):
            if len(form.parts) != 1:
                return False
            is_of_loop, form = True, form.parts[0]
        elif isinstance(form, Call):
            if form.name not in _ALL:
                return False
            form = form.of if form.of is not None else form.arguments[0].value if form.arguments else None
        else:
            return is_of_loop
    return False


class Asked(Struct, frozen=True, kw_only=True):
    """The rows that a loop goes over: those of a table, all or by a condition."""

    table: str
    where: Value | None = None

    def written(self, acts: Iterable[Act]) -> tuple[Act, ...]:
        """What is done at each turn, those changes of rows of the same table as what they come to."""
        return tuple(
            replace(act, where=self.where, is_limited=True, is_in_turn=True)
            if isinstance(act, Update | Delete) and act.where is not None and is_one(act.table, self.table)
            else act
            for act in acts
        )


def asked_by(over: Form | None, names: Names) -> Asked | None:
    """The rows of a query that is written as SQL, or by knex, where a loop goes over all of them; None where it is another."""
    chain: list[Call] = []
    for _ in range(_DEEPEST):
        if isinstance(over, Name):
            known = names.of(over)
            if known is over or isinstance(known, Name):
                return _of_chain(chain, names)
            over = known
        elif isinstance(over, Unknown) and len(over.parts) == 1:
            over = over.parts[0]
        elif isinstance(over, Call):
            if over.name in _RUNS and over.arguments:
                return _of_select(text_of(over.arguments[0].value, names))
            chain.append(over)
            over = over.of if over.of is not None else over.arguments[0].value if over.name in _LISTS else None
        else:
            return _of_chain(chain, names)
    return None


def _of_select(text: Text | None) -> Asked | None:
    if text is None or len(text.value) > _LONGEST or _PICKS.search(text.value) is not None:
        return None
    found = _SELECT.fullmatch(text.value)
    if found is None:
        return None
    table = found["table"].replace('"', "").lower()
    return Asked(table=table, where=Value(found["where"].strip()) if found["where"] else None)


def _of_chain(chain: list[Call], names: Names) -> Asked | None:
    """The rows of `knex("orders").whereNull("currency").select("id")`."""
    outer = [each for each in chain if each.name not in _LISTS]
    if not outer or any(each.name not in _KNEX and not each.name.lower().startswith(_WHERE) for each in outer[:-1]):
        return None
    value = names.of(outer[-1].arguments[0].value) if len(outer[-1].arguments) == 1 else None
    if not isinstance(value, Text) or value.has_holes or outer[-1].of is not None or len(outer) == 1:
        return None
    is_asked = any(each.name.lower().startswith(_WHERE) for each in outer)
    return Asked(table=value.value, where=Value("…") if is_asked else None)


_LONGEST: Final = 1_000
_RUNS: Final = ("execute", "exec_driver_sql", "raw", "query", "scalars")
_LISTS: Final = ("list", "tuple", "enumerate", "fetchall", "all", "mappings", "tuples", "to_a", "entries")
_KNEX: Final = ("select", "pluck", "column", "columns", "orderBy", "distinct", "from", "forUpdate")
_WHERE: Final = ("where", "andwhere", "orwhere")
_SELECT: Final = LatePattern(
    r"""\s*select\s[^;()]+?\sfrom\s+(?P<table>["\w.]+)(?:\s+(?:as\s+)?(?!where\b|order\b)\w+)?"""
    r"(?:\s+where\s+(?P<where>[^;]+?))?(?:\s+order\s+by\s[^;()]+)?;?\s*",
    re.IGNORECASE,
)
"""A query of one table."""
_PICKS: Final = LatePattern(r"\b(?:limit|fetch|join|group|union|having|top)\b", re.IGNORECASE)
"""What takes a few of the rows, or others."""
