"""How each format of `coverage.toml` is read: what of a file is not understood, in words."""

from collections.abc import Iterator

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.extract import extract
from weighbridge.facts.recognise.sql_text import sql_in
from weighbridge.facts.roles import role_of
from weighbridge.facts.sql.acts import Unclear
from weighbridge.facts.sql.reading import read_deeds


def sql_file(data: bytes, _path: str) -> Iterator[str]:
    """A script: lines that are not SQL, statements that nobody knows."""
    found = read_deeds(data.decode("utf-8"))
    yield from (f"line {part.line}: {part.why}" for part in found.unread)
    for deed in found.statements:
        for act in deed.acts:
            if isinstance(act, Unclear):
                yield f"line {act.line}: {act.words}"
    if not found.statements:
        yield "no statement is found"


def queries_in_code(data: bytes, path: str) -> Iterator[str]:
    """Code with queries as text: lines that the grammar could not read; none found at all."""
    facts = extract(data, role_of(RepoPath(path)))
    yield from (f"lines {first}-{last}" for first, last in facts.errors)
    if not any(True for _ in sql_in(facts)):
        yield "no query is found"
