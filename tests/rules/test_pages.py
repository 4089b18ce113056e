"""Every rule's page is its test: each case is rehearsed, and the page as a whole keeps to its form."""

import pytest

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import FactIndex, Repository
from weighbridge.app.rehearse_rule import case_problems, page_problems
from weighbridge.domain.rule import LoadedRule
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.page import PageCase, read_page

RULES = [load_rule(place) for place in find_rules()]
CASES = [
    pytest.param(rule, case, id=f"{rule.id}: {case.name}")
    for rule in RULES
    for case in read_page(rule.page, rule.id).cases
]


def stage(case: PageCase) -> tuple[Repository, FactIndex]:
    merged = None if case.other is None else (case.other, case.ancestor)
    repository = MemoryRepository(case.base, case.head, message=case.message, modes=case.modes, merged=merged)
    return repository, MemoryFacts(repository)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_page_keeps_to_its_form(rule: LoadedRule) -> None:
    assert list(page_problems(read_page(rule.page, rule.id))) == []


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_the_case_goes_as_the_page_says(rule: LoadedRule, case: PageCase) -> None:
    assert list(case_problems(rule, case, stage=stage)) == []
