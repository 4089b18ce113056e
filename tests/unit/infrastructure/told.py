"""What rules of infrastructure tell of two states of some files."""

from collections.abc import Mapping

from tests.rules.sql.judging import sight_of

from weighbridge.domain.findings import Finding
from weighbridge.domain.places import Side
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules


def told(rule: str, *sides: Mapping[str, str]) -> list[Finding]:
    """The findings of one rule on files before and after, the worst first."""
    before, after = sides
    rules = [load_rule(place) for place in find_rules() if place.id == f"infrastructure/{rule}"]
    sight = sight_of(after, before, gone=[path for path in before if path not in after])
    judged = run_rules(rules, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    return sorted(judged.findings, key=lambda each: (each.severity.rank, each.confidence.rank, str(each.place)))


def said(rule: str, *sides: Mapping[str, str]) -> list[tuple[str, str]]:
    """The same as severity and confidence."""
    return [(each.severity.value, each.confidence.value) for each in told(rule, *sides)]
