"""What scripts do by routines that other scripts make: those of the change, and those that were there before."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.sql.lexemes import Unread
from weighbridge.facts.sql.reading import Deed, read_routine
from weighbridge.facts.sql.routines import Call, Routine
from weighbridge.landscape.sql.known_types import KnownScripts, in_order
from weighbridge.landscape.sql.migrations import Migration

_MOST_CALLS: Final = 60
"""So many calls of one script are followed, those within routines among them."""


def with_routines(migrations: Sequence[Migration], known: KnownScripts) -> tuple[Migration, ...]:
    """The scripts with what the routines do that they call, in the place of the call; what cannot be known is unread."""
    return tuple(_with_routines(each, migrations, known=known) if each.calls else each for each in migrations)


def _with_routines(migration: Migration, others: Sequence[Migration], *, known: KnownScripts) -> Migration:
    deeds = list(migration.deeds)
    unread = list(migration.unread)
    asked = list(migration.calls)
    seen: set[str] = set()
    while asked:
        call = asked.pop(0)
        if call.name in seen:
            continue
        seen.add(call.name)
        routines = _made_by(others, call.name, before=migration)
        if not routines and call.name not in _BUILTIN:
            if len(seen) > _MOST_CALLS or not call.name:
                unread.append(Unread(call.line, call.end_line, "what it calls besides many others"))
                break
            routines = known.routines(call.name)
        if not routines and call.is_alone and not is_builtin(call.name):
            unread.append(_missing(call, "which no script makes"))
        for routine in routines:
            if not routine.body:
                unread.append(_missing(call, f"which is written in {routine.language or 'another language'}"))
                continue
            found = read_routine(routine, call, dialect=migration.spoken.surely)
            _insert(deeds, found.statements, at=call)
            unread += found.unread
            asked += found.calls
    return replace(migration, deeds=tuple(deeds), unread=tuple(unread))


def _made_by(migrations: Iterable[Migration], name: str, *, before: Migration) -> tuple[Routine, ...]:
    """The routines of a name that the change's scripts make, as the last one does that runs before."""
    until = in_order(before.path)
    makers = sorted((each for each in migrations if in_order(each.path) < until), key=lambda each: in_order(each.path))
    for each in reversed(makers):
        if found := tuple(routine for routine in each.routines if routine.name.lower() == name.lower()):
            return found
    return ()


def _insert(deeds: list[Deed], found: Sequence[Deed], *, at: Call) -> None:
    behind = max((n for n, deed in enumerate(deeds, start=1) if deed.line <= at.line), default=len(deeds))
    part = deeds[behind - 1].part if behind else 0
    deeds[behind:behind] = [replace(deed, part=part) for deed in found]


def _missing(call: Call, why: str) -> Unread:
    return Unread(call.line, call.end_line, f"what `{call.name}` does, {why}")


def is_builtin(name: str) -> bool:
    """Whether a function comes with the database, and writes to no table of the user's."""
    return name in _BUILTIN or name.startswith(_BUILTIN_FAMILIES)


_BUILTIN_FAMILIES: Final = (
    "pg_", "json_", "jsonb_", "array_", "string_", "regexp_", "date_", "to_", "st_", "xml", "ts", "inet_", "txid_", "has_", "make_",
    "current_", "obj_", "col_", "range_", "bit_", "lo_", "set_", "get_", "gen_", "uuid_", "sha", "plainto_", "websearch_", "char_",
    "octet_", "unix_", "utc_", "from_", "last_", "row_", "session_", "statement_", "clock_", "transaction_", "is_", "hex",
)  # fmt: skip
_BUILTIN: Final = frozenset(
    {
        "abs", "acos", "addgeometrycolumn", "age", "all", "and", "any", "any_value", "array", "as", "ascii", "asin", "atan", "avg",
        "bigint", "bin", "btrim", "cast", "ceil", "ceiling", "changes", "char", "char_length", "check", "chr", "coalesce",
        "collate", "concat", "concat_ws", "convert", "convert_from", "convert_to", "cos", "count", "crosstab",
        "crypt", "cume_dist", "curdate", "currval", "curtime", "database", "date", "datediff", "day", "dayofmonth", "dayofweek",
        "dblink", "dblink_connect", "dblink_disconnect", "dblink_exec", "decimal", "decode", "decrypt", "degrees", "dense_rank",
        "digest", "div", "double", "encode", "encrypt", "enum", "exists", "exp", "extract", "field", "filter", "find_in_set",
        "first_value", "float", "floor", "format", "generate_series", "generate_subscripts", "getdate", "getutcdate", "glob",
        "greatest", "group_concat", "grouping", "hour", "hstore", "if", "ifnull", "iif", "in", "initcap", "insert", "instr", "int",
        "integer", "interval", "isfinite", "isnull", "isnumeric", "json", "jsonb", "julianday", "justify_days", "justify_hours",
        "justify_interval", "key", "lag", "lastval", "lcase", "lead", "least", "left", "length", "levenshtein", "likely", "ln",
        "load_extension", "locate", "log", "log10", "lower", "lpad", "ltrim", "max", "md5", "mid", "min", "minute", "mod", "month",
        "monthname", "name", "newid", "nextval", "not", "now", "ntile", "nullif", "numeric", "nvl", "object_id", "oid", "on", "or",
        "order", "over", "overlaps", "overlay", "parse_ident", "partition", "percent_rank", "percentile_cont", "percentile_disc",
        "pi", "point", "position", "pow", "power", "primary", "printf", "query_to_xml", "quote", "quote_ident", "quote_literal",
        "quote_nullable", "radians", "rand", "random", "randomblob", "rank", "release_lock", "repeat", "replace", "reverse",
        "right", "rollback", "round", "row", "rpad", "rtrim", "schema_name", "second", "setseed", "setval", "sign", "similarity",
        "sin", "sleep", "smallint", "some", "soundex", "split_part", "sqrt", "starts_with", "str_to_date", "strftime", "strpos",
        "substr", "substring", "sum", "suser_sname", "sysdate", "tan", "text", "time", "timestamp", "timestampadd", "timestampdiff",
        "timezone", "tinyint", "total_changes", "translate", "trim", "trunc", "truncate", "typeof", "ucase", "unaccent", "unhex",
        "unique", "unistr", "unnest", "upper", "user", "using", "uuid", "uuidv7", "values", "varchar", "version", "week",
        "width_bucket", "with", "within", "year", "zeroblob",
    }
)  # fmt: skip
