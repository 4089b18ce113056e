"""What decides how often something is declared, and cannot be evaluated, is said where it changed; what can be is judged."""

import pytest
from tests.rules.sql.judging import sight_of
from tests.unit.infrastructure.told import told

from weighbridge.domain.outcomes import CouldNotLook

MAIN = """resource "aws_dynamodb_table" "t" {
  for_each = { for row in csvdecode(file("rows.csv")) : row.name => row }
  name     = each.key
}
"""
COUNTED = """locals {
  rows = csvdecode(file("rows.csv"))
}

resource "aws_dynamodb_table" "t" {
  count = length(local.rows)
  name  = local.rows[count.index].name
}
"""
WITHIN = """resource "aws_security_group" "g" {
  dynamic "ingress" {
    for_each = csvdecode(file("rows.csv"))
    content {
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = [ingress.value.owner]
    }
  }
}
"""
EACH = """resource "aws_db_instance" "d" {
  for_each            = { for row in csvdecode(file("rows.csv")) : row.name => row }
  identifier          = each.key
  publicly_accessible = each.value.owner
}
"""


def rows(many: int, owner: str = "ops") -> str:
    return "name,owner\n" + "".join(f"n{number}_,{owner}\n" for number in range(many))


def gaps(before: dict[str, str], after: dict[str, str]) -> dict[str, CouldNotLook]:
    return {str(path): why for path, why in sight_of(after, before).subjects.unread.items()}


@pytest.mark.parametrize("source", [MAIN, COUNTED, WITHIN])
def test_a_table_of_too_many_rows_is_said_where_it_changed(source: str) -> None:
    found = gaps({"main.tf": source, "rows.csv": rows(12_000)}, {"main.tf": source, "rows.csv": rows(11_000)})

    assert [*found] == ["rows.csv"]
    assert "could not be evaluated" in found["rows.csv"].detail


@pytest.mark.parametrize("source", [MAIN, COUNTED, WITHIN])
def test_a_table_that_is_evaluated_is_no_gap(source: str) -> None:
    assert gaps({"main.tf": source, "rows.csv": rows(300)}, {"main.tf": source, "rows.csv": rows(290)}) == {}


def test_an_expression_that_only_running_tells_is_said_where_it_is_otherwise() -> None:
    before = {"main.tf": COUNTED.replace("length(local.rows)", "length(data.a.b.c)")}
    after = {"main.tf": COUNTED.replace("length(local.rows)", "length(data.a.b.d)")}

    assert [*gaps(before, after)] == ["main.tf"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("length(data.a.b.c)", "length(data.a.b.c)"), ('"${length(data.a.b.c)}"', "length(data.a.b.c)")],
)
def test_an_expression_that_says_what_it_did_is_no_gap(before: str, after: str) -> None:
    was, now = (COUNTED.replace("length(local.rows)", each) for each in (before, after))

    assert gaps({"main.tf": was}, {"main.tf": now.replace(".name", '["name"]')}) == {}


def test_one_row_of_hundreds_is_judged_by_itself() -> None:
    before = {"main.tf": EACH, "rows.csv": rows(500, "false")}
    after = {"main.tf": EACH, "rows.csv": rows(500, "false").replace("n444_,false", "n444_,true")}

    assert [each.anchor for each in told("public-access", before, after)] == [
        'aws_db_instance.d["n444_"]  publicly_accessible'
    ]
    assert gaps(before, after) == {}


def test_more_rows_than_are_told_apart_are_a_gap() -> None:
    before = {"main.tf": EACH, "rows.csv": rows(500, "false")}

    assert [*gaps(before, {"main.tf": EACH, "rows.csv": rows(500, "true")})] == ["main.tf"]


def test_the_ninth_instance_of_a_block_is_judged_as_the_first_is() -> None:
    before = {"main.tf": EACH, "rows.csv": rows(20, "false")}
    table = [f"n{n}_,{'true' if n == 19 else n}" if n > 8 else f"n{n}_,false" for n in range(20)]
    after = {"main.tf": EACH, "rows.csv": "name,owner\n" + "\n".join(table) + "\n"}

    assert 'aws_db_instance.d["n19_"]' in " ".join(each.anchor for each in told("public-access", before, after))


def test_a_row_behind_hundreds_opens_a_group_as_the_first_does() -> None:
    before = {"main.tf": WITHIN, "rows.csv": rows(600, "10.0.0.0/8")}
    after = {"main.tf": WITHIN, "rows.csv": rows(600, "10.0.0.0/8").replace("n555_,10.0.0.0/8", "n555_,0.0.0.0/0")}

    assert told("public-access", before, after)
