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
