"""What is declared once for each key is judged instance by instance, and many alike are one matter."""

from tests.unit.infrastructure.told import said, told

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


TABLES = """variable "names" {
  default = [NAMES]
}
resource "aws_dynamodb_table" "t" {
  REPEATED
  name     = NAME
  hash_key = "id"
}
"""


def tables(*names: str, by_key: bool = False, moves: str = "") -> dict[str, str]:
    listed = ", ".join(f'"{name}"' for name in names)
    repeated, name = ("for_each = toset(var.names)", "each.value") if by_key else ("count = length(var.names)", "")
    text = TABLES.replace("NAMES", listed).replace("REPEATED", repeated)
    return {"main.tf": text.replace("NAME", name or "var.names[count.index]") + moves}


def numbered(*keys: str) -> str:
    pairs = enumerate(keys)
    return "".join(
        f'moved {{\n  from = aws_dynamodb_table.t[{number}]\n  to   = aws_dynamodb_table.t["{key}"]\n}}\n'
        for number, key in pairs
    )


def test_another_order_of_a_list_replaces_what_is_called_by_its_numbers() -> None:
    assert said("data-replaced", tables("a", "b", "c"), tables("b", "a", "c")) == [("critical", "medium")] * 2
    assert said("data-replaced", tables("a", "b"), tables("a", "b", "c")) == []


def test_another_order_of_keys_replaces_nothing() -> None:
    assert said("data-replaced", tables("a", "b", by_key=True), tables("b", "a", by_key=True)) == []


def test_numbers_become_keys_in_place_only_where_each_move_goes_to_the_same_name() -> None:
    before = tables("a", "b")
    right, wrong = (tables("a", "b", by_key=True, moves=numbered(*keys)) for keys in (("a", "b"), ("b", "a")))
    assert said("data-replaced", before, right) == []
    assert said("data-replaced", before, wrong) == [("critical", "medium")] * 2


def test_a_number_without_a_move_is_destroyed() -> None:
    after = tables("a", "b", by_key=True, moves=numbered("a"))
    assert said("instances-dropped", tables("a", "b"), after) == [("critical", "medium")]
    assert said("instances-dropped", tables("a"), after) == []


TENANT = """variable "protect" {
}
variable "group" {
  default = "a"
}
resource "aws_db_instance" "this" {
  engine              = "postgres"
  db_name             = var.group
  deletion_protection = var.protect
}
"""
CALL = """locals {
  tenants = {
    contoso   = { protect = PROTECT, group = "GROUP" }
    northwind = { protect = true, group = "a" }
  }
}
module "tenant" {
  source   = "./modules/tenant"
  for_each = local.tenants
  protect  = each.value.protect
  group    = each.value.group
}
"""


def tenants(protect: str = "true", group: str = "a") -> dict[str, str]:
    return {
        "main.tf": CALL.replace("PROTECT", protect).replace("GROUP", group),
        "modules/tenant/main.tf": TENANT,
    }


def test_what_a_call_hands_to_one_of_its_keys_is_told_of_that_one() -> None:
    found = told("protection-removed", tenants(), tenants(protect="false"))
    assert [each.message.partition(":")[0] for each in found] == ['`module.tenant["contoso"].aws_db_instance.this`']
    assert said("data-replaced", tenants(), tenants(group="b")) == [("high", "medium")]


def test_what_a_call_hands_to_its_keys_as_before_is_not_told() -> None:
    assert said("protection-removed", tenants(), tenants(group="b")) == []
    assert said("data-replaced", tenants("false"), tenants("true")) == []


def test_what_is_written_otherwise_for_all_that_are_counted_is_told_once() -> None:
    subnets = 'resource "aws_subnet" "public" {\n  count      = 3\n  cidr_block = cidrsubnet(aws_vpc.a.cidr_block, BITS, count.index)\n}\n'
    before, after = ({"main.tf": subnets.replace("BITS", bits)} for bits in ("8", "4"))
    assert len(said("network-cut", before, after)) == 1
    named = TABLES.replace("NAMES", "").replace("REPEATED", "count = 3").replace("NAME", '"PREFIX-${count.index}"')
    before, after = ({"main.tf": named.replace("PREFIX", prefix)} for prefix in ("jobs", "tasks"))
    assert said("data-replaced", before, after) == [("critical", "medium")]


def test_those_that_are_counted_anew_are_told_as_one() -> None:
    rule = 'resource "aws_security_group_rule" "in" {\n  count = COUNT\n  type = "ingress"\n  from_port = 22\n  description = "in ${count.index}"\n  to_port = 22\n  protocol = "tcp"\n  cidr_blocks = ["0.0.0.0/0"]\n}\n'
    two, four = ({"main.tf": rule.replace("COUNT", count)} for count in ("2", "4"))
    assert len(said("public-access", {"main.tf": "# none\n"}, four)) == 1
    assert len(said("public-access", two, four)) <= 1
