"""The queries that a change adds to files of named queries, or alters there."""

from collections.abc import Iterator

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.places import Side
from weighbridge.domain.system import Dialect
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.sql.conventions import is_migration
from weighbridge.landscape.sql.dialects import said_by
from weighbridge.landscape.sql.named_queries import named_in
from weighbridge.landscape.sql.queries import Asked
from weighbridge.landscape.sql.reading import question
from weighbridge.landscape.test_files import stands_aside


def asked_in_scripts(change: Change, contents: ChangedBytes) -> tuple[Asked, ...]:
    """Those that stand in head and not, word by word, in the base's file."""
    files = (each for each in change.files if each.head is not None and role_of(each.path) == "sql")
    return tuple(asked for file in files for asked in _added(file, contents))


def _added(file: FileChange, contents: ChangedBytes) -> Iterator[Asked]:
    text = contents.text(file.path)
    if stands_aside(file.path) or is_migration(file.path, text):
        return
    named = list(named_in(text))
    old = contents.text(file.base.path, Side.BASE) if named and file.base is not None else ""
    before = {each.text for each in named_in(old)}
    for each in named:
        asked = question(each.text, said_by(text) or Dialect.POSTGRES) if each.text not in before else None
        if asked is not None and asked.verb != "other":
            yield Asked(path=file.path, line=each.line, symbol=each.name, text=each.text, question=asked)
