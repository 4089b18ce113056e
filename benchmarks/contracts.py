"""What Weighbridge says of contracts beside what others say: `python -m benchmarks.contracts` keeps how often they agree.

OpenAPI: the checks of oasdiff with the levels that its documentation gives them. GraphQL: every change of a schema that graphql-core
calls breaking or dangerous. Protocol Buffers: the rules of buf's category FILE, where the program is found (`--buf PATH`, else on PATH).
All on the same small cases; what differs is printed. Two agree where both are silent, or both tell of the same thing.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from graphql import build_schema
from graphql.utilities import find_breaking_changes, find_dangerous_changes
from scripts.write_status import Row
from tests.samples.api_descriptions import breaks
from tests.samples.oasdiff_checks import ROWS

from benchmarks.contract_cases import GRAPHQL, PROTOBUF
from benchmarks.measuring import keep
from weighbridge.adapters.scanners.buf import Buf, find_buf
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.breaks import Level
from weighbridge.landscape.contracts.graphql.compare import graphql_breaks
from weighbridge.landscape.contracts.protobuf.compare import protobuf_breaks

NAME: Final = "contract-agreement"
_GOAL: Final = 90.0
_ALL: Final = 100.0


def openapi() -> Iterator[Row]:
    """How many of oasdiff's checks have its level here, and how many are told at all."""
    told = same = 0
    for row in ROWS:
        found = {each.check: each.level for each in breaks(row.base, row.head)}
        told += row.check in found
        same += found.get(row.check) == row.level
        if found.get(row.check) != row.level:
            print(f"OpenAPI: {row.check}: {row.level.name} there, {found.get(row.check, 'nothing')} here: {row.why}")
    yield _row("OpenAPI: checks of oasdiff that are told", told, of=len(ROWS), goal=_ALL)
    yield _row("OpenAPI: the level that oasdiff gives", same, of=len(ROWS), goal=90.0)


def graphql() -> Iterator[Row]:
    """How many cases are told as graphql-core tells them; what it finds breaking must be an error, or was announced."""
    agreed = 0
    for case in GRAPHQL:
        old, new = build_schema(case.base), build_schema(case.head)
        breaking, dangerous = find_breaking_changes(old, new), find_dangerous_changes(old, new)
        found = graphql_breaks({RepoPath("a.graphql"): case.base}, {RepoPath("a.graphql"): case.head})
        assert not isinstance(found, CouldNotLook), found
        worst = max((each.level for each in found), default=Level.NOTE)
        meant = Level.ERROR if breaking else Level.WARNING if dangerous else Level.NOTE
        agreed += worst == meant
        if worst != meant:
            print(f"GraphQL: {case.name}: {meant.name} there, {worst.name} here: {case.why}")
    yield _row("GraphQL: cases told as graphql-core tells them", agreed, of=len(GRAPHQL), goal=85.0)


def protobuf(buf: Buf) -> Iterator[Row]:
    """How many cases break by both, or by neither; and how many of them by the rule of one name."""
    agreed = by_name = breaking = 0
    for case in PROTOBUF:
        said = buf({"a.proto": case.base.encode()}, {"a.proto": case.head.encode()})
        assert not isinstance(said, CouldNotLook), (case.name, said)
        path = RepoPath("a.proto")
        found = [
            each for each in protobuf_breaks({path: case.base}, {path: case.head}) if not isinstance(each, CouldNotLook)
        ]
        theirs, ours = {each.check for each in said}, {_named(each.check) for each in found}
        is_agreed = bool(theirs) == bool(ours)
        agreed += is_agreed
        breaking += bool(theirs)
        by_name += bool(theirs & ours)
        if not is_agreed or (theirs and not theirs & ours):
            print(f"Protocol Buffers: {case.name}: {sorted(theirs)} there, {sorted(ours)} here: {case.why}")
    yield _row("Protocol Buffers: cases that break by both or by neither", agreed, of=len(PROTOBUF), goal=_GOAL)
    yield _row("Protocol Buffers: what buf finds, told by a rule of its name", by_name, of=breaking, goal=80.0)


def _named(check: str) -> str:
    """A rule's name in the category FILE."""
    return check.partition("_UNLESS")[0].replace("_WIRE_COMPATIBLE_", "_SAME_")


def _row(item: str, figure: int, *, of: int, goal: float) -> Row:
    share = round(100 * figure / of, 1)
    return Row(item=item, figure=share, unit="%", goal=goal, more_is_better=True, note=f"{figure} of {of}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and keep what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buf", help="where the program lies")
    given = parser.parse_args(arguments)
    buf = Buf(program=given.buf) if given.buf else find_buf(os.environ)
    rows = [*openapi(), *graphql(), *(protobuf(buf) if buf else ())]
    if buf is None:
        print("buf is not found: Protocol Buffers are not compared")
    keep(NAME, rows, command="python -m benchmarks.contracts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
