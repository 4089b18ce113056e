"""What somebody about to speak is shown of the gate is what the gate will say."""

import json
from pathlib import Path

import pytest
from tests.acceptance.cli.approving import POLICY, Shop, open_shop
from tests.conftest import RequireTool

FIRM = """\
  - name: firm
    when: touches("src/cart.py")
    require: [{findings: {}}]
    exceptions_by: 2
overrides:
  approval: {by: anyone}
"""


NAMED = """\
  - name: named
    when: change.repository == "shop"
    require: [{approval: {count: 3}}]
"""


def test_a_condition_on_the_repository_s_name_comes_to_the_same_in_every_clone(
    tmp_path: Path, require_tool: RequireTool
) -> None:
    require_tool("ssh-keygen")
    shop = open_shop(tmp_path, policy=POLICY.replace("environments:", f"{NAMED}environments:"))
    shop.scratch.git("clone", "-q", "--mirror", str(shop.scratch.folder), str(tmp_path / "elsewhere.git"))

    ran = [
        shop.ci.program.run(folder, "review", "main..fix", "--json", "-", "-q", "--target", "main")
        for folder in (shop.scratch.folder, tmp_path / "elsewhere.git")
    ]

    here, there = (json.loads(each.out) for each in ran)
    assert "named" in {need["rule"] for need in there["decision"]["gate"]["requirements"]}
    assert here["digest"] == there["digest"]
    assert there["presentation"]["names"]["repository"] == "elsewhere"


@pytest.fixture
def shop(tmp_path: Path, require_tool: RequireTool) -> Shop:
    require_tool("ssh-keygen")
    return open_shop(tmp_path, policy=POLICY.replace("environments:", f"{FIRM}environments:"))


def test_a_second_person_overrides_too_where_a_firm_rule_without_a_finding_takes_two(shop: Shop) -> None:
    said = ("override", "fix", "--rule", "two-people", "--reason", "a demo", "--until", "1d", "--yes", "--key")

    for who in (shop.ada, shop.bob):
        assert shop.gate()[1]["state"] == "unsatisfied"
        done = who.run(*said, str(who.key))
        assert done.status == 0, done

    asked = json.dumps(shop.gate()[1])
    assert "overridden by" in asked
