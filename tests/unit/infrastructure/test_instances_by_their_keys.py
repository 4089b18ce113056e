"""What is declared once for each key is judged instance by instance, and many alike are one matter."""

from tests.unit.infrastructure.told import said

RULES = """resource "azurerm_network_security_rule" "in" {
  for_each               = {TABLE}
  name                   = each.key
  direction              = "Inbound"
  access                 = "Allow"
  protocol               = "Tcp"
  destination_port_range = "22"
  source_address_prefix  = each.value
}
"""


def rules(**ranges: str) -> dict[str, str]:
    table = ", ".join(f'{name} = "{each}"' for name, each in ranges.items())
    return {"main.tf": RULES.replace("{TABLE}", f"{{ {table} }}")}


def test_many_that_become_alike_are_one_finding() -> None:
    before = rules(a="10.0.0.0/8", b="10.0.0.0/8", c="10.0.0.0/8", d="10.1.0.0/16")
    after = rules(a="*", b="*", c="*", d="10.1.0.0/16")
    assert said("public-access", before, after) == [("high", "medium")]


def test_those_that_differ_are_told_one_by_one() -> None:
    before = rules(a="10.0.0.0/8", b="10.1.0.0/16", c="10.2.0.0/16")
    after = rules(a="*", b="*", c="10.3.0.0/16")
    assert len(said("public-access", before, after)) == 2


def test_an_argument_that_all_of_them_take_alike_is_told_once() -> None:
    before = rules(a="*", b="0.0.0.0/0", c="10.2.0.0/16")
    after = {"main.tf": before["main.tf"].replace('"22"', '"3389"')}
    assert len(said("public-access", before, after)) <= 1


def test_a_key_that_only_running_tells_leaves_the_block_to_be_judged_as_it_is_written() -> None:
    before = {"main.tf": RULES.replace("{TABLE}", "data.x.y.z")}
    after = {"main.tf": RULES.replace("{TABLE}", "data.x.y.w")}
    assert said("public-access", before, after) == []
