"""What a script does to many columns of one table, or many times over, told as one: whoever reads it decides once."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Finding
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.folding import as_one


def by_table(found: Iterable[tuple[str, Finding]]) -> Iterator[Finding]:
    """Findings of one rule, each given with its table: of more columns of one table in one script, as grave and as sure, the first,
    with the others as related places. What is critical, for code still asks for it, is told by itself.
    """
    return as_one(found, more=lambda count, table: f"; and the same holds for {count} more columns of `{table}`")


def by_statement(found: Iterable[tuple[str, Finding]]) -> Iterator[Finding]:
    """The same of the columns of one statement, be they two: it locks its table once, and writes each row once."""
    return as_one(
        found, more=lambda count, _: f"; and so it is, at once, with {counted(count, 'more column')}", alone=1
    )


def by_script(found: Iterable[Finding], *, things: str) -> Iterator[Finding]:
    """Findings of one rule: of more than a few in one script, as grave and as sure, the first, with how many more `things` there are."""
    return as_one(
        (("", each) for each in found),
        more=lambda count, _: f"; and the same holds for {count} more {things} of this script",
    )
