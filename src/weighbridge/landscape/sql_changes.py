"""What the migrations of a change newly drop, and how to say it."""

from collections.abc import Iterator

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.facts.roles import role_of
from weighbridge.facts.sql.acts import DropColumn, DropTable
from weighbridge.facts.sql.tokens import Statement
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql_drops import Drop, drops_of, undoes
from weighbridge.landscape.table_mentions import TableMentions
from weighbridge.landscape.test_files import is_test


def new_drops(sql: SqlChange) -> Iterator[tuple[RepoPath, Drop]]:
    """Every drop that stands on lines the change adds; tests and what takes a migration back aside."""
    yield from _in_scripts(sql)
    for step in sql.steps():
        act = step.act
        if step.migration.is_code and isinstance(act, DropColumn | DropTable):
            column = act.column if isinstance(act, DropColumn) else ""
            table = act.table.rpartition(".")[2]
            yield step.place.path, Drop(table=table, column=column, line=act.line, statement=Statement(()))


def _in_scripts(sql: SqlChange) -> Iterator[tuple[RepoPath, Drop]]:
    contents = sql.contents
    for file in sql.change.files:
        if file.head is None or role_of(file.path) != "sql" or is_test(file.path) or undoes(file.path):
            continue
        before = _known(file, contents)
        for drop in drops_of(contents.text(file.path)):
            is_added = any(r.touches(drop.statement.line, drop.statement.end_line) for r in file.added)
            if is_added and (drop.table, drop.column) not in before:
                yield file.path, drop


def _known(file: FileChange, contents: ChangedBytes) -> set[tuple[str, str]]:
    if file.base is None:
        return set()
    return {(drop.table, drop.column) for drop in drops_of(contents.text(file.base.path, Side.BASE))}


def drop_in_words(what: str, mentions: TableMentions) -> str:
    """What a drop means, given what still speaks of it."""
    said = f"{what} is dropped for good"
    if mentions.sure:
        first = mentions.sure[0].place
        more = f" and {counted(len(mentions.sure) - 1, 'more place')}" if len(mentions.sure) > 1 else ""
        return f"{said} while SQL in {first}{more} still names it"
    if mentions.mentions:
        return f"{said}; {mentions.mentions[0].place} uses a member of that name"
    return said if mentions.is_whole else f"{said}; only code known to use the table was searched for what is left"
