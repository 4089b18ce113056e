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


WEB = 'resource "aws_instance" "web" {\n  count = COUNT\n}\n'
SPARE = 'resource "aws_instance" "spare" {\n}\n'
MOVED = "moved {\n  from = aws_instance.web[FROM]\n  to   = aws_instance.TO\n}\n"


def moved(number: int, to: str) -> str:
    return MOVED.replace("FROM", str(number)).replace("TO", to)


def test_the_last_of_many_stays_where_a_move_gives_it_a_name_that_is_new() -> None:
    before, after = WEB.replace("COUNT", "3"), WEB.replace("COUNT", "2") + moved(2, "spare") + SPARE
    assert said("instances-dropped", {"main.tf": before}, {"main.tf": after}) == []
    assert said("instances-dropped", {"main.tf": before + SPARE}, {"main.tf": after}) == [("medium", "medium")]


def test_a_number_is_free_only_where_what_had_it_moves_away_too() -> None:
    before, after = WEB.replace("COUNT", "3"), WEB.replace("COUNT", "2") + moved(2, "web[0]")
    assert said("instances-dropped", {"main.tf": before}, {"main.tf": after}) == [("medium", "medium")]
    away = after + moved(0, "spare") + SPARE
    assert said("instances-dropped", {"main.tf": before}, {"main.tf": away}) == []
