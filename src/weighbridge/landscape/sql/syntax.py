"""Reads queries by the library for it (sqlglot); nothing else imports that, for it takes a tenth of a second."""

import logging
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.questions import Question

_LONGEST: Final = 20_000
_DEEPEST: Final = 200
_HOLE: Final = LatePattern(r"\{\}")
_NAMED: Final = LatePattern(r"%\((\w+)\)s")
_PLAIN: Final = LatePattern(r"%s(?!\w)|\?(?![|&]|\s*')")
"""A parameter; what stands before a text is an operator on JSON."""
_FILLED: Final = "hole_"
_READ_AS: Final = {Dialect.POSTGRES: "postgres", Dialect.MYSQL: "mysql", Dialect.SQLITE: "sqlite", Dialect.OTHER: ""}
_VERBS: Final[Mapping[type, str]] = {
    exp.Select: "select",
    exp.Update: "update",
    exp.Delete: "delete",
    exp.Insert: "insert",
}
_KEYS: Final = ("id", "uuid", "key", "slug", "email", "token", "code")
_COMPARED: Final = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.ILike, exp.In, exp.Between)
_MANY: Final = (exp.Column, exp.Any, exp.Subquery, exp.Select, exp.All)
"""What a column is compared with that is more than one value, or may be."""
_FEW: Final = 100
"""So many rows are passed over by an offset without harm."""

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


def read_question(text: str, dialect: Dialect) -> Question | None:
    """See `reading.question`."""
    if len(text) > _LONGEST or text.count("(") > _DEEPEST:
        return None
    try:
        trees = [tree for tree in sqlglot.parse(_filled(text), read=_READ_AS[dialect] or None) if tree is not None]
    except (SqlglotError, RecursionError, TypeError):
        return None
    return _told(trees[0], _READ_AS[dialect]) if len(trees) == 1 else None


def given_columns(query: str, dialect: Dialect) -> tuple[str, ...] | None:
    """The columns that a query gives, in their order; None where it gives whatever a table has, or cannot be read."""
    tree = _query(query, dialect)
    if tree is None or any(select.is_star for select in tree.selects):
        return None
    names = tuple(tree.named_selects)
    return names if all(names) else None


def _query(query: str, dialect: Dialect) -> exp.Query | None:
    if len(query) > _LONGEST or query.count("(") > _DEEPEST:
        return None
    try:
        tree = sqlglot.parse_one(query.rstrip("; \n"), read=_READ_AS[dialect] or None)
    except (SqlglotError, RecursionError, TypeError):
        return None
    return tree if isinstance(tree, exp.Query) else None


def view_differences(before: str, after: str, *, dialect: Dialect) -> tuple[dict[str, str], tuple[str, str] | None]:
    """What two queries of a view give otherwise: the columns that are multiplied or divided by a number now, or were, each
    with that; and both conditions, where they differ.
    """
    old, new = _query(before, dialect), _query(after, dialect)
    if not isinstance(old, exp.Select) or not isinstance(new, exp.Select):
        return {}, None
    known = {select.alias_or_name: select.unalias() for select in old.selects}
    units = {
        select.alias_or_name: factor
        for select in new.selects
        if select.alias_or_name in known and (factor := _factor(known[select.alias_or_name], select.unalias()))
    }
    was, now = (tree.args.get("where") for tree in (old, new))
    conditions = tuple(where.this.sql() if isinstance(where, exp.Where) else "" for where in (was, now))
    is_same = all(isinstance(where, exp.Where) for where in (was, now)) and _bare(was) == _bare(now)
    return units, (conditions[0], conditions[1]) if conditions[0] != conditions[1] and not is_same else None


def _bare(where: exp.Expr | None) -> str:
    """A condition by the names of its columns alone: what their tables are called there says nothing of the rows."""
    parts = (
        where.transform(lambda part: exp.column(part.name) if isinstance(part, exp.Column) else part) if where else None
    )
    return str(parts.sql()).lower() if parts is not None else ""


def _factor(before: exp.Expr, after: exp.Expr) -> str:
    """`/ 100` where a column is another one's hundredth."""
    one, other = _plain(before), _plain(after)
    if found := _scaled(one, other):
        return found
    return _scaled(other, one).replace("*", "#").replace("/", "*").replace("#", "/")


def _plain(part: exp.Expr) -> exp.Expr:
    """A value without what only rounds it or makes another type of it."""
    while isinstance(part, exp.Paren | exp.Cast | exp.Round):
        part = part.this
    return part


def _scaled(plain: exp.Expr, other: exp.Expr) -> str:
    if not isinstance(other, exp.Mul | exp.Div):
        return ""
    left, right = _plain(other.left), _plain(other.right)
    for value, factor in ((left, right), (right, left)):
        is_number = isinstance(factor, exp.Literal) and not factor.is_string
        if value.sql() == plain.sql() and is_number and float(factor.this) in _UNITS:
            sign = "*" if isinstance(other, exp.Mul) else "/" if value is left else ""
            return f"{sign} {float(factor.this):g}" if sign else ""
    return ""


_UNITS: Final = frozenset({0.001, 0.01, 60, 100, 1_000, 1_024, 3_600, 86_400, 1_000_000})
"""What units hold of one another."""


def _filled(text: str) -> str:
    """The text with a name in the place of each hole, and parameters as the library knows them."""
    numbers = count(1)
    filled = _HOLE.sub(lambda _: f"{_FILLED}{next(numbers)}", text)
    return _PLAIN.sub(":given", _NAMED.sub(r":\1", filled))


def _told(tree: exp.Expr, name: str) -> Question | None:
    verb = _VERBS.get(type(tree))
    if verb is None:
        return None if isinstance(tree, exp.Command) else Question(verb="other", tables=tuple(_tables(tree)))
    where = tree.args.get("where")
    not_in = tuple(dict.fromkeys(_not_in(tree)))
    return Question(
        verb=verb,
        tables=tuple(dict.fromkeys(_tables(tree))),
        has_where=where is not None or (tree.args.get("with_") is not None and tree.find(exp.Where) is not None),
        is_limited=bool(tree.args.get("limit")),
        is_counted=_is_counted(tree),
        is_ordered=tree.args.get("order") is not None,
        skips=_skips(tree),
        locks=bool(tree.args.get("locks")),
        picks_one=where is not None and _picks_one(where),
        is_of_one=where is not None and _is_of_one(where),
        searches_within=tuple(dict.fromkeys(_searches_within(tree))),
        wrapped=tuple(dict.fromkeys(_wrapped(tree, name))),
        not_in=tuple(column for column, _ in not_in),
        not_in_of=tuple(table for _, table in not_in),
        unlinked=_unlinked(tree) if isinstance(tree, exp.Select) else (),
    )


def _tables(tree: exp.Expr) -> Iterator[str]:
    common = {each.alias_or_name for each in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name and table.name not in common and not table.name.startswith(_FILLED):
            yield f"{table.db}.{table.name}" if table.db else table.name


def _is_counted(tree: exp.Expr) -> bool:
    if tree.args.get("group") or tree.args.get("distinct") or tree.args.get("from_") is None:
        return True
    return any(each.find(exp.AggFunc) is not None for each in tree.args.get("expressions") or ())


def _skips(tree: exp.Expr) -> bool:
    offset = tree.args.get("offset")
    if offset is None:
        return False
    value = offset.args.get("expression")
    return not (isinstance(value, exp.Literal) and value.name.isdigit() and int(value.name) <= _FEW)


def _picks_one(where: exp.Expr) -> bool:
    """Whether one of what must all hold is an equality of a likely key with one value."""
    return any(_is_key(column.name) and not isinstance(other, _MANY) for column, other in _equalities(where))


def _is_of_one(where: exp.Expr) -> bool:
    return any(isinstance(other, exp.Placeholder | exp.Parameter) for _, other in _equalities(where))


def _equalities(where: exp.Expr) -> Iterator[tuple[exp.Column, exp.Expr]]:
    """What must all hold and is an equality: a column, and what it is compared with."""
    for part in where.this.flatten() if isinstance(where.this, exp.And) else (where.this,):
        if isinstance(part, exp.EQ):
            for side, other in ((part.left, part.right), (part.right, part.left)):
                if isinstance(side, exp.Column):
                    yield side, other


def _is_key(name: str) -> bool:
    return name.lower().rpartition("_")[2] in _KEYS


def _searches_within(tree: exp.Expr) -> Iterator[str]:
    for each in tree.find_all(exp.Like, exp.ILike):
        column = each.this.find(exp.Column)
        first = each.args.get("expression")
        while isinstance(first, exp.DPipe | exp.Concat | exp.Paren):
            first = first.expressions[0] if isinstance(first, exp.Concat) else first.this
        if column is not None and isinstance(first, exp.Literal) and first.name[:1] in ("%", "_"):
            yield column.name


def _wrapped(tree: exp.Expr, name: str) -> Iterator[tuple[str, str]]:
    """By what each function is called in the dialect `name`. Only what selects rows: a function in a select list costs nothing to the search."""
    for clause in tree.find_all(exp.Where, exp.Join):
        condition = clause.this if isinstance(clause, exp.Where) else clause.args.get("on") or exp.Null()
        for each in condition.find_all(*_COMPARED):
            side = each.this
            if isinstance(side, exp.Func) and not isinstance(side, exp.AggFunc | exp.Coalesce | exp.And | exp.Or):
                column = side.find(exp.Column)
                if column is not None and not column.name.startswith(_FILLED):
                    yield side.sql(dialect=name or None).partition("(")[0].lower(), column.name


def _not_in(tree: exp.Expr) -> Iterator[tuple[str, str]]:
    """The columns of inner queries among which a value must not be, each with its table where that is plain."""
    for each in tree.find_all(exp.Not):
        inner = each.this
        query = inner.args.get("query") if isinstance(inner, exp.In) else None
        select = query.this if isinstance(query, exp.Subquery) else query
        if isinstance(select, exp.Select) and select.expressions:
            column = select.expressions[0]
            where = select.args.get("where")
            if (
                isinstance(column, exp.Column)
                and column.name.lower() != "id"
                and not (where is not None and _is_kept_full(where, column.name))
            ):
                tables = list(_tables(select))
                yield column.name, tables[0] if len(tables) == 1 else ""


def _is_kept_full(where: exp.Expr, column: str) -> bool:
    """Whether a condition leaves out the rows in which a column is empty."""
    asked = (each for each in where.find_all(exp.Is) if isinstance(each.expression, exp.Null))
    return any(each.this.name == column for each in asked)


def _unlinked(tree: exp.Select) -> tuple[str, ...]:
    """The sources that nothing links to the others; those that are taken as a product outright (`CROSS JOIN`) aside."""
    source = tree.args.get("from_")
    joins = [each for each in tree.args.get("joins") or () if not each.args.get("on") and not each.args.get("using")]
    plain = [each for each in joins if not (each.kind or each.side or each.method) and isinstance(each.this, exp.Table)]
    if source is None or not plain or not isinstance(source.this, exp.Table):
        return ()
    names = [source.this.alias_or_name, *(each.this.alias_or_name for each in plain)]
    if any(each.this.db in names for each in plain):  # a mapper's own language: what belongs to another
        return ()
    where = tree.args.get("where")
    linked = (
        {frozenset(_sources(each)) for each in where.find_all(exp.EQ, exp.GT, exp.LT, exp.Between)} if where else set()
    )
    if any("" in pair for pair in linked):  # a column that does not say whose it is may link anything
        return ()
    alone = [name for name in names if not any(name in pair and len(pair) > 1 for pair in linked)]
    return tuple(alone) if len(alone) > 0 and len(names) > 1 else ()


def _sources(part: exp.Expr) -> Iterator[str]:
    sides = (part.args.get("this"), part.args.get("expression"))
    for side in sides:
        for column in side.find_all(exp.Column) if isinstance(side, exp.Expr) else ():
            yield from (part.name for part in column.parts[:-1]) if column.table else ("",)
