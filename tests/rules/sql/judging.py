"""The SQL rules on a change that is held in memory: what they find, and what of it blocks."""

from collections.abc import Mapping, Sequence

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.rehearse_rule import Silence
from weighbridge.app.sight import Sight
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import Judgement, run_rules
from weighbridge.landscape.description import SystemDescription

RULES = [load_rule(place) for place in find_rules() if place.id.startswith("sql/")]
MIGRATIONS = "migrations/0009_change.sql"


def sight_of(head: Mapping[str, str], base: Mapping[str, str] | None = None, *, gone: Sequence[str] = ()) -> Sight:
    """A change that writes `head` onto a tree of `base`, and takes from it what is `gone`."""
    before = dict(base or {})
    kept = {path: text for path, text in before.items() if path not in gone}
    repository = MemoryRepository(before, {**kept, **head})
    change = repository.change(ChangeRequest())
    return Sight(
        repository=repository,
        change=change,
        trust=Trust(target=change.base_commit, target_name="main", target_reason=""),
        source=MemoryFacts(repository),
        system=SystemDescription(),
        progress=Silence(),
        trace=lambda: Provenance(origin=Origin.UNKNOWN),
    )


def judged_tree(
    head: Mapping[str, str], base: Mapping[str, str] | None = None, *, gone: Sequence[str] = ()
) -> Judgement:
    """What the SQL rules say of such a change."""
    sight = sight_of(head, base, gone=gone)
    return run_rules(RULES, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)


def judged(sql: str, path: str = MIGRATIONS) -> Judgement:
    """What they say of one new script."""
    return judged_tree({path: sql + "\n"})


def blocking(findings: Sequence[Finding]) -> list[str]:
    """The findings that block by the policy of who has none."""
    return [
        f"{each.rule}: {each.message}"
        for each in findings
        if each.severity in (Severity.CRITICAL, Severity.HIGH) and each.confidence is not Confidence.LOW
    ]
