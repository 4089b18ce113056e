"""Dangers in scripts of SQL for PostgreSQL: statements about tables that the repository's earlier scripts made."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from benchmarks.planting.danger import Danger, Files, Ground

_CREATE: Final = re.compile(r'^\s*create\s+table\s+(?:if\s+not\s+exists\s+)?"?([a-z_][a-z0-9_]*)"?\s*\(', re.I | re.M)
_COLUMN: Final = re.compile(
    r'^\s*"?([a-z_][a-z0-9_]*)"?\s+(?:text|varchar|character varying|bigint|int|integer|boolean|timestamp)\b', re.I
)
_INDEX: Final = re.compile(
    r'^\s*create\s+(?:unique\s+)?index\s+(?:if\s+not\s+exists\s+)?"?([a-z_][a-z0-9_]*)"?\s+on\b', re.I | re.M
)
_GONE: Final = r"drop\s+table[^;]*\b{0}\b|alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?\"?{0}\"?\s+(?:rename\b|drop\s+column|alter\s+(?:column\s+)?\w+\s+set\s+not)"
_DOWN: Final = re.compile(r"^--\s*(?:\+goose\s+down|migrate:down)\b.*", re.I | re.M | re.S)

STATEMENTS: Final[dict[str, str]] = {
    "a table dropped": "DROP TABLE {table};",
    "a table dropped with what hangs on it": "DROP TABLE IF EXISTS {table} CASCADE;",
    "a column dropped": "ALTER TABLE {table} DROP COLUMN {column};",
    "a column renamed": "ALTER TABLE {table} RENAME COLUMN {column} TO {column}_was;",
    "a table renamed": "ALTER TABLE {table} RENAME TO {table}_was;",
    "a table emptied": "TRUNCATE TABLE {table};",
    "every row deleted": "DELETE FROM {table};",
    "every row changed": "UPDATE {table} SET {column} = NULL;",
    "a column that must be filled": "ALTER TABLE {table} ADD COLUMN planted text NOT NULL;",
    "a default asked of each row": "ALTER TABLE {table} ADD COLUMN planted uuid NOT NULL DEFAULT gen_random_uuid();",
    "a column computed and stored": "ALTER TABLE {table} ADD COLUMN planted text GENERATED ALWAYS AS ({column}::text) STORED;",
    "a column counted from one": "ALTER TABLE {table} ADD COLUMN planted bigserial;",
    "a type changed": "ALTER TABLE {table} ALTER COLUMN {column} TYPE integer USING length({column}::text);",
    "null forbidden at once": "ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;",
    "a foreign key checked at once": "ALTER TABLE {table} ADD CONSTRAINT planted_fk FOREIGN KEY ({column}) REFERENCES {other} (id);",
    "a check made at once": "ALTER TABLE {table} ADD CONSTRAINT planted_check CHECK ({column} IS NOT NULL);",
    "a unique constraint": "ALTER TABLE {table} ADD CONSTRAINT planted_unique UNIQUE ({column});",
    "an index that blocks writes": "CREATE INDEX planted_idx ON {table} ({column});",
    "a unique index that blocks writes": "CREATE UNIQUE INDEX planted_idx ON {table} USING btree ({column});",
    "an index dropped under a lock": "DROP INDEX {index};",
    "a schema dropped": "DROP SCHEMA public CASCADE;",
    "row security turned off": "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    "rights for everybody": "GRANT ALL ON {table} TO PUBLIC;",
    "triggers turned off": "ALTER TABLE {table} DISABLE TRIGGER ALL;",
    "a table written anew": "VACUUM FULL {table};",
    "a table sorted anew": "CLUSTER {table} USING {index};",
    "a table locked": "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;",
    "a table dropped in a block": "DO $$\nBEGIN\n  IF EXISTS (SELECT 1 FROM pg_class WHERE relname = '{table}') THEN\n    DROP TABLE {table};\n  END IF;\nEND\n$$;",
    "rows deleted in a query's part": "WITH gone AS (DELETE FROM {table} RETURNING 1)\nSELECT count(*) FROM gone;",
    "a table dropped by a text": "DO $$ BEGIN EXECUTE 'DROP TABLE {table}'; END $$;",
}


def tables(before: Files) -> dict[str, str]:
    """The tables that earlier scripts made and none dropped or renamed, each with a column of it that may be null."""
    found: dict[str, str] = {}
    whole = "\n".join(before.values())
    for path in sorted(before):
        for made in _CREATE.finditer(before[path]):
            lines = before[path][made.end() :].split("\n")[1:6]
            nullable = [line for line in lines if not re.search(r"not\s+null|primary\s+key", line, re.I)]
            columns = [name.group(1) for name in map(_COLUMN.match, nullable) if name and name.group(1).lower() != "id"]
            if columns:
                found[made.group(1)] = columns[0]
    return {table: column for table, column in found.items() if not re.search(_GONE.format(table), whole, re.I)}


def boundaries(text: str) -> list[int]:
    """Where a statement of the forward part has ended: after a semicolon at a line's end, outside of bodies."""
    forward = _forward(text)
    ends = [match.end() for match in re.finditer(r";[ \t]*\n", forward + "\n")]
    return [end for end in ends if _is_outside(forward[:end])]


def _forward(text: str) -> str:
    return text[: found.start()] if (found := _DOWN.search(text)) else text


def _is_outside(text: str) -> bool:
    return (
        text.count("$$") % 2 == 0
        and not re.search(r"\$[a-z_]+\$", text, re.I)
        and text.count("StatementBegin") == text.count("StatementEnd")
        and text.count("/*") == text.count("*/")
        and text.count("(") == text.count(")")
    )


def _statement(form: str) -> Callable[[Ground], str | None]:
    def plant(ground: Ground) -> str | None:
        known = {table: column for table, column in tables(ground.before).items() if table not in ground.text}
        indexes = _INDEX.findall("\n".join(ground.before.values()))
        places = boundaries(ground.text)
        if len(known) < 2 or not places or not indexes:
            return None
        table, other = ground.chance.sample(sorted(known), 2)
        words = {"table": table, "column": known[table], "other": other, "index": ground.chance.choice(indexes)}
        said = _spelled(form.format(**words), ground)
        place = ground.chance.choice(places)
        return f"{ground.text[:place]}\n{said}\n{ground.text[place:]}"

    return plant


def _spelled(statement: str, ground: Ground) -> str:
    """As people write it: in capitals or not, on a line or on several."""
    spellings: Sequence[Callable[[str], str]] = (
        str,
        str.lower if not re.search("[A-Z]", re.sub(r"\b[A-Z]+\b", "", statement)) else str,
        lambda text: (
            text.replace(" ADD ", "\n  ADD ").replace(" DROP ", "\n  DROP ").replace(" ALTER ", "\n    ALTER ")
        ),
    )
    return ground.chance.choice(spellings)(statement)


def _without(pattern: str, instead: str = "") -> Callable[[Ground], str | None]:
    """The file with a precaution of its own taken away; None where it takes none."""

    def plant(ground: Ground) -> str | None:
        forward = _forward(ground.text)
        for found in re.finditer(pattern, forward, flags=re.I):
            if _is_outside(forward[: found.start()]):
                return ground.text[: found.start()] + found.expand(instead) + ground.text[found.end() :]
        return None

    return plant


def dangers() -> Iterator[Danger]:
    """All of them."""
    for name, form in STATEMENTS.items():
        yield Danger(name=name, plant=_statement(form))
    yield Danger(name="an index no longer built beside writes", plant=_without(r"(?<=index )concurrently\s+"))
    yield Danger(name="a constraint no longer left unchecked", plant=_without(r"\s+not\s+valid(?=\s*;)"))
    yield Danger(name="rows no longer chosen", plant=_without(r"(\bdelete\s+from\s+\S+)\s+where\b[^;]*(?=;)", r"\1"))
