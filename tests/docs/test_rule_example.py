"""The rule that a page writes from nothing is a rule: its own page says so."""

import re
from pathlib import Path

import pytest
from tests.docs.pages import ROOT

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import FactIndex, Repository
from weighbridge.app.rehearse_rule import rehearse
from weighbridge.domain.rule import LoadedRule
from weighbridge.engine.discover import load_rule, scan
from weighbridge.engine.page import PageCase

PAGE = ROOT / "docs" / "how-to" / "write-a-rule.md"
BLOCK = re.compile(r"^(?P<fence>`{3,})\w+ (?P<name>\w+\.\w+)\n(?P<body>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadedRule:
    family = tmp_path / "acme_example_rules" / "leftovers"
    family.mkdir(parents=True)
    for block in BLOCK.finditer(PAGE.read_text("utf-8")):
        (family / block["name"]).write_text(block["body"], "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (place,) = scan(family.parent, family.parent.name)
    return load_rule(place)


def stage(case: PageCase) -> tuple[Repository, FactIndex]:
    repository = MemoryRepository(case.base, case.head, message=case.message)
    return repository, MemoryFacts(repository)


def test_the_rule_has_the_name_of_its_place(rule: LoadedRule) -> None:
    assert rule.id == "leftovers/breakpoint-call"


def test_every_case_of_its_page_goes_as_the_page_says(rule: LoadedRule) -> None:
    rehearsed = rehearse(rule, stage)

    assert len(rehearsed) > 3
    assert {name: problems for name, problems in rehearsed.items() if problems} == {}
