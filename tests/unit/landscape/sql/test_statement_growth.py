"""Scripts of thousands of statements of one kind are judged by every rule in a time that grows with them, not with their square."""

import time

import pytest

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.rehearse_rule import Silence
from weighbridge.app.sight import Sight
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.landscape.description import SystemDescription

RULES = [load_rule(place) for place in find_rules() if "/sql/" in str(place)]
MANY = 6_000
MOST_SECONDS = 3.5


def seconds(statement: str) -> float:
    """What all rules about SQL take for so many statements."""
    script = "\n".join(statement.format(i=i) for i in range(MANY))
    repository = MemoryRepository({}, {"migrations/V2__more.sql": script})
    sight = Sight(
        repository=repository,
        change=repository.change(ChangeRequest(range_text="a..b")),
        trust=Trust(target=None, target_name="main", target_reason=""),
        source=MemoryFacts(repository),
        system=SystemDescription(),
        progress=Silence(),
        trace=lambda: Provenance(origin=Origin.UNKNOWN),
    )
    began = time.process_time()
    run_rules(RULES, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    return time.process_time() - began


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE t{i} RENAME TO u{i};",
        "ALTER TABLE t{i} RENAME COLUMN a TO b;",
        "CREATE TRIGGER g{i} BEFORE INSERT ON t{i} EXECUTE FUNCTION f();",
        "CREATE SEQUENCE s{i}; SELECT setval('s{i}', 1);",
    ],
)
def test_many_statements_of_one_kind(statement: str) -> None:
    assert min(seconds(statement) for _ in range(2)) < MOST_SECONDS
